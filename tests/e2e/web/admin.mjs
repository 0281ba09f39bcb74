// An administrator's day: users and roles, the audit log as it grows, its proof, the system, limits.
import { filterLog, Person, run, same, setting } from "./browser.mjs";

async function looksAfterUsers(person) {
  const { page } = person;
  await page.goto("/app/users");
  await page.getByRole("button", { name: "Add user" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("User name").fill("dora");
  await dialog.getByLabel("Role").selectOption("teller");
  await dialog.getByLabel("First password", { exact: true }).fill("correct horse battery 7");
  await person.look("admin-1-add");
  await dialog.getByRole("button", { name: "Add user" }).click();
  await page.getByText("dora is added.").waitFor();
  await page.getByLabel("Name begins with").fill("do");
  await page.getByRole("cell", { name: "dora", exact: true }).waitFor();
  await page.getByRole("button", { name: "Change role: dora" }).click();
  await dialog.getByLabel("Role").selectOption("auditor");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByRole("cell", { name: "Auditor" }).waitFor();
  await page.getByRole("button", { name: "Disable: dora" }).click();
  await dialog.getByRole("button", { name: "Disable" }).click();
  await page.getByRole("cell", { name: "Disabled" }).waitFor();
  await person.look("admin-2-users");
}

async function watchesTheLog(person, browser) {
  const { page } = person;
  await page.goto("/app/audit");
  await page.getByText("The signature is sound, by the key this browser knows.").waitFor();
  await person.look("admin-3-audit");
  const ofBob = page.locator("summary", { hasText: "bob" });
  const before = await ofBob.count();
  const other = await Person.come(browser, "bob");
  await other.signIn("bob", setting.people.bob);
  await other.leave();
  // It comes by itself: the page asks every two seconds.
  await ofBob.nth(before).waitFor();
  await page.getByRole("button", { name: "Verify these records" }).click();
  await page.getByText(/^Records \d+ to \d+ are proven\.$/).waitFor();
  await page.getByText(/none is missing between them, and they say what is shown here/).waitFor();
  await person.look("admin-3-verified");
  await filterLog(page, "Action", "set_disabled");
  await page.locator("summary", { hasText: "set_disabled" }).first().click();
  await page
    .getByText(/^Record/)
    .first()
    .waitFor();
  await person.look("admin-4-record");
  // It was said of the records that were shown then.
  same(await page.getByText(/are proven\.$/).count(), 0, "what is said of other records");
  await page.getByLabel("Action").fill("no_such_action");
  await page.getByText("Nothing matches the filters.").waitFor();
}

async function watchesTheSystem(person) {
  const { page } = person;
  await page.goto("/app/system");
  await page.getByRole("button", { name: "Check the ledger" }).click();
  await page.getByText("The ledger is sound: every currency sums to zero.").waitFor();
  // Drawn from the second answer on; the page asks every two seconds.
  await page.getByRole("img", { name: "Answer time" }).waitFor();
  await person.look("admin-5-system");
}

async function setsLimits(person) {
  const { page } = person;
  await page.goto("/app/limits");
  await page.getByText("No limits of roles are set").waitFor();
  await page.getByRole("button", { name: "Set limits" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Each movement").fill("1.234567");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText("Enter an amount, or nothing.").waitFor();
  await dialog.getByLabel("Each movement").fill("5,000.00");
  await dialog.getByLabel("A day").fill("10000");
  await dialog.getByRole("button", { name: "Save" }).click();
  await page.getByRole("cell", { name: "€5,000.00" }).waitFor();
  same(await page.getByRole("cell", { name: "no limit" }).count(), 2, "what was left empty");
  await person.look("admin-6-limits");
}

async function readsSettings(person) {
  const { page } = person;
  const row = (name) =>
    page.locator("dl > div").filter({ has: page.getByText(name, { exact: true }) });
  await page.goto("/app/limits");
  await page.getByRole("heading", { level: 3, name: "[identity]" }).click();
  await row("issuer").waitFor();
  await page.getByLabel("Search the settings").fill("Checkpoint");
  const interval = row("checkpoint_interval_s");
  await interval.getByText("1", { exact: true }).waitFor();
  await interval.getByText("Default: 10").waitFor();
  await interval.getByText("Needs a restart.").waitFor();
  await page.getByRole("heading", { level: 3, name: "[audit]" }).waitFor();
  same(await row("issuer").count(), 0, "what does not match");
  await person.look("admin-7-settings");
  await page.getByLabel("Search the settings").fill("no such setting");
  await page.getByText("No setting matches").waitFor();
}

async function doesTheDay(browser) {
  const admin = await Person.come(browser, "root-admin");
  await admin.signIn("root-admin", setting.people["root-admin"]);
  await looksAfterUsers(admin);
  await watchesTheLog(admin, browser);
  await watchesTheSystem(admin);
  await setsLimits(admin);
  await readsSettings(admin);
  await admin.leave();
}

async function mayOnlyLook(browser) {
  const auditor = await Person.come(browser, "inspector");
  await auditor.signIn("inspector", setting.people.inspector);
  await auditor.page.goto("/app/users");
  await auditor.heading("Users");
  same(await auditor.page.getByRole("button", { name: "Add user" }).count(), 0, "may only look");
  await auditor.page.goto("/app/move");
  await auditor.heading("There is no such page");
  await auditor.leave();
}

await run((browser) => Promise.all([doesTheDay(browser), mayOnlyLook(browser)]));
