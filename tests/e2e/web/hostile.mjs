// Names, references, reasons and user agents that want to be code are text.
import { Person, run, same, setting } from "./browser.mjs";

const { mallory } = setting.accounts;

async function isText(person, path, text) {
  await person.page.goto(path);
  await person.page.waitForFunction((wanted) => document.body.textContent.includes(wanted), text);
  await person.settle();
  same(
    await person.page.evaluate(() => [document.querySelectorAll("#hostile").length, "hit" in window]),
    [0, false],
    `what ${path} made of ${text}`,
  );
}

await run(async (browser) => {
  const customer = await Person.come(browser, "mallory", { userAgent: setting.agent });
  await customer.signIn("mallory", setting.people.alice);
  await isText(customer, "/app/", setting.hostile);
  await isText(customer, `/app/accounts/${mallory.id}`, setting.hostile);
  await isText(customer, `/app/transfers/${setting.transfer}`, setting.note);
  await isText(customer, "/app/security", setting.agent);
  await isText(customer, "/app/move", setting.hostile);
  await customer.look("hostile-customer");

  const teller = await Person.come(browser, "clerk");
  await teller.signIn("clerk", setting.people.clerk);
  await isText(teller, "/app/?q=mallory", setting.hostile);
  await isText(teller, `/app/accounts/${mallory.id}`, setting.reason);
  await teller.leave();

  const admin = await Person.come(browser, "root-admin");
  await admin.signIn("root-admin", setting.people["root-admin"]);
  await admin.page.goto("/app/audit");
  await admin.page.getByLabel("Actor").fill("mallory");
  await admin.page.locator("summary", { hasText: "login" }).first().click();
  await admin.page.getByText(setting.agent).first().waitFor({ state: "attached" });
  same(await admin.page.evaluate(() => document.querySelectorAll("#hostile").length), 0, "the log");
  await admin.look("hostile-audit");
  await admin.leave();
  await customer.leave();
});
