// Money moves once: a double click, a second tab, the back button, a lost reply, a reload, and
// rejections that say nothing about an earlier attempt.
import { must, Person, run, same, setting } from "./browser.mjs";
import { like, t } from "./text.mjs";

const { alice, bob } = setting.accounts;

const button = (page, name) => page.getByRole("button", { name, exact: true });
const send = (page) => button(page, like(t.move.send.transfer));
const ask = (page) => button(page, t.move.unknownAgain);
const done = (page) => page.getByText(t.receipt.done.posted).waitFor();

async function enterPin(page, pin = setting.pin) {
  await page.getByLabel(t.move.pin, { exact: true }).fill(pin);
}

async function review(person, reference, { amount = "1.00", page = person.page } = {}) {
  await page.goto("/app/move");
  await page.getByLabel(t.move.to).fill(bob.account_no);
  await page.getByLabel(`${t.move.amount} (EUR)`).fill(amount);
  await page.getByLabel(t.move.reference).fill(reference);
  await button(page, t.move.review).click();
  await page.getByRole("heading", { level: 1, name: t.move.reviewTitles.transfer }).waitFor();
  await enterPin(page);
}

async function count(person, reference) {
  const { page } = person;
  await page.goto(`/app/accounts/${alice.id}`);
  await page.getByLabel(t.account.search, { exact: true }).fill(reference);
  await page.getByText(reference, { exact: true }).first().waitFor();
  await person.settle();
  return page.getByText(reference, { exact: true }).count();
}

// Drops the bank's response.
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

async function sendAndLoseReply(person) {
  const { page } = person;
  await loseReply(page);
  await person.expecting(/ERR_CONNECTION_RESET/, async () => {
    await send(page).click();
    await page.getByText(t.move.unknownTitle).waitFor();
  });
}

// The keys of the orders that this browser stores.
async function keptKeys(page) {
  const names = await page.evaluate(() => Object.keys(localStorage));
  const key = /^bankd-unanswered-\d+-(.{36})-/;
  return [...new Set(names.map((name) => key.exec(name)?.[1]).filter(Boolean))];
}

async function doubleClick(person) {
  await review(person, "double click");
  await send(person.page).dblclick({ delay: 5 });
  await done(person.page);
  same(await count(person, "double click"), 1, "after a double click");
}

async function lostReply(person) {
  const { page } = person;
  await review(person, "lost reply");
  await sendAndLoseReply(person);
  await person.look("once-1-unknown");
  await ask(page).click();
  await done(page);
  same(await count(person, "lost reply"), 1, "after a lost reply");
}

async function lostReplyAndReload(person) {
  const { page } = person;
  await review(person, "reload");
  await sendAndLoseReply(person);
  // Another tab knows of it too.
  const second = await person.context.newPage();
  await second.goto("/app/move");
  await second.getByText(t.move.keptTitle).waitFor();
  await page.reload();
  await page.getByText(t.move.keptTitle).waitFor();
  await person.look("once-2-unanswered");
  for (const tab of [page, second]) {
    await enterPin(tab);
    await ask(tab).click();
    await done(tab);
  }
  await second.close();
  same(await count(person, "reload"), 1, "after a reload and from a second tab");
}

async function backButton(person) {
  const { page } = person;
  await review(person, "back button");
  await page.goBack();
  const reference = page.getByLabel(t.move.reference);
  same(await reference.inputValue(), "back button", "the form after going back");
  await button(page, t.move.review).click();
  await enterPin(page);
  await send(page).click();
  await done(page);
  await page.goBack();
  await button(page, t.move.review).waitFor();
  same(await page.getByLabel(t.move.to).inputValue(), "", "the form after a transfer");
  same(await count(person, "back button"), 1, "after the back button");
}

async function sameKeyTwice(person) {
  const { page } = person;
  await review(person, "same key");
  const keys = [];
  page.on("request", (request) => keys.push(request.headers()["idempotency-key"]));
  await sendAndLoseReply(person);
  await ask(page).click();
  await done(page);
  const sent = keys.filter(Boolean);
  must(sent.length === 2 && sent[0] === sent[1], `one key for both: ${sent}`);
  must(/^[0-9a-f]{8}-[0-9a-f]{4}-7/.test(sent[0]), "a UUID of version 7");
}

// Errors that the bank, or a proxy, may return before the ledger has seen the key.
const refusals = [
  [400, "malformed_request"],
  [400, "invalid_field"],
  [403, "pin_required"],
  [403, "pin_wrong"],
  [403, "account_locked"],
  [403, "pin_not_set"],
  [403, "permission_denied"],
  [404, "account_not_found"],
  [408, "request_timeout"],
  [409, "idempotency_key_reused"],
  [413, "request_too_large"],
  [422, "credit_account_not_found"],
  [429, "rate_limited"],
  [503, "overloaded"],
  [401, "session_ended"],
];

// There is one way to continue, under one key.
async function mustBeOpen(page, key, what) {
  await page.getByText(t.move.keptTitle).or(page.getByText(t.move.unknownTitle)).waitFor();
  await ask(page).waitFor();
  same(await send(page).count(), 0, `to send it, ${what}`);
  same(await button(page, t.move.edit).count(), 0, `to change it, ${what}`);
  same(await button(page, t.move.discard).count(), 0, `to drop it, ${what}`);
  same(await keptKeys(page), [key], `what is kept ${what}`);
}

