// Each page at three widths and in both themes, looked at by axe-core and kept as pictures.
import { Person, run, setting } from "./browser.mjs";

const widths = [360, 768, 1600];
const themes = ["light", "dark"];

const pagesOf = {
  alice: [
    ["overview", "/"],
    ["account", `/accounts/${setting.accounts.alice.id}`],
    ["move", "/move"],
    ["transfer", `/transfers/${setting.transfer}`],
    ["security", "/security"],
    ["nowhere", "/no/such/page"],
  ],
  clerk: [
    ["counter", "/?q=al"],
    ["account-of-customer", `/accounts/${setting.accounts.alice.id}`],
    ["open", "/open"],
    ["day", "/day"],
  ],
  "root-admin": [
    ["users", "/users"],
    ["audit", "/audit"],
    ["system", "/system"],
    ["limits", "/limits"],
  ],
};

async function lookAt(browser, name, width, colorScheme) {
  const person = await Person.come(browser, name, {
    colorScheme,
    viewport: { width, height: width < 500 ? 780 : 1000 },
  });
  await person.signIn(name, setting.people[name]);
  for (const [what, path] of pagesOf[name]) {
    await person.page.goto(`/app${path}`);
    await person.page.getByRole("heading", { level: 1 }).waitFor();
    await person.settle();
    if (what === "transfer") await person.page.getByText("This receipt is proven.").waitFor();
    if (what === "system") await person.page.getByRole("img", { name: "Answer time" }).waitFor();
    await person.look(`${what}-${width}-${colorScheme}`);
    const overflow = await person.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    if (overflow > 0) throw new Error(`${what} at ${width} scrolls sideways by ${overflow} px`);
  }
  await person.leave();
}

await run(async (browser) => {
  for (const width of widths) {
    for (const theme of themes) {
      for (const name of Object.keys(pagesOf)) await lookAt(browser, name, width, theme);
    }
  }
});
