// Money moves once: a double click, a second tab, the back button, a lost reply, a reload.
import { Person, must, run, same, setting } from "./browser.mjs";

const { alice, bob } = setting.accounts;
const payee = "To account number (IBAN)";

async function review(person, reference) {
  const { page } = person;
  await page.goto("/app/move");
  await page.getByLabel(payee).fill(bob.account_no);
  await page.getByLabel("Amount (EUR)").fill("1.00");
  await page.getByLabel("Reference").fill(reference);
  await page.getByRole("button", { name: "Review" }).click();
  await person.heading("Check and confirm");
  await page.getByLabel("PIN of the account", { exact: true }).fill(setting.pin);
}

async function count(person, reference) {
  const { page } = person;
  await page.goto(`/app/accounts/${alice.id}`);
  await page.getByLabel("Search", { exact: true }).fill(reference);
  await page.getByText(reference, { exact: true }).first().waitFor();
  await person.settle();
  return page.getByText(reference, { exact: true }).count();
}

// Takes the answer away, though the bank gave it.
async function loseReply(page) {
  await page.route(
    "**/v1/transfers",
    async (route) => {
      await route.fetch();
      await route.abort("connectionreset");
    },
    { times: 1 },
  );
}

async function doubleClick(person) {
  await review(person, "double click");
  await person.page.getByRole("button", { name: "Send money" }).dblclick({ delay: 5 });
  await person.page.getByText("Money moved").waitFor();
  same(await count(person, "double click"), 1, "after a double click");
}

async function lostReply(person) {
  const { page } = person;
  await review(person, "lost reply");
  await loseReply(page);
  await person.expecting(/ERR_CONNECTION_RESET/, async () => {
    await page.getByRole("button", { name: "Send money" }).click();
    await page.getByText("Not known whether it was done").waitFor();
  });
  await person.look("once-1-unknown");
  await page.getByRole("button", { name: "Ask the bank again" }).click();
  await page.getByText("Money moved").waitFor();
  same(await count(person, "lost reply"), 1, "after a lost reply");
}

async function lostReplyAndReload(person) {
  const { page } = person;
  await review(person, "reload");
  await loseReply(page);
  await person.expecting(/ERR_CONNECTION_RESET/, async () => {
    await page.getByRole("button", { name: "Send money" }).click();
    await page.getByText("Not known whether it was done").waitFor();
  });
  // Another tab knows of it, too.
  const second = await person.context.newPage();
  await second.goto("/app/move");
  await second.getByText("A movement without an answer").waitFor();
  await page.reload();
  await page.getByText("A movement without an answer").waitFor();
  await person.look("once-2-unanswered");
  for (const tab of [page, second]) {
    await tab.getByLabel("PIN of the account", { exact: true }).fill(setting.pin);
    await tab.getByRole("button", { name: "Ask the bank again" }).click();
    await tab.getByText("Money moved").waitFor();
  }
  await second.close();
  same(await count(person, "reload"), 1, "after a reload and from a second tab");
}

async function backButton(person) {
  const { page } = person;
  await review(person, "back button");
  await page.goBack();
  same(await page.getByLabel("Reference").inputValue(), "back button", "the form after going back");
  await page.getByRole("button", { name: "Review" }).click();
  await page.getByLabel("PIN of the account", { exact: true }).fill(setting.pin);
  await page.getByRole("button", { name: "Send money" }).click();
  await page.getByText("Money moved").waitFor();
  await page.goBack();
  await page.getByRole("button", { name: "Review" }).waitFor();
  same(await page.getByLabel(payee).inputValue(), "", "the form after a transfer");
  same(await count(person, "back button"), 1, "after the back button");
}

async function sameKeyTwoTabs(person) {
  const { page } = person;
  await review(person, "two tabs");
  const keys = [];
  page.on("request", (request) => keys.push(request.headers()["idempotency-key"]));
  await person.expecting(/ERR_CONNECTION_RESET/, async () => {
    await loseReply(page);
    await page.getByRole("button", { name: "Send money" }).click();
    await page.getByText("Not known whether it was done").waitFor();
  });
  await page.getByRole("button", { name: "Ask the bank again" }).click();
  await page.getByText("Money moved").waitFor();
  const sent = keys.filter(Boolean);
  must(sent.length === 2 && sent[0] === sent[1], `one key for both: ${sent}`);
  must(/^[0-9a-f]{8}-[0-9a-f]{4}-7/.test(sent[0]), "a UUID of version 7");
}

async function signedOutElsewhere(person) {
  const second = await person.context.newPage();
  await second.goto("/app/");
  await second.getByRole("button", { name: "Sign out" }).first().click();
  await person.page.getByText("You are signed out.").waitFor();
  await second.close();
}

await run(async (browser) => {
  const person = await Person.come(browser, "alice");
  await person.signIn("alice", setting.people.alice);
  await doubleClick(person);
  await lostReply(person);
  await lostReplyAndReload(person);
  await backButton(person);
  await sameKeyTwoTabs(person);
  await signedOutElsewhere(person);
  await person.leave();
});
