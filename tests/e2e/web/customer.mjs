// A customer's day: looks, searches, pays, reads the receipt, changes secrets, signs out elsewhere.
import { must, Person, run, same, setting, until } from "./browser.mjs";

const { alice, bob } = setting.accounts;

async function pay(person, { payee, amount, reference, pin }) {
  const { page } = person;
  await page.goto("/app/move");
  await page.getByLabel("To account number (IBAN)").fill(payee);
  await page.getByLabel("Amount (EUR)").fill(amount);
  await page.getByLabel("Reference").fill(reference);
  await page.getByRole("button", { name: "Review" }).click();
  await person.heading("Check and confirm");
  await page.getByLabel("PIN of the account", { exact: true }).fill(pin);
}

async function looksAtAccounts(person) {
  const { page } = person;
  await person.heading("Good day, alice");
  await page.getByRole("img", { name: /Balance over time/ }).waitFor();
  await person.look("customer-1-overview");
  await page.getByRole("button", { name: "Show as table" }).click();
  await page.getByRole("table", { name: "Balance over time" }).waitFor();
  await page.getByRole("link", { name: /Account of alice/ }).click();
  await person.heading("Account of alice");
  await page.getByLabel("Search", { exact: true }).fill("invoice 3");
  await page.getByText("Invoice 3", { exact: true }).waitFor();
  same(await page.getByText("Invoice 5", { exact: true }).count(), 0, "what a search leaves out");
  await page.getByLabel("From", { exact: true }).fill("2001-01-01");
  await page.getByLabel("To", { exact: true }).fill("2001-12-31");
  await page.getByText("Nothing matches").waitFor();
  await person.look("customer-2-nothing-matches");
  await page.getByRole("button", { name: "Clear filters" }).click();
  await page.getByText("Invoice 5", { exact: true }).waitFor();
}

async function scrollsThroughHistory(person) {
  const { page } = person;
  const rows = page.locator('a[href^="/app/transfers/"]');
  await rows.nth(49).waitFor();
  await rows.last().scrollIntoViewIfNeeded();
  await page.getByText("That is all there is.").waitFor();
  // The rows themselves are made bit by bit.
  await rows.nth(setting.entries - 1).waitFor();
  same(await rows.count(), setting.entries, "entries after scrolling to the end");
}

async function paysAndReadsTheReceipt(person) {
  const { page } = person;
  await page.goto("/app/move");
  const payee = page.getByLabel("To account number (IBAN)");
  const wrong = bob.account_no.replace(/.$/, (digit) => String((Number(digit) + 1) % 10));
  await payee.pressSequentially(wrong);
  await page.getByText("The check digits do not fit: a digit is mistyped.").waitFor();
  await person.look("customer-3-mistyped");
  await payee.fill(bob.account_no.slice(0, 10));
  same(await page.getByText("a digit is mistyped").count(), 0, "a warning while typing");
  await payee.fill(bob.account_no);
  await page.getByText("The check digits are right.").waitFor();

  await pay(person, {
    payee: bob.account_no,
    amount: "12.34",
    reference: "Lunch",
    pin: setting.pin,
  });
  await page.getByText("€12.34").waitFor();
  await person.look("customer-4-review");
  await page.getByRole("button", { name: "Send money" }).click();
  await page.getByText("Money moved").waitFor();
  await page.getByText("This receipt is proven.").waitFor();
  same(await page.getByText("the hashes beside its path").count(), 1, "the proof");
  await person.look("customer-5-receipt");
  await page.reload();
  await page.getByText("The same as before.").waitFor();
}

async function meetsRefusals(person) {
  const { page } = person;
  await pay(person, {
    payee: bob.account_no,
    amount: "9,999,999.00",
    reference: "",
    pin: setting.pin,
  });
  await person.expecting(/status of 422/, async () => {
    await page.getByRole("button", { name: "Send money" }).click();
    await page.getByText("The available balance does not cover the amount.").waitFor();
  });
  await person.look("customer-6-insufficient");
  await pay(person, { payee: bob.account_no, amount: "1", reference: "", pin: "908172" });
  await person.expecting(/status of 403/, async () => {
    await page.getByRole("button", { name: "Send money" }).click();
    await page.getByText("The PIN is wrong.").waitFor();
  });
  // The right one then goes through, on the same page.
  await page.getByLabel("PIN of the account", { exact: true }).fill(setting.pin);
  await page.getByRole("button", { name: "Send money" }).click();
  await page.getByText("Money moved").waitFor();
}