async function isRefused(person, [status, code], key) {
  const { page } = person;
  await page.route("**/v1/transfers", (route) =>
    route.fulfill({
      status,
      contentType: "application/problem+json",
      json: { type: "about:blank", title: code, status, code, request_id: "none" },
    }),
  );
  await enterPin(page, "908172");
  await ask(page).click();
  if (status === 401) {
    await page.getByText(t.signIn.endings.ended).waitFor();
    await page.unroute("**/v1/transfers");
    await person.fillInSignIn("alice", setting.people.alice);
    await mustBeOpen(page, key, "after signing in again");
    await page.goto("/app/");
    await page.getByText(t.move.keptTitle).waitFor();
    await person.look("once-3-unanswered-elsewhere");
    await page.getByRole("link", { name: t.move.unknownAgain }).click();
  } else {
    const said = status < 500 ? t.problems[code] : t.move.unknownTitle;
    await page.getByText(said).first().waitFor();
    await page.unroute("**/v1/transfers");
  }
  await mustBeOpen(page, key, `after ${code}`);
  await page.reload();
  await mustBeOpen(page, key, `after ${code} and a reload`);
}

async function lostReplyAndRefusals(person) {
  const { page } = person;
  await review(person, "refusals");
  await sendAndLoseReply(person);
  const [key] = await keptKeys(page);
  await mustBeOpen(page, key, "after a lost reply");
  await person.expecting(/status of (4\d\d|503)/, async () => {
    for (const refusal of refusals) await isRefused(person, refusal, key);
  });
  await person.look("once-4-refused");
  // The bank repeats its decision before it checks a PIN.
  await enterPin(page, "908172");
  await ask(page).click();
  await done(page);
  same(await keptKeys(page), [], "what is kept after the answer");
  same(await count(person, "refusals"), 1, "after refusals");
}

async function lostRequest(person) {
  const { page } = person;
  await review(person, "lost request");
  await page.route("**/v1/transfers", (route) => route.abort("connectionreset"), { times: 1 });
  await person.expecting(/ERR_CONNECTION_RESET/, async () => {
    await send(page).click();
    await page.getByText(t.move.unknownTitle).waitFor();
  });
  const [key] = await keptKeys(page);
  await person.expecting(/status of 403/, async () => {
    await enterPin(page, "908172");
    await ask(page).click();
    await page.getByText(t.problems.pin_wrong).waitFor();
  });
  await mustBeOpen(page, key, "after a wrong PIN");
  await enterPin(page);
  await ask(page).click();
  await done(page);
  same(await count(person, "lost request"), 1, "after a lost request");
}

// Another order that was filled in earlier has to wait: it could be the same one.
async function lostReplyInAnotherTab(person) {
  const { page } = person;
  await review(person, "first tab");
  const second = await person.context.newPage();
  await review(person, "first tab", { page: second });
  await sendAndLoseReply(person);
  const [key] = await keptKeys(page);
  await send(second).click();
  await mustBeOpen(second, key, "in a second tab");
  await enterPin(second);
  await ask(second).click();
  await done(second);
  await second.close();
  same(await keptKeys(page), [], "what is kept after the answer");
  same(await count(person, "first tab"), 1, "from two tabs under two keys");
}

async function lostReplyAndBack(person) {
  const { page } = person;
  await review(person, "back");
  await sendAndLoseReply(person);
  const [key] = await keptKeys(page);
  await page.goBack();
  await mustBeOpen(page, key, "after going back");
  await enterPin(page);
  await ask(page).click();
  await done(page);
  same(await count(person, "back"), 1, "after going back");
}

// A decline by the ledger is final: the next order is another one.
async function lostRefusal(person) {
  const { page } = person;
  await review(person, "too much", { amount: "9,999,999.00" });
  await sendAndLoseReply(person);
  const [key] = await keptKeys(page);
  await person.expecting(/status of 422/, async () => {
    await ask(page).click();
    await page.getByText(t.move.refusedTitle).waitFor();
    same(await keptKeys(page), [], "what is kept after the ledger's refusal");
    // The same order is sent again under another key.
    await button(page, t.move.edit).click();
    same(await page.getByLabel(t.move.reference).inputValue(), "too much", "what is edited");
    await button(page, t.move.review).click();
    await enterPin(page);
    const request = page.waitForRequest((each) => each.method() === "POST");
    await send(page).click();
    must((await request).headers()["idempotency-key"] !== key, "another key");
    await page.getByText(t.move.refusedTitle).waitFor();
    await button(page, t.move.discard).click();
    same(await page.getByLabel(t.move.reference).inputValue(), "", "a new start");
  });
}

// Nothing is pending after a rejection of the first attempt.
async function firstRefused(person) {
  const { page } = person;
  await review(person, "never sent");
  await enterPin(page, "908172");
  await person.expecting(/status of 403/, async () => {
    await send(page).click();
    await page.getByText(t.problems.pin_wrong).waitFor();
  });
  same(await keptKeys(page), [], "what is kept of an order that was not taken");
  await button(page, t.move.edit).click();
  const reference = page.getByLabel(t.move.reference);
  same(await reference.inputValue(), "never sent", "what is edited");
}

async function signedOutElsewhere(person) {
  const second = await person.context.newPage();
  await second.goto("/app/");
  await button(second, t.nav.signOut).first().click();
  await person.page.getByText(t.signIn.endings.signed_out).waitFor();
  await second.close();
}

await run(async (browser) => {
  const person = await Person.come(browser, "alice");
  await person.signIn("alice", setting.people.alice);
  await doubleClick(person);
  await lostReply(person);
  await lostReplyAndReload(person);
  await backButton(person);
  await sameKeyTwice(person);
  await lostReplyAndRefusals(person);
  await lostRequest(person);
  await lostReplyInAnotherTab(person);
  await lostReplyAndBack(person);
  await lostRefusal(person);
  await firstRefused(person);
  await signedOutElsewhere(person);
  await person.leave();
});
