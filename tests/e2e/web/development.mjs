// A developer signs in through `npm run dev`, changes a source file, and sees it at once.
import { readFileSync, writeFileSync } from "node:fs";
import { must, Person, run, same, setting } from "./browser.mjs";
import { t } from "./text.mjs";

await run(async (browser) => {
  const person = await Person.come(browser, "alice");
  // Messages of Vite and React for developers.
  person.expected.push(/^debug: \[vite\]/, /React DevTools/);
  await person.signIn("alice", setting.people.alice);
  await person.heading(t.accounts.title);

  const source = readFileSync(setting.edited, "utf8");
  const edited = source.replace("{t.common.bank}", "The bank of tomorrow");
  must(edited !== source, "nothing was edited");
  writeFileSync(setting.edited, edited);
  await person.page.getByText("The bank of tomorrow").waitFor();
  // It was reloaded, and the cookie kept her signed in.
  await person.heading(t.accounts.title);

  // Requests that the bank rejects elsewhere are rejected here.
  const strange = { "Bankd-Client": "web", Origin: "https://evil.example" };
  const answer = await fetch(`${setting.address}/v1/web-session/refresh`, {
    method: "POST",
    headers: strange,
  });
  same([answer.status, (await answer.json()).code], [400, "invalid_field"], "another origin");
  await person.leave();
});