async function changesSecrets(person, browser) {
  const { page } = person;
  const other = await Person.come(browser, "alice elsewhere", { userAgent: "Elsewhere/1.0" });
  await other.signIn("alice", setting.people.alice);
  await page.goto("/app/security");
  await page.getByText("Elsewhere/1.0").waitFor();
  await person.look("customer-7-security");
  await page.getByRole("button", { name: "Sign out elsewhere" }).click();
  await page.getByText("All other sessions are ended.").waitFor();
  await other.expecting(/status of 401/, async () => {
    await other.page.goto("/app/");
    await other.page.getByLabel("User name").waitFor();
  });
  await other.leave();

  await page.getByRole("button", { name: "Change PIN: Account of alice" }).click();
  await page.getByLabel("Present PIN", { exact: true }).fill(setting.pin);
  await page.getByLabel("New PIN", { exact: true }).fill("1111");
  await page.getByLabel("New PIN again", { exact: true }).fill("1111");
  await person.expecting(/status of 422/, async () => {
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("This is too easy to guess.").waitFor();
  });
  await person.look("customer-8-weak-pin");
  await page.getByLabel("New PIN", { exact: true }).fill("583920");
  await page.getByLabel("New PIN again", { exact: true }).fill("583920");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("The new PIN is set.").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();
  await pay(person, { payee: bob.account_no, amount: "2", reference: "", pin: "583920" });
  await page.getByRole("button", { name: "Send money" }).click();
  await page.getByText("Money moved").waitFor();
}

async function keepsNoSecretWhereAScriptReads(person) {
  const { page } = person;
  const stored = await page.evaluate(() =>
    JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }]),
  );
  must(!/eyJ|refresh|Bearer|583920/.test(stored), `a secret is stored: ${stored}`);
  await page.reload();
  await page.getByRole("button", { name: "Sign out" }).first().waitFor();
  const cookies = await person.context.cookies(`${setting.address}/v1/web-session`);
  const [cookie] = cookies.filter(({ name }) => name === "__Secure-bankd-refresh");
  must(cookie?.httpOnly && cookie.secure && cookie.sameSite === "Strict", "the cookie");
}

async function speaksGerman(person) {
  const { page } = person;
  await page.goto("/app/");
  await page.getByLabel("Language").first().selectOption("de");
  await person.heading("Guten Tag, alice");
  same(await page.getAttribute("html", "lang"), "de", "the language of the page");
  await person.look("customer-9-german");
  await page.getByLabel("Sprache").first().selectOption("en");
}

// Whether the page says so, and the button waits, too.
function isToldToWait() {
  const isSaid = /You can try again in \d+:\d\d/.test(document.body.innerText);
  return isSaid && document.querySelector("button[type=submit]").disabled;
}

async function isThrottled(browser) {
  const stranger = await Person.come(browser, "a stranger");
  const { page } = stranger;
  await stranger.expecting(/status of (401|429)/, async () => {
    await page.goto("/app/");
    // Looked for all the time, by the page itself: the first wait is a second.
    let isTold = false;
    const told = page.waitForFunction(isToldToWait).then(() => (isTold = true));
    let attempts = 0;
    await until(
      () => isTold,
      "too many failures",
      async () => {
        must(++attempts <= 30, "that many failures are too many");
        await page.getByLabel("User name").fill("carol");
        await page.getByLabel("Password", { exact: true }).fill("not the password");
        await page.getByRole("button", { name: "Sign in" }).click();
        await page.getByRole("alert").waitFor();
      },
    );
    await told;
    await stranger.look("customer-10-throttled");
  });
  await stranger.leave();
}

async function livesThroughTheDay(browser) {
  const person = await Person.come(browser, "alice");
  await person.page.goto("/app/");
  await person.heading("Sign in");
  await person.look("customer-0-sign-in");
  await person.signIn("alice", setting.people.alice);
  await looksAtAccounts(person);
  await scrollsThroughHistory(person);
  await paysAndReadsTheReceipt(person);
  await meetsRefusals(person);
  await changesSecrets(person, browser);
  await keepsNoSecretWhereAScriptReads(person);
  await speaksGerman(person);
  await person.page.getByRole("button", { name: "Sign out" }).first().click();
  await person.page.getByText("You are signed out.").waitFor();
  await person.leave();
}

await run(async (browser) => {
  await Promise.all([livesThroughTheDay(browser), isThrottled(browser)]);
  same(alice.currency, "EUR", "the currency of the day");
});
