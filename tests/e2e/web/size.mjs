// The bytes that a new browser loads, as transferred: the sign-in page, and the first page after
// it.
import { must, Person, run, setting } from "./browser.mjs";
import { t } from "./text.mjs";

const bytes_max = 150_000;

async function loaded(page) {
  return page.evaluate(() => {
    const entries = ["navigation", "resource"].flatMap((kind) =>
      performance.getEntriesByType(kind),
    );
    return {
      bytes: entries.reduce((sum, entry) => sum + entry.transferSize, 0),
      answers: entries.length,
      packed: entries.filter((entry) => entry.encodedBodySize < entry.decodedBodySize).length,
    };
  });
}

async function mustBeSmall(page, what) {
  await page.waitForLoadState("networkidle");
  const { bytes, answers, packed } = await loaded(page);
  console.log(`${what}: ${bytes} bytes in ${answers} answers, ${packed} of them compressed`);
  must(bytes > 50_000, "too little to be true");
  must(bytes <= bytes_max, `more than ${bytes_max} bytes`);
}

await run(async (browser) => {
  const person = await Person.come(browser, "alice");
  await person.page.goto("/app/");
  await person.page.getByLabel(t.signIn.userName).waitFor();
  await mustBeSmall(person.page, "sign-in");
  // A full reload with a session that is still alive.
  await person.signIn("alice", setting.people.alice);
  const cdp = await person.context.newCDPSession(person.page);
  await cdp.send("Network.setCacheDisabled", { cacheDisabled: true });
  await person.page.reload();
  await person.page.getByRole("img", { name: t.account.chart }).waitFor();
  await mustBeSmall(person.page, "overview");
  await person.leave();
});
