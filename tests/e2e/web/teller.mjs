// A teller's day: finds an account by keyboard alone, opens one, takes and pays out cash, makes a
// transfer for a customer, locks and unlocks, and counts the drawer.
import { Person, run, same, setting, until } from "./browser.mjs";
import { like, t } from "./text.mjs";

const { alice, bob } = setting.accounts;

async function findsByKeyboard(person) {
  const { page } = person;
  await person.heading(t.counter.title);
  for (const [search, name] of [
    ["bob", "Account of bob"],
    [alice.account_no.replace(/(.{4})/g, "$1 "), "Account of alice"],
    [bob.account_no.slice(-4), "Account of bob"],
    ["of ali", "Account of alice"],
  ]) {
    await page.goto("/app/");
    await page.getByRole("combobox", { name: t.counter.search }).waitFor();
    await page.keyboard.type(search);
    await page
      .getByRole("option", { name: new RegExp(name) })
      .first()
      .waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    // While the list still belongs to an earlier text, this has no effect.
    await until(
      () => page.getByRole("heading", { level: 1, name }).isVisible(),
      `opens ${name}`,
      () => page.keyboard.press("Enter"),
    );
    await person.heading(name);
  }
  await page.goto("/app/?q=account");
  await page.getByRole("listbox").getByRole("option").first().waitFor();
  await person.look("teller-1-found");
  await page.goto("/app/?q=nobody-has-this");
  await page.getByText(t.counter.none).waitFor();
  await person.look("teller-2-none");
}

async function opensAnAccount(person) {
  const { page } = person;
  await page.goto("/app/open");
  await page.getByLabel(t.open.owner).fill("nobody-here");
  await page.getByLabel(t.open.name).fill("Holiday");
  await person.expecting(/status of 404/, async () => {
    await page.getByRole("button", { name: t.open.submit }).click();
    await page.getByText(t.problems.user_not_found).waitFor();
  });
  await person.look("teller-3-open");
  await page.getByLabel(t.open.owner).fill("alice");
  await page.getByLabel(new RegExp(t.open.pin)).fill("837465");
  await page.getByRole("button", { name: t.open.submit }).click();
  await person.heading("Holiday");
  await page.getByText(t.account.empty).waitFor();
}

async function moves(person, { kind, link, amount, payee }) {
  const { page } = person;
  await page.getByRole("link", { name: link, exact: true }).click();
  if (payee) await page.getByLabel(t.move.to).fill(payee);
  await page.getByLabel(`${t.move.amount} (EUR)`).fill(amount);
  await page.getByRole("button", { name: t.move.review }).click();
  await person.heading(t.move.reviewTitles[kind]);
  await page.getByRole("button", { name: like(t.move.send[kind]) }).click();
  await page.getByText(t.receipt.done.posted).waitFor();
  // Polled every second until the next checkpoint covers it, which also takes a second.
  await page.getByText(t.receipt.sound).waitFor();
}

async function servesAlice(person) {
  const { page } = person;
  const account = `/app/accounts/${alice.id}`;
  await page.goto(account);
  await moves(person, { kind: "deposit", link: t.accounts.deposit, amount: "150.25" });
  await page.goto(account);
  await moves(person, { kind: "withdrawal", link: t.accounts.withdraw, amount: "50" });
  await page.goto(account);
  await moves(person, {
    kind: "transfer",
    link: t.accounts.newTransfer,
    amount: "10.01",
    payee: bob.account_no,
  });
  await page.goto(account);
  await page.getByRole("button", { name: t.account.lock, exact: true }).click();
  await page.getByLabel(t.common.reason).fill("Card lost");
  await person.look("teller-4-lock");
  await page.getByRole("dialog").getByRole("button", { name: t.account.lock, exact: true }).click();
  await page.getByText(t.account.lockedNotice("Card lost")).waitFor();
  await person.look("teller-5-locked");
}

async function countsTheDrawer(person) {
  const { page } = person;
  await page.goto("/app/day");
  await page.getByText(t.day.paidIn).waitFor();
  await page.getByText("€50.00").first().waitFor();
  await person.look("teller-6-day");
}

await run(async (browser) => {
  const teller = await Person.come(browser, "clerk");
  await teller.signIn("clerk", setting.people.clerk);
  await findsByKeyboard(teller);
  await opensAnAccount(teller);
  await servesAlice(teller);

  const customer = await Person.come(browser, "alice");
  await customer.signIn("alice", setting.people.alice);
  await customer.page.goto(`/app/accounts/${alice.id}`);
  await customer.page.getByText(t.account.lockedHelp).waitFor();
  await customer.look("teller-7-seen-by-customer");

  await teller.page.getByRole("button", { name: t.account.unlock, exact: true }).click();
  const dialog = teller.page.getByRole("dialog");
  await dialog.getByLabel(t.common.reason).fill("Card found");
  await teller.look("teller-8-unlock");
  await dialog.getByRole("button", { name: t.account.unlock, exact: true }).click();
  await teller.page.getByRole("button", { name: t.account.lock, exact: true }).waitFor();
  await customer.page.reload();
  await customer.heading("Account of alice");
  same(await customer.page.getByText(like(t.account.lockedNotice)).count(), 0, "locked still");
  // Other roles' pages do not exist for a customer.
  await customer.page.goto("/app/users");
  await customer.heading(t.common.notFoundTitle);
  await customer.leave();
  await countsTheDrawer(teller);
  await teller.leave();
});
