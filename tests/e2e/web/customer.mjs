// A customer's day: looks, searches, pays, reads the receipt, changes password and PIN, signs out
// elsewhere.
import { must, Person, run, same, setting, until } from "./browser.mjs";
import { like, t } from "./text.mjs";

const { alice, bob } = setting.accounts;

async function pay(person, { payee, amount, reference, pin }) {
  const { page } = person;
  await page.goto("/app/move");
  await page.getByLabel(t.move.to).fill(payee);
  await page.getByLabel(`${t.move.amount} (EUR)`).fill(amount);
  await page.getByLabel(t.move.reference).fill(reference);
  await page.getByRole("button", { name: t.move.review }).click();
  await person.heading(t.move.reviewTitles.transfer);
  await page.getByLabel(t.move.pin, { exact: true }).fill(pin);
}

async function looksAtAccounts(person) {
  const { page } = person;
  await person.heading(t.accounts.title);
  await page.getByRole("img", { name: t.account.chart }).waitFor();
  await person.look("customer-1-overview");
  await page.getByRole("button", { name: t.account.showTable }).click();
  await page.getByRole("table", { name: t.account.chart }).waitFor();
  await page.getByRole("link", { name: /Account of alice/ }).click();
  await person.heading("Account of alice");
  await page.getByLabel(t.account.search, { exact: true }).fill("invoice 3");
  await page.getByText("Invoice 3", { exact: true }).waitFor();
  same(await page.getByText("Invoice 5", { exact: true }).count(), 0, "what a search leaves out");
  await page.getByLabel(t.account.from, { exact: true }).fill("2001-01-01");
  await page.getByLabel(t.account.until, { exact: true }).fill("2001-12-31");
  await page.getByText(t.account.noMatch).waitFor();
  await person.look("customer-2-nothing-matches");
  await page.getByRole("button", { name: t.account.clear }).click();
  await page.getByText("Invoice 5", { exact: true }).waitFor();
}

async function renamesTheAccount(person) {
  const { page } = person;
  for (const name of ["Household", "Account of alice"]) {
    await page.getByRole("button", { name: t.account.rename }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel(t.open.name).fill(name);
    await dialog.getByRole("button", { name: t.account.rename }).click();
    await dialog.waitFor({ state: "detached" });
    await person.heading(name);
  }
}

async function scrollsThroughHistory(person) {
  const { page } = person;
  const rows = page.locator('a[href^="/app/transfers/"]');
  await rows.nth(49).waitFor();
  await rows.last().scrollIntoViewIfNeeded();
  await page.getByText(t.account.end).waitFor();
  // The rows themselves are rendered deferred.
  await rows.nth(setting.entries - 1).waitFor();
  same(await rows.count(), setting.entries, "entries after scrolling to the end");
}

async function paysAndReadsTheReceipt(person) {
  const { page } = person;
  await page.goto("/app/move");
  const payee = page.getByLabel(t.move.to);
  const wrong = bob.account_no.replace(/.$/, (digit) => String((Number(digit) + 1) % 10));
  await payee.pressSequentially(wrong);
  await page.getByText(t.move.ibanStates.wrong).waitFor();
  await person.look("customer-3-mistyped");
  await payee.fill(bob.account_no.slice(0, 10));
  same(await page.getByText(t.move.ibanStates.wrong).count(), 0, "a warning while typing");
  await payee.fill(bob.account_no);
  await page.getByText(t.move.ibanStates.sound).waitFor();

  await pay(person, {
    payee: bob.account_no,
    amount: "12.34",
    reference: "Lunch",
    pin: setting.pin,
  });
  await page.getByText("€12.34", { exact: true }).waitFor();
  await person.look("customer-4-review");
  await page.getByRole("button", { name: like(t.move.send.transfer) }).click();
  await page.getByText(t.receipt.done.posted).waitFor();
  await page.getByText(t.receipt.sound).waitFor();
  same(await page.getByText(like(t.receipt.steps.inclusionBody)).count(), 1, "the proof");
  await person.look("customer-5-receipt");
  await page.reload();
  await page.getByText(t.receipt.steps.keyKnown).waitFor();
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
    await page.getByRole("button", { name: like(t.move.send.transfer) }).click();
    await page.getByText(t.problems.insufficient_funds).waitFor();
  });
  await person.look("customer-6-insufficient");
  await pay(person, { payee: bob.account_no, amount: "1", reference: "", pin: "908172" });
  await person.expecting(/status of 403/, async () => {
    await page.getByRole("button", { name: like(t.move.send.transfer) }).click();
    await page.getByText(t.problems.pin_wrong).waitFor();
  });
  // The right one is then accepted, on the same page.
  await page.getByLabel(t.move.pin, { exact: true }).fill(setting.pin);
  await page.getByRole("button", { name: like(t.move.send.transfer) }).click();
  await page.getByText(t.receipt.done.posted).waitFor();
}

