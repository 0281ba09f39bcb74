// Parts of the client that cannot be loaded, and a page that breaks: a word about it, and a way on.
import { Person, run, setting } from "./browser.mjs";

const failed = /ERR_FAILED/;

async function withoutItsProgram(person) {
  const { page } = person;
  await page.route(/assets\/client-/, (route) => route.abort());
  await person.expecting(failed, async () => {
    await page.goto("/app/");
    await page.getByText("This page could not be loaded whole.").waitFor();
  });
  await person.look("broken-1-unloaded");
  await page.unroute(/assets\/client-/);
  await page.getByRole("link", { name: "Load it again" }).click();
  await page.getByLabel("User name").waitFor();
}

async function withoutItsLanguage(person) {
  const { page } = person;
  const language = page.getByLabel("Language");
  await page.route(/assets\/de-/, (route) => route.abort());
  await person.expecting(failed, async () => {
    const noted = page.waitForEvent("console");
    await language.selectOption("de");
    await noted;
  });
  await page.getByRole("heading", { level: 1, name: "Sign in" }).waitFor();
  await page.unroute(/assets\/de-/);
  await language.selectOption("en");
}

async function withoutThePagesOfStaff(person) {
  const { page } = person;
  await page.route(/assets\/staff-/, (route) => route.abort());
  // It is asked for three times, in three seconds.
  await person.expecting(failed, async () => {
    await person.signIn("clerk", setting.people.clerk);
    await page.getByText("The bank did not answer.").waitFor();
  });
  await person.look("broken-2-staff");
  await page.unroute(/assets\/staff-/);
  await page.getByRole("button", { name: "Try again" }).click();
  await person.heading("Find an account");
}

async function withAnAnswerThatIsNone(person) {
  const { page } = person;
  await person.signIn("alice", setting.people.alice);
  await page.route(/\/history\?/, (route) => route.fulfill({ json: { items: [{}] } }));
  await person.expecting(/TypeError/, async () => {
    await page.reload();
    await person.heading("This page has failed");
    await person.look("broken-3-page");
    // What is around it works.
    await page.getByRole("link", { name: "Security" }).click();
    await person.heading("Security");
    await page.goBack();
    await person.heading("This page has failed");
  });
  await page.unroute(/\/history\?/);
  await page.getByRole("button", { name: "Load again" }).click();
  await page.getByRole("img", { name: "Balance over time" }).waitFor();
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
