// The bank stops and starts under open pages: each shows it, with the time, and recovers
// automatically.
import { createInterface } from "node:readline";
import { must, Person, run, same, setting } from "./browser.mjs";
import { like, t } from "./text.mjs";

const answers = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

// The test that runs this script stops or starts the bank.
async function tell(order) {
  console.log(order);
  const { value } = await answers.next();
  same(value, "done", order);
}

const { alice } = setting.accounts;
const banner = (page) => page.getByRole("alert").filter({ hasText: t.signIn.unreachable });

// Whether all figures of a page, if it has any, are grey, or none is.
async function areGrey(page) {
  const looks = await page.evaluate(() =>
    [...document.querySelectorAll("main [data-figure]")].map(
      (figure) => getComputedStyle(figure).filter,
    ),
  );
  must(new Set(looks).size <= 1, `figures look alike: ${looks}`);
  return looks.every((filter) => filter === "grayscale(1)");
}

async function saysSo(person) {
  const { page } = person;
  await banner(page).waitFor();
  const text = await banner(page).innerText();
  must(like(t.common.lastSeen).test(text.split("\n").at(-1)), `when it was seen: ${text}`);
  must(/\d\d:\d\d:\d\d/.test(text), `to the second: ${text}`);
  must(await areGrey(page), "figures are grey");
  await person.look(`outage-${person.name}`);
}

async function recovers({ page }, hasFigures) {
  await banner(page).waitFor({ state: "detached" });
  if (hasFigures) same(await areGrey(page), false, "figures are grey still");
}

const away = /ERR_(CONNECTION_(REFUSED|RESET|CLOSED)|EMPTY_RESPONSE)|status of (404|50[23])/;

// A proxy may report that it reaches no bank, or may not know the address.
async function knowsWhoAnswers({ page }) {
  for (const [status, isAway] of [[502, true], [404, false], [503, true], [200, false]]) {
    await page.route("**/readyz", (route) => route.fulfill({ status, body: "" }));
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await banner(page).waitFor({ state: isAway ? "visible" : "detached" });
    await page.unroute("**/readyz");
  }
  await seesAFullDisk(page);
}

// Reading still works: nothing is old, so nothing is grey.
async function seesAFullDisk(page) {
  const body = JSON.stringify({ status: "storage_full" });
  const notice = page.getByText(t.common.readOnly);
  for (const [status, isReadOnly] of [[503, true], [200, false]]) {
    await page.route("**/readyz", (route) =>
      route.fulfill({ status, body: isReadOnly ? body : "" }),
    );
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await notice.waitFor({ state: isReadOnly ? "visible" : "detached" });
    same(await banner(page).count(), 0, "the banner of an outage");
    same(await areGrey(page), false, "grey on a full disk");
    await page.unroute("**/readyz");
  }
}

async function staysOn(people) {
  const [customer, admin, stranger] = people;
  for (const { page } of [customer, admin]) same(await areGrey(page), false, "grey at first");
  await tell("stop");
  await Promise.all(people.map(saysSo));
  await admin.page.getByText(t.system.readiness.away, { exact: true }).waitFor();
  same(await admin.page.getByText(t.system.readiness.ready, { exact: true }).count(), 0, "ready");
  same(await admin.page.getByRole("alert").count(), 1, "what the page of the system says");
  await tell("start");
  await Promise.all([recovers(customer, true), recovers(admin, true), recovers(stranger, false)]);
  await admin.page.getByText(t.system.readiness.ready, { exact: true }).waitFor();
}

await run(async (browser) => {
  const customer = await Person.come(browser, "alice");
  const admin = await Person.come(browser, "root-admin");
  const stranger = await Person.come(browser, "a-stranger");
  const people = [customer, admin, stranger];
  for (const person of people) person.expected.push(away);
  for (const person of [customer, admin]) {
    await person.signIn(person.name, setting.people[person.name]);
  }
  await stranger.page.goto("/app/");
  await stranger.heading(t.signIn.title);
  // One page that sends no requests, and one that polls.
  await customer.page.goto(`/app/accounts/${alice.id}`);
  await customer.heading("Account of alice");
  await admin.page.goto("/app/system");
  await admin.page.getByRole("img", { name: t.system.latency }).waitFor();
  await knowsWhoAnswers(customer);
  await staysOn(people);
  for (const person of people) await person.leave();
});
process.stdin.destroy();
