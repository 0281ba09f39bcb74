// A bank that signs only on request: the page waits for its receipt, without an error.
import { Person, run, same, setting } from "./browser.mjs";
import { t } from "./text.mjs";

await run(async (browser) => {
  const alice = await Person.come(browser, "alice");
  await alice.signIn("alice", setting.people.alice);
  const { page } = alice;
  const statuses = [];
  page.on("response", (response) => {
    if (response.url().endsWith("/receipt")) statuses.push(response.status());
  });
  await page.goto(`/app/transfers/${setting.transfer}`);
  await page.getByText(t.receipt.sound).waitFor();
  same(statuses.at(-1), 200, "the last answer");
  same([...new Set(statuses)].sort(), [200, 202], "all answers");
  await alice.leave();
});
