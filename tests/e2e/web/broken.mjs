// Parts of the client that cannot be loaded, and a page that fails: a message, and a way to
// continue.
import { Person, run, setting } from "./browser.mjs";
import { t } from "./text.mjs";

const failed = /ERR_FAILED/;

async function withoutItsProgram(person) {
  const { page } = person;
  await page.route(/assets\/client-/, (route) => route.abort());
  await person.expecting(failed, async () => {
    await page.goto("/app/");
    await page.getByText("This page didn't load completely.").waitFor();
  });
  await person.look("broken-1-unloaded");
  await page.unroute(/assets\/client-/);
  await page.getByRole("link", { name: "Reload page" }).click();
  await page.getByLabel(t.signIn.userName).waitFor();
}

async function withoutItsLanguage(person) {
  const { page } = person;
  const language = page.getByLabel(t.common.language);
  await page.route(/assets\/de-/, (route) => route.abort());
  await person.expecting(failed, async () => {
    const noted = page.waitForEvent("console");
    await language.selectOption("de");
    await noted;
  });
  await page.getByRole("heading", { level: 1, name: t.signIn.title }).waitFor();
  await page.unroute(/assets\/de-/);
  await language.selectOption("en");
}

async function withoutThePagesOfStaff(person) {
  const { page } = person;
  await page.route(/assets\/staff-/, (route) => route.abort());
  // It is requested three times, in three seconds.
  await person.expecting(failed, async () => {
    await person.signIn("clerk", setting.people.clerk);
    await page.getByText(t.common.noAnswer).waitFor();
  });
  await person.look("broken-2-staff");
  await page.unroute(/assets\/staff-/);
  await page.getByRole("button", { name: t.common.retry }).click();
  await person.heading(t.counter.title);
}

async function withAnAnswerThatIsNone(person) {
  const { page } = person;
  await person.signIn("alice", setting.people.alice);
  await page.route(/\/history\?/, (route) => route.fulfill({ json: { items: [{}] } }));
  await person.expecting(/TypeError/, async () => {
    await page.reload();
    await person.heading(t.common.brokenTitle);
    await person.look("broken-3-page");
    // Everything around it works.
    await page.getByRole("link", { name: t.nav.security }).click();
    await person.heading(t.security.title);
    await page.goBack();
    await person.heading(t.common.brokenTitle);
  });
  await page.unroute(/\/history\?/);
  await page.getByRole("button", { name: t.common.reload }).click();
  await page.getByRole("img", { name: t.account.chart }).waitFor();
}

async function meetsEach(browser, name, trials) {
  const person = await Person.come(browser, name);
  for (const trial of trials) await trial(person);
  await person.leave();
}

await run((browser) =>
  Promise.all([
    meetsEach(browser, "clerk", [
      withoutItsProgram,
      withoutItsLanguage,
      withoutThePagesOfStaff,
    ]),
    meetsEach(browser, "alice", [withAnAnswerThatIsNone]),
  ]),
);
