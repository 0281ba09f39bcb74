// Names, references, reasons and user agents that want to be code are text.
import { Person, run, same, setting } from "./browser.mjs";

const { mallory } = setting.accounts;

async function isText(person, path, text) {
  await person.page.goto(path);
  await person.page.waitForFunction((wanted) => document.body.textContent.includes(wanted), text);
  await person.settle();
  same(
    await person.page.evaluate(() => [
      document.querySelectorAll("#hostile").length,
      "hit" in window,
    ]),
    [0, false],
    `what ${path} made of ${text}`,
  );
}

// What a bank, or somebody in its place, may try with a receipt.
const forgeries = {
  "another amount": (receipt) => ({
    ...receipt,
    record: receipt.record.replace("\t500\tEUR\t", "\t900\tEUR\t"),
  }),
  "another outcome": (receipt) => ({
    ...receipt,
    record: receipt.record.replace("\tposted\t", "\tinsufficient_funds\t"),
  }),
  "another reference": (receipt) => ({
    ...receipt,
    reference: { ...receipt.reference, value: "something else" },
  }),
  "another place": (receipt) => ({ ...receipt, number: receipt.number + 1 }),
  "a shorter proof": (receipt) => ({ ...receipt, proof: receipt.proof.slice(0, -1) }),
  "another checkpoint": (receipt) => ({
    ...receipt,
    checkpoint: receipt.checkpoint.replace("\n", "\n1"),
    tree_size: receipt.tree_size + 10,
  }),
  "no signature": (receipt) => ({
    ...receipt,
    checkpoint: receipt.checkpoint.replace(/\n\n[^]*$/, "\n\n"),
  }),
};

async function seesThroughForgeries(person) {
  const { page } = person;
  const path = `/app/transfers/${setting.transfer}`;
  await page.goto(path);
  await page.getByText("This receipt is proven.").waitFor();
  for (const [what, forge] of Object.entries(forgeries)) {
    await page.route("**/receipt", async (route) => {
      const response = await route.fetch();
      const receipt = await response.json();
      const forged = forge(receipt);
      if (JSON.stringify(forged) === JSON.stringify(receipt))
        throw new Error(`not forged: ${what}`);
      await route.fulfill({ response, json: forged });
    });
    await page.goto(path);
    await page.getByText("This receipt is not sound.").waitFor();
    same(await page.getByText("This receipt is proven.").count(), 0, what);
    await page.unroute("**/receipt");
  }
  await person.look("hostile-receipt");
  // A sound receipt, but the page was told of another payee.
  await page.route(`**/v1/transfers/${setting.transfer}`, async (route) => {
    const response = await route.fetch();
    const transfer = await response.json();
    const credit_account_no = setting.accounts.alice.account_no;
    await route.fulfill({ response, json: { ...transfer, credit_account_no } });
  });
  await page.goto(path);
  await page.getByText("This receipt is not sound.").waitFor();
  await page.unroute(`**/v1/transfers/${setting.transfer}`);
  // Another key than the one that this browser knows, though it signs well.
  await page.evaluate(() => localStorage.setItem("bankd-audit-key", "bankd+00000000+AAAA"));
  await page.goto(path);
  await page.getByText("The bank uses another key than before.").waitFor();
  await page.getByText("This receipt is not sound.").waitFor();
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
  await seesThroughForgeries(customer);

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