async function changesSecrets(person, browser) {
  const { page } = person;
  const other = await Person.come(browser, "alice elsewhere", { userAgent: "Elsewhere/1.0" });
  await other.signIn("alice", setting.people.alice);
  await page.goto("/app/security");
  await page.getByText("Elsewhere/1.0").waitFor();
  await person.look("customer-7-security");
  await page.getByRole("button", { name: t.security.endOthers }).click();
  await page.getByText(t.security.endOthersDone).waitFor();
  await other.expecting(/status of 401/, async () => {
    await other.page.goto("/app/");
    await other.page.getByLabel(t.signIn.userName).waitFor();
  });
  await other.leave();

  await page.getByRole("button", { name: `${t.account.changePin}: Account of alice` }).click();
  await page.getByLabel(t.account.currentPin, { exact: true }).fill(setting.pin);
  await page.getByLabel(t.account.newPin, { exact: true }).fill("1111");
  await page.getByLabel(t.account.repeatPin, { exact: true }).fill("1111");
  await person.expecting(/status of 422/, async () => {
    await page.getByRole("button", { name: t.common.save }).click();
    await page.getByText(t.problems.secret_too_weak).waitFor();
  });
  await person.look("customer-8-weak-pin");
  await page.getByLabel(t.account.newPin, { exact: true }).fill("583920");
  await page.getByLabel(t.account.repeatPin, { exact: true }).fill("583920");
  await page.getByRole("button", { name: t.common.save }).click();
  await page.getByText(t.account.pinSaved).waitFor();
  await page.getByRole("dialog").getByRole("button", { name: t.common.close }).last().click();
  await pay(person, { payee: bob.account_no, amount: "2", reference: "", pin: "583920" });
  await page.getByRole("button", { name: like(t.move.send.transfer) }).click();
  await page.getByText(t.receipt.done.posted).waitFor();
}

async function keepsNoSecretWhereAScriptReads(person) {
  const { page } = person;
  const stored = await page.evaluate(() =>
    JSON.stringify([document.cookie, { ...localStorage }, { ...sessionStorage }]),
  );
  must(!/eyJ|refresh|Bearer|583920/.test(stored), `a secret is stored: ${stored}`);
  await page.reload();
  await page.getByRole("button", { name: t.nav.signOut }).first().waitFor();
  const cookies = await person.context.cookies(`${setting.address}/v1/web-session`);
  const [cookie] = cookies.filter(({ name }) => name === "__Secure-bankd-refresh");
  must(cookie?.httpOnly && cookie.secure && cookie.sameSite === "Strict", "the cookie");
}

async function speaksGerman(person) {
  const { page } = person;
  await page.goto("/app/");
  await page.getByLabel(t.common.language).first().selectOption("de");
  await person.heading("Ihre Konten");
  same(await page.getAttribute("html", "lang"), "de", "the language of the page");
  await person.look("customer-9-german");
  // In the order of the page's language, whatever the browser's language is.
  await page.goto(`/app/accounts/${alice.id}`);
  const from = page.getByLabel("Von", { exact: true });
  same(await from.getAttribute("placeholder"), "TT.MM.JJJJ", "how a date is written");
  await from.fill("31.12.2001");
  await page.getByLabel("Bis", { exact: true }).fill("1.1.2002");
  await page.getByText("Keine Treffer").waitFor();
  await page.getByLabel("Sprache").first().selectOption("en");
}

// Whether the page shows it, and the button waits too.
function isToldToWait() {
  const isSaid = /Try again in \d+:\d\d/.test(document.body.innerText);
  return isSaid && document.querySelector("button[type=submit]").disabled;
}

async function isThrottled(browser) {
  const stranger = await Person.come(browser, "a stranger");
  const { page } = stranger;
  await stranger.expecting(/status of (401|429)/, async () => {
    await page.goto("/app/");
    // Polled by the page itself: the first wait is a second.
    let isTold = false;
    const told = page.waitForFunction(isToldToWait).then(() => (isTold = true));
    let attempts = 0;
    await until(
      () => isTold,
      "too many failures",
      async () => {
        must(++attempts <= 30, "that many failures are too many");
        await page.getByLabel(t.signIn.userName).fill("carol");
        await page.getByLabel(t.signIn.password, { exact: true }).fill("not the password");
        await page.getByRole("button", { name: t.signIn.submit }).click();
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
  await person.heading(t.signIn.title);
  await person.look("customer-0-sign-in");
  await person.signIn("alice", setting.people.alice);
  await looksAtAccounts(person);
  await renamesTheAccount(person);
  await scrollsThroughHistory(person);
  await paysAndReadsTheReceipt(person);
  await meetsRefusals(person);
  await changesSecrets(person, browser);
  await keepsNoSecretWhereAScriptReads(person);
  await speaksGerman(person);
  await person.page.getByRole("button", { name: t.nav.signOut }).first().click();
  await person.page.getByText(t.signIn.endings.signed_out).waitFor();
  await person.leave();
}

await run(async (browser) => {
  await Promise.all([livesThroughTheDay(browser), isThrottled(browser)]);
  same(alice.currency, "EUR", "the currency of the day");
});
