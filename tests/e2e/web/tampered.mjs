// The audit log was changed in the database. The page shows the changed record; a browser that
// verifies it names the record that differs from the sealed one.
import { Person, run, setting } from "./browser.mjs";
import { outcomes, t } from "./text.mjs";

await run(async (browser) => {
  const admin = await Person.come(browser, "root-admin");
  await admin.signIn("root-admin", setting.people["root-admin"]);
  const { page } = admin;
  await page.goto("/app/audit");
  await page.locator("summary", { hasText: outcomes.login_refused }).first().waitFor();
  await page.getByRole("button", { name: t.audit.verify }).click();
  await page.getByText(t.audit.faults.changed(setting.changed)).waitFor();
  await admin.look("tampered-audit");
  await admin.leave();
});
