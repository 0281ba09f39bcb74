// The cash functions offered to a customer and a teller, where customers may use them and where
// only staff may.
import { Person, run, same, setting } from "./browser.mjs";
import { t } from "./text.mjs";

const { alice } = setting.accounts;

async function offers(person, place, count, heading) {
  const { page } = person;
  await page.goto(place);
  await person.heading(heading);
  // Once this is shown, so are the elements beside it.
  await page.getByRole("link", { name: t.accounts.newTransfer }).first().waitFor();
  for (const name of [t.accounts.deposit, t.accounts.withdraw]) {
    const links = page.getByRole("main").getByRole("link", { name, exact: true });
    same(await links.count(), count, `${name} at ${place}`);
  }
}

async function leadsTo(person, kind, heading, tabs) {
  const { page } = person;
  await page.goto(`/app/move?kind=${kind}&account=${alice.id}`);
  await person.heading(heading);
  for (const each of ["transfer", "deposit", "withdrawal"]) {
    const tab = page.getByRole("radio", { name: t.kinds[each], exact: true });
    same(await tab.count(), tabs, `the tab ${each}`);
  }
}

await run(async (browser) => {
  const { isForCustomers } = setting;
  const customer = await Person.come(browser, "alice");
  await customer.signIn("alice", setting.people.alice);
  const count = isForCustomers ? 1 : 0;
  await offers(customer, "/app/", count, t.accounts.title);
  await offers(customer, `/app/accounts/${alice.id}`, count, "Account of alice");
  await leadsTo(customer, "deposit", t.move.titles[isForCustomers ? "deposit" : "transfer"], count);
  await customer.look("cash-customer");
  await customer.leave();

  const teller = await Person.come(browser, "clerk");
  await teller.signIn("clerk", setting.people.clerk);
  await offers(teller, `/app/accounts/${alice.id}`, 1, "Account of alice");
  await leadsTo(teller, "deposit", t.move.titles.deposit, 1);
  await teller.leave();
});
