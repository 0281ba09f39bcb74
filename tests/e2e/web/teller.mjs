// A teller's day: finds an account by keyboard alone, opens one, takes and pays out cash, moves money
// for a customer, locks and unlocks, and counts the drawer.
import { Person, run, same, setting, until } from "./browser.mjs";

const { alice, bob } = setting.accounts;

async function findsByKeyboard(person) {
  const { page } = person;
  await person.heading("Find an account");
  for (const [search, name] of [
    ["bob", "Account of bob"],
    [alice.account_no.replace(/(.{4})/g, "$1 "), "Account of alice"],
    [bob.account_no.slice(-4), "Account of bob"],
    ["of ali", "Account of alice"],
  ]) {
    await page.goto("/app/");
    await page.getByRole("combobox", { name: "Name, account number or IBAN" }).waitFor();
    await page.keyboard.type(search);
    await page
      .getByRole("option", { name: new RegExp(name) })
      .first()
      .waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    // As long as the list is of an earlier text, this does nothing.
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
  await page.getByText("No account found").waitFor();
  await person.look("teller-2-none");
}

async function opensAnAccount(person) {
  const { page } = person;
  await page.goto("/app/open");
  await page.getByLabel("User name of the owner").fill("nobody-here");
  await page.getByLabel("Name of the account").fill("Holiday");
  await person.expecting(/status of 404/, async () => {
    await page.getByRole("button", { name: "Open account" }).click();
    await page.getByText("There is no such user.").waitFor();
  });
  await person.look("teller-3-open");
  await page.getByLabel("User name of the owner").fill("alice");
  await page.getByLabel(/First PIN/).fill("837465");
  await page.getByRole("button", { name: "Open account" }).click();
  await person.heading("Holiday");
  await page.getByText("No movements yet").waitFor();
}

async function moves(person, { link, amount, payee, button }) {
  const { page } = person;
  await page.getByRole("link", { name: link, exact: true }).click();
  if (payee) await page.getByLabel("To account number (IBAN)").fill(payee);
  await page.getByLabel("Amount (EUR)").fill(amount);
  await page.getByRole("button", { name: "Review" }).click();
  await person.heading("Check and confirm");
  await page.getByRole("button", { name: button, exact: true }).click();
  await page.getByText("Money moved").waitFor();
  // Asked for every second, until the next checkpoint covers it: that is a second, too.
  await page.getByText("This receipt is proven.").waitFor();
}

async function servesAlice(person) {
  const { page } = person;
  const account = `/app/accounts/${alice.id}`;
  await page.goto(account);
  await moves(person, { link: "Deposit", amount: "150.25", button: "Pay in" });
  await page.goto(account);
  await moves(person, { link: "Withdraw", amount: "50", button: "Pay out" });
  await page.goto(account);
  await moves(person, {
    link: "New transfer",
    amount: "10.01",
    payee: bob.account_no,
    button: "Send money",
  });
  await page.goto(account);
  await page.getByRole("button", { name: "Lock account", exact: true }).click();
  await page.getByLabel("Reason").fill("Card lost");
  await person.look("teller-4-lock");
  await page.getByRole("dialog").getByRole("button", { name: "Lock account", exact: true }).click();
  await page.getByText("This account is locked: Card lost").waitFor();
  await person.look("teller-5-locked");
}

async function countsTheDrawer(person) {
  const { page } = person;
  await page.goto("/app/day");
  await page.getByText("Paid in today").waitFor();
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
  await customer.page.getByText("A teller can unlock it.").waitFor();
  await customer.look("teller-7-seen-by-customer");

  await teller.page.getByRole("button", { name: "Unlock account", exact: true }).click();
  const dialog = teller.page.getByRole("dialog");
  await dialog.getByLabel("Reason").fill("Card found");
  await teller.look("teller-8-unlock");
  await dialog.getByRole("button", { name: "Unlock account", exact: true }).click();
  await teller.page.getByRole("button", { name: "Lock account", exact: true }).waitFor();
  await customer.page.reload();
  await customer.heading("Account of alice");
  same(await customer.page.getByText("This account is locked").count(), 0, "locked still");
  // What is for others is not there for a customer.
  await customer.page.goto("/app/users");
  await customer.heading("There is no such page");
  await customer.leave();
  await countsTheDrawer(teller);
  await teller.leave();
});
