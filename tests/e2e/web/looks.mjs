// Each page at three widths and in both themes, checked by axe-core, with screenshots.
import { Person, run, setting } from "./browser.mjs";
import { t } from "./text.mjs";

const views = [360, 768, 1600].map((width) => ({ width, height: width < 500 ? 780 : 1000 }));
const themes = ["light", "dark"];

const { alice } = setting.accounts;
const newest = (page) => page.getByText(setting.reference).first();
const pagesOf = {
  alice: [
    { name: "overview", path: "/", last: newest },
    { name: "account", path: `/accounts/${alice.id}`, last: newest },
    { name: "move", path: "/move" },
    {
      name: "transfer",
      path: `/transfers/${setting.transfer}`,
      last: (page) => page.getByText(t.receipt.sound),
    },
    { name: "security", path: "/security" },
    { name: "nowhere", path: "/no/such/page" },
  ],
  clerk: [
    { name: "counter", path: "/?q=al" },
    { name: "account-of-customer", path: `/accounts/${alice.id}`, last: newest },
    { name: "open", path: "/open" },
    { name: "day", path: "/day" },
  ],
  "root-admin": [
    { name: "users", path: "/users" },
    // Its filters are open if there is room for them when it is loaded.
    { name: "audit", path: "/audit", isLoadedForEachWidth: true },
    {
      name: "system",
      path: "/system",
      // Drawn from the second answer on; the page polls every two seconds.
      last: (page) => page.getByRole("img", { name: t.system.latency }),
    },
    { name: "limits", path: "/limits" },
  ],
};

async function open({ page }, { path, last }) {
  await page.goto(`/app${path}`);
  await page.getByRole("heading", { level: 1 }).waitFor();
  await last?.(page).waitFor();
}

async function lookAt(person, name, width) {
  for (const colorScheme of themes) {
    await person.page.emulateMedia({ colorScheme });
    await person.redrawn();
    await person.look(`${name}-${width}-${colorScheme}`);
    const overflow = await person.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    if (overflow > 0) throw new Error(`${name} at ${width} scrolls sideways by ${overflow} px`);
  }
}

async function lookAtPagesOf(browser, name) {
  const person = await Person.come(browser, name, {
    viewport: views[0],
    // With reduced motion everything takes a millisecond to change, but never finishes while
    // invisible.
    reducedMotion: "no-preference",
  });
  await person.signIn(name, setting.people[name]);
  for (const shown of pagesOf[name]) {
    for (const view of views) {
      await person.page.setViewportSize(view);
      if (view === views[0] || shown.isLoadedForEachWidth) await open(person, shown);
      await lookAt(person, shown.name, view.width);
    }
  }
  await person.leave();
}

await run((browser) =>
  Promise.all(Object.keys(pagesOf).map((name) => lookAtPagesOf(browser, name))),
);
