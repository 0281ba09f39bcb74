// An administrator's day: users and roles, the growing audit log, its verification, the system,
// limits.
import { filterLog, must, Person, run, same, setting } from "./browser.mjs";
import { actions, like, outcomes, problems, t } from "./text.mjs";

const { alice } = setting.accounts;

async function looksAfterUsers(person) {
  const { page } = person;
  await page.goto("/app/users");
  await page.getByRole("button", { name: t.users.add }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(t.users.userName).fill("dora");
  await dialog.getByLabel(t.users.role).selectOption("teller");
  await dialog.getByLabel(t.users.password, { exact: true }).fill("correct horse battery 7");
  await person.look("admin-1-add");
  await dialog.getByRole("button", { name: t.users.add }).click();
  await page.getByText(t.users.added("dora")).waitFor();
  await page.getByLabel(t.users.search).fill("do");
  await page.getByRole("cell", { name: "dora", exact: true }).waitFor();
  await page.getByRole("button", { name: `${t.users.changeRole}: dora` }).click();
  await dialog.getByLabel(t.users.role).selectOption("auditor");
  await dialog.getByRole("button", { name: t.common.save }).click();
  await page.getByRole("cell", { name: t.roles.auditor }).waitFor();
  await page.getByRole("button", { name: `${t.users.disable}: dora` }).click();
  await dialog.getByRole("button", { name: t.users.disable }).click();
  await page.getByRole("cell", { name: t.users.disabled }).waitFor();
  await person.look("admin-2-users");
}

async function watchesTheLog(person, browser) {
  const { page } = person;
  await page.goto("/app/audit");
  await page.getByText(t.audit.verified).waitFor();
  await person.look("admin-3-audit");
  const ofBob = page.locator("summary", { hasText: "bob" });
  const before = await ofBob.count();
  const other = await Person.come(browser, "bob");
  await other.signIn("bob", setting.people.bob);
  await other.leave();
  // It appears automatically: the page polls every two seconds.
  await ofBob.nth(before).waitFor();
  await page.getByRole("button", { name: t.audit.verify }).click();
  await page.getByText(like(t.audit.proven)).waitFor();
  await page.getByText(like(t.audit.provenBody)).waitFor();
  await person.look("admin-3-verified");
  await filterLog(page, t.audit.action, "set_disabled", actions.set_disabled);
  await page.locator("summary", { hasText: "dora" }).first().click();
  await page.getByRole("term").filter({ hasText: /^Record/ }).waitFor();
  await person.look("admin-4-record");
  // The verdict applied to the records shown at that time.
  same(await page.getByText(like(t.audit.proven)).count(), 0, "what is said of other records");
  await page.getByLabel(t.audit.ip, { exact: true }).fill("192.0.2.99");
  await page.getByText(t.audit.noneBody).waitFor();
}

async function addsUser(page, name, role) {
  await page.goto("/app/users");
  await page.getByRole("button", { name: t.users.add }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(t.users.userName).fill(name);
  await dialog.getByLabel(t.users.role).selectOption(role);
  await dialog.getByLabel(t.users.password, { exact: true }).fill("staple of one time 3");
  await dialog.getByRole("button", { name: t.users.add }).click();
  await page.getByText(t.users.added(name)).waitFor();
}

// The password that the dialog shows once.
async function resetsPassword(person, name) {
  const { page } = person;
  await page.getByLabel(t.users.search).fill(name);
  const row = page.getByRole("row").filter({ hasText: name });
  await row.getByText(t.users.passwordStates.one_time).waitFor();
  await page.getByRole("button", { name: `${t.users.reset}: ${name}` }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByText(t.users.resetBody).waitFor();
  await dialog.getByRole("button", { name: t.users.reset }).click();
  await dialog.getByRole("heading", { name: t.users.resetDone(name) }).waitFor();
  const password = await dialog.locator("code").innerText();
  must(/^[a-z2-9]{4}(-[a-z2-9]{4}){3}$/.test(password), `a one-time password: ${password}`);
  await dialog.getByText(/expires/).waitFor();
  await person.look("admin-9-reset");
  await person.context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await dialog.getByRole("button", { name: t.common.copy }).click();
  await dialog.getByText(t.common.copied).waitFor();
  same(await page.evaluate(() => navigator.clipboard.readText()), password, "what is copied");
  await dialog.getByRole("button", { name: t.common.close }).last().click();
  same(await page.getByText(password).count(), 0, "a password after its dialog");
  return password;
}

async function readsTheAdvice(person) {
  const { page } = person;
  await page.goto("/app/");
  const forgotten = page.getByRole("button", { name: t.signIn.forgotten });
  same(await page.getByText(setting.advice).count(), 0, "advice that nobody asked for");
  await forgotten.click();
  await page.getByText(setting.advice, { exact: true }).waitFor();
  await person.look("admin-10-forgotten");
}

// No other page is shown before, whatever the address.
async function choosesPassword(person, name, oneTime, own) {
  const { page } = person;
  await person.fillInSignIn(name, oneTime);
  await person.heading(t.choosePassword.title);
  for (const path of ["/app/", "/app/security", "/app/move"]) {
    await page.goto(path);
    await person.heading(t.choosePassword.title);
    same(await page.getByRole("link").count(), 0, "ways out");
  }
  await page.reload();
  await person.heading(t.choosePassword.title);
  await person.look("admin-11-choose");
  const fill = async (chosen, again) => {
    await page.getByLabel(t.choosePassword.oneTime, { exact: true }).fill(oneTime);
    await page.getByLabel(t.security.newPassword, { exact: true }).fill(chosen);
    await page.getByLabel(t.security.repeatPassword, { exact: true }).fill(again);
    await page.getByRole("button", { name: t.choosePassword.save }).click();
  };
  await fill(own, `${own}x`);
  await page.getByText(t.security.passwordsDiffer).waitFor();
  await person.expecting(/status of 422 .*\/password$/, async () => {
    await fill(oneTime, oneTime);
    await page.getByText(problems.secret_too_weak).waitFor();
  });
  await fill(own, own);
  const choice = page.getByRole("heading", { name: t.choosePassword.title });
  await choice.waitFor({ state: "detached" });
  await page.getByRole("navigation").first().waitFor();
}

async function helpsWhoForgot(admin, browser) {
  await addsUser(admin.page, "emil", "teller");
  const oneTime = await resetsPassword(admin, "emil");
  const emil = await Person.come(browser, "emil");
  await readsTheAdvice(emil);
  await choosesPassword(emil, "emil", oneTime, "emil has his own 9");
  await admin.page.goto("/app/users");
  await admin.page.getByLabel(t.users.search).fill("emil");
  await admin.page.getByRole("cell", { name: "emil", exact: true }).waitFor();
  same(
    await admin.page.getByText(t.users.passwordStates.one_time).count(),
    0,
    "what is said of a chosen password",
  );
  await emil.leave();
  const again = await Person.come(browser, "emil");
  await again.signIn("emil", "emil has his own 9");
  await again.leave();
}

const rows = (page) => page.locator("main summary:has(strong)");

// The address contains the filters; each row describes the event, its user and its account.
async function searchesTheLog(person) {
  const { page } = person;
  const account = page.getByLabel(t.audit.account, { exact: true });
  await page.goto("/app/audit");
  await account.fill("DE00 9999 9999 0000 0000 26");
  await page.getByText(t.audit.accountWrong).waitFor();
  await account.fill(alice.account_no);
  await filterLog(page, t.audit.action, "deposit", actions.deposit);
  same(await rows(page).count(), 1, "deposits of alice");
  const text = await rows(page).innerText();
  must(/\d\d:\d\d:\d\d/.test(text), `the second: ${text}`);
  must(text.includes("€10,000.00"), `the amount: ${text}`);
  must(text.includes(` → ${alice.id}`), `the account: ${text}`);
  must(text.includes(outcomes.posted), `the outcome: ${text}`);
  await person.look("admin-8-searched");
  await rows(page).click();
  await page.getByRole("link", { name: like(t.audit.about.transfer) }).click();
  await page.getByText(t.receipt.sound).waitFor();
  await page.getByRole("link", { name: t.audit.recordsOf }).click();
  await rows(page).filter({ hasText: "€10,000.00" }).waitFor();
  same(await rows(page).count(), 1, "records of one transaction");
  await page.goto(`/app/accounts/${alice.id}`);
  await page.getByRole("link", { name: t.audit.recordsOf }).click();
  await rows(page).filter({ hasText: actions.deposit }).waitFor();
  same(await account.inputValue(), alice.account_no, "the account of the link");
}

async function hidesRefreshes(person) {
  const { page } = person;
  const refreshes = rows(page).filter({ hasText: actions.refresh });
  await page.goto("/app/users");
  await page.getByLabel(t.users.search).fill("root-admin");
  await page.getByRole("link", { name: t.audit.recordsOf }).click();
  await rows(page).first().waitFor();
  await person.settle();
  same(await refreshes.count(), 0, "refreshes at first");
  await page.getByLabel(t.audit.refreshes).check();
  await refreshes.first().waitFor();
  await page.getByLabel(t.audit.refreshes).uncheck();
  await refreshes.first().waitFor({ state: "detached" });
  await filterLog(page, t.audit.action, "refresh", actions.refresh);
}

async function keepsApartWhoIsOfTheMachine(person) {
  const { page } = person;
  await page.goto("/app/users");
  const local = page.getByRole("table", { name: t.users.local }).getByRole("row");
  await local.filter({ hasText: "os:" }).waitFor();
  same(await page.getByRole("button", { name: /: os:/ }).count(), 0, "what can be done to them");
}

async function watchesTheSystem(person) {
  const { page } = person;
  await page.goto("/app/system");
  await page.getByRole("button", { name: t.system.check }).click();
  await page.getByText(t.system.sound).waitFor();
  // Drawn from the second answer on; the page polls every two seconds.
  await page.getByRole("img", { name: t.system.latency }).waitFor();
  await person.look("admin-5-system");
}

async function setsLimits(person) {
  const { page } = person;
  await page.goto("/app/limits");
  await page.getByText(t.limits.none).waitFor();
  await page.getByRole("button", { name: t.limits.add }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(t.account.perTransfer).fill("1.234567");
  await dialog.getByRole("button", { name: t.common.save }).click();
  await dialog.getByText(t.limits.bad).waitFor();
  await dialog.getByLabel(t.account.perTransfer).fill("5,000.00");
  await dialog.getByLabel(t.account.perDay).fill("10000");
  await dialog.getByRole("button", { name: t.common.save }).click();
  await page.getByRole("cell", { name: "€5,000.00" }).waitFor();
  same(await page.getByRole("cell", { name: t.account.noLimit }).count(), 2, "what was left empty");
  await person.look("admin-6-limits");
}

async function readsSettings(person) {
  const { page } = person;
  const row = (name) =>
    page.locator("dl > div").filter({ has: page.getByText(name, { exact: true }) });
  await page.goto("/app/limits");
  await page.getByRole("heading", { level: 3, name: "[identity]" }).click();
  await row("issuer").waitFor();
  // The file that this bank has read.
  await page.getByText(/^\/.*\/bankd\.conf$/).waitFor();
  await page.getByLabel(t.limits.search).fill("Checkpoint");
  const interval = row("checkpoint_interval_s");
  await interval.getByText("1", { exact: true }).waitFor();
  await interval.getByText(`${t.limits.byDefault} 10`).waitFor();
  await interval.getByText(t.limits.needsRestart).waitFor();
  await page.getByRole("heading", { level: 3, name: "[audit]" }).waitFor();
  same(await row("issuer").count(), 0, "what does not match");
  await person.look("admin-7-settings");
  await page.getByLabel(t.limits.search).fill("no such setting");
  await page.getByText(t.limits.noSetting).waitFor();
}

async function doesTheDay(browser) {
  const admin = await Person.come(browser, "root-admin");
  await admin.signIn("root-admin", setting.people["root-admin"]);
  await looksAfterUsers(admin);
  await helpsWhoForgot(admin, browser);
  await keepsApartWhoIsOfTheMachine(admin);
  await watchesTheLog(admin, browser);
  await searchesTheLog(admin);
  await hidesRefreshes(admin);
  await watchesTheSystem(admin);
  await setsLimits(admin);
  await readsSettings(admin);
  await admin.leave();
}

async function mayOnlyLook(browser) {
  const auditor = await Person.come(browser, "inspector");
  await auditor.signIn("inspector", setting.people.inspector);
  await auditor.page.goto("/app/users");
  await auditor.heading(t.users.title);
  same(await auditor.page.getByRole("button", { name: t.users.add }).count(), 0, "may only look");
  await auditor.page.goto("/app/move");
  await auditor.heading(t.common.notFoundTitle);
  await auditor.leave();
}

await run((browser) => Promise.all([doesTheDay(browser), mayOnlyLook(browser)]));
