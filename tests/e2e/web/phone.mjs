// Features that a phone lacks, a keyboard and width, are neither mentioned nor used.
import { must, Person, run, same, setting } from "./browser.mjs";
import { t } from "./text.mjs";

const phone = { viewport: { width: 360, height: 780 }, isMobile: true, hasTouch: true };
const { alice } = setting.accounts;

// Account numbers that take more than one line.
function broken() {
  const iban = /^[A-Z]{2}\d\d( [0-9A-Z]{1,4}){3,}$/;
  return [...document.querySelectorAll("main span")]
    .filter((part) => part.children.length === 0 && iban.test(part.textContent))
    .filter((part) => part.checkVisibility())
    .filter((part) => part.getClientRects().length > 1)
    .map((part) => part.textContent);
}

// Entries whose text overlaps the amount beside it.
function overlapping() {
  return [...document.querySelectorAll('a[href^="/app/transfers/"]')].flatMap((row) => {
    const money = row.lastElementChild.getBoundingClientRect().left;
    return [...row.querySelectorAll("span")]
      .filter((part) => !row.lastElementChild.contains(part) && part.checkVisibility())
      .filter((part) => part.getBoundingClientRect().right > money)
      .map((part) => part.textContent);
  });
}

async function open(person, path, last) {
  await person.page.goto(`/app${path}`);
  await person.page.getByText(last).first().waitFor();
  await person.settle();
  same(await person.page.evaluate(broken), [], `broken account numbers on ${path}`);
  same(await person.page.evaluate(overlapping), [], `what runs into amounts on ${path}`);
  await person.look(`phone-${person.name}${path.replaceAll(/\W+/g, "-")}`);
}

// Whether a selection shows its whole text, beside its arrow.
function fits() {
  const select = document.querySelector("main select");
  const probe = document.createElement("span");
  probe.style.font = getComputedStyle(select).font;
  probe.style.whiteSpace = "nowrap";
  probe.style.position = "absolute";
  probe.textContent = select.selectedOptions[0].text;
  document.body.append(probe);
  const { width } = probe.getBoundingClientRect();
  probe.remove();
  return width <= select.clientWidth - 40;
}

async function asCustomer(person) {
  const { page } = person;
  await open(person, "/move", t.move.to);
  must(await page.evaluate(fits), "the account to pay from is cut");
  await open(person, "/", setting.reference);
  await open(person, `/accounts/${alice.id}`, setting.reference);
  // The first entry is not below fields that few need.
  same(await page.getByLabel(t.account.from, { exact: true }).isVisible(), false, "the dates");
  await page.getByText(t.account.dates, { exact: true }).click();
  await page.getByLabel(t.account.from, { exact: true }).waitFor();
  await open(person, `/transfers/${setting.transfer}`, t.receipt.sound);
}

async function asTeller(person) {
  const { page } = person;
  await open(person, "/?q=alice", "Account of alice");
  same(await page.getByText(t.counter.hint).count(), 0, "a word about keys");
  const [name, balance] = await page.evaluate(() => {
    const option = document.querySelector("[role=option]");
    return ["strong", "[class*=amount]"].map((part) => {
      return option.querySelector(part).getBoundingClientRect().left;
    });
  });
  same(balance, name, "the left edge of the balance below a name");
}

async function asAdmin(person) {
  await open(person, "/audit", t.audit.verified);
  must(await person.page.getByText("root-admin").first().isVisible(), "who is signed in");
  await open(person, "/users", "alice");
}

await run(async (browser) => {
  const days = { alice: asCustomer, clerk: asTeller, "root-admin": asAdmin };
  await Promise.all(
    Object.entries(days).map(async ([name, day]) => {
      const person = await Person.come(browser, name, phone);
      await person.signIn(name, setting.people[name]);
      await day(person);
      await person.leave();
    }),
  );
});
