// Users in a real Chromium: records all console messages and violations of the content security
// policy, runs axe-core on pages, and takes screenshots.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { t } from "./text.mjs";

export const setting = JSON.parse(process.env.BANK_WEB ?? "{}");
const require = createRequire(join(setting.modules, "x.js"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
// Used up only if something fails: the machine may be busy with other tests.
const patience_ms = 30_000;

// One person's browser, with its own cookies and storage.
export class Person {
  constructor(context, name) {
    this.context = context;
    this.name = name;
    this.complaints = [];
    this.expected = [];
  }

  static async come(browser, name, options = {}) {
    const context = await browser.newContext({
      ignoreHTTPSErrors: true,
      baseURL: setting.address,
      locale: "en-GB",
      viewport: { width: 1280, height: 900 },
      colorScheme: "light",
      reducedMotion: "reduce",
      ...options,
    });
    context.setDefaultTimeout(patience_ms);
    const person = new Person(context, name);
    await context.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) => {
        console.error(`CSP: ${event.violatedDirective} ${event.blockedURI} ${event.sample}`);
      });
    });
    context.on("page", (page) => person.watch(page));
    person.page = await context.newPage();
    return person;
  }

  watch(page) {
    page.on("console", (message) => {
      const { url } = message.location();
      this.complain(`${message.type()}: ${message.text()} ${url}`);
    });
    page.on("pageerror", (error) => this.complain(`error: ${error}`));
    page.on("dialog", (dialog) => {
      this.complain(`a dialog opened: ${dialog.message()}`);
      void dialog.dismiss();
    });
  }

  complain(text) {
    if (!this.expected.some((pattern) => pattern.test(text))) this.complaints.push(text);
  }

  // Chromium itself logs each response of 400 and above; scripts list the expected ones.
  async expecting(pattern, work) {
    this.expected.push(pattern);
    try {
      return await work();
    } finally {
      this.expected = this.expected.filter((each) => each !== pattern);
    }
  }

  async signIn(name, password) {
    const { page } = this;
    await page.goto("/app/");
    await this.fillInSignIn(name, password);
    await page.getByRole("button", { name: t.nav.signOut }).first().waitFor();
    await this.settle();
  }

  async fillInSignIn(name, password) {
    await this.page.getByLabel(t.signIn.userName).fill(name);
    await this.page.getByLabel(t.signIn.password, { exact: true }).fill(password);
    await this.page.getByRole("button", { name: t.signIn.submit }).click();
  }

  // Until nothing is loading.
  async settle() {
    await this.page.waitForLoadState("load");
    const isOnItsWay = ".splash:has(#unloaded[hidden]), main [class*='loading']";
    await this.page.waitForFunction((parts) => !document.querySelector(parts), isOnItsWay);
  }

  // After a change of width or theme: all sizes and colours are final.
  async redrawn() {
    await this.page.evaluate(async () => {
      const frame = () => new Promise((drawn) => requestAnimationFrame(drawn));
      const ends = ({ effect }) => effect.getComputedTiming().endTime < Infinity;
      await frame();
      await frame();
      for (const change of document.getAnimations().filter(ends)) change.finish();
      await frame();
    });
  }

  async heading(text) {
    await this.page.getByRole("heading", { level: 1, name: text }).waitFor();
    await this.settle();
  }

  async shot(name) {
    mkdirSync(setting.pictures, { recursive: true });
    // Not Playwright's: that takes long to compress.
    this.tools ??= await this.context.newCDPSession(this.page);
    const { cssContentSize } = await this.tools.send("Page.getLayoutMetrics");
    const { data } = await this.tools.send("Page.captureScreenshot", {
      captureBeyondViewport: true,
      clip: { ...cssContentSize, scale: 1 },
      optimizeForSpeed: true,
    });
    writeFileSync(join(setting.pictures, `${name}.png`), data, "base64");
  }

  async checkAccess(where) {
    await this.settle();
    // Playwright evaluates outside of the page's policy. Once per document: the script is long.
    const isThere = await this.page.evaluate(() => "axe" in globalThis);
    if (!isThere) await this.page.evaluate(axe);
    const found = await this.page.evaluate(async () => {
      const { violations } = await globalThis.axe.run(document, {
        runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
        // Passing checks are not described in detail.
        resultTypes: ["violations"],
      });
      return violations.map(
        ({ id, help, nodes }) => `${id} (${help}): ${nodes.map((node) => node.html).join(" | ")}`,
      );
    });
    same(found, [], `axe-core on ${where}`);
  }

  // Checked by axe-core, with a screenshot.
  async look(name) {
    await this.checkAccess(name);
    await this.shot(name);
  }

  async leave() {
    await this.context.close();
    same(this.complaints, [], `what the console of ${this.name} says`);
  }
}

export function same(found, expected, what) {
  const [a, b] = [JSON.stringify(found), JSON.stringify(expected)];
  if (a !== b) throw new Error(`${what}: ${a} instead of ${b}`);
}

export function must(isSo, what) {
  if (!isSo) throw new Error(what);
}

// Repeats an attempt that may come too early until it succeeds.
export async function until(isDone, what, attempt) {
  const end = Date.now() + patience_ms;
  while (!(await isDone())) {
    must(Date.now() < end, `not in time: ${what}`);
    await attempt();
  }
}

// The records of the audit log that match a filter, once only those are shown. `said`: the text of
// the value in their rows.
export async function filterLog(page, field, value, said = value) {
  const input = page.getByLabel(field, { exact: true });
  const isChoice = await input.evaluate((element) => element.matches("select"));
  await (isChoice ? input.selectOption(value) : input.fill(value));
  await page.waitForFunction((wanted) => {
    const records = [...document.querySelectorAll("main summary:has(strong)")];
    const says = (record) => [...record.children].some((part) => part.textContent === wanted);
    return records.length > 0 && records.every(says);
  }, said);
}

// Runs one script in its test's browser; the exit code shows whether all checks passed.
export async function run(script) {
  const browser = await chromium.connect(setting.browser);
  try {
    await script(browser);
  } catch (error) {
    console.error(error);
    for (const page of browser.contexts().flatMap((context) => context.pages())) {
      console.error(page.url(), await page.innerText("body").catch(() => ""));
    }
    process.exitCode = 1;
  } finally {
    await browser.close();
  }
}
