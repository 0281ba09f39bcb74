#!/usr/bin/env node
// Measures each page of the web client with Lighthouse, as each role that sees it, in Chromium,
// against a running bank. It asserts nothing; people read the figures.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import lighthouse, { desktopConfig } from "lighthouse";
import { chromium } from "playwright-core";

const help = `Usage: node pages.mjs --logins FILE [--base URL] [--runs N] [--only PATTERN] [--form F] [--json FILE]

Measures the pages of the web client with Lighthouse and prints the median of some loads of each.

  --logins FILE   people of the bank, as packaging/quickstart leaves them in logins.json
  --base URL      where the client is served (default: https://127.0.0.1:8443/app)
  --runs N        loads of each page, 1 to 25 (default: 3)
  --only PATTERN  pages whose name this regular expression finds, as "customer"
  --form F        phone (a slow one on a slow network, simulated: Lighthouse's own), desktop or both
                  (default: phone)
  --json FILE     the figures of each load, too
  --help          this text

Example, with a bank that packaging/quickstart runs:
  npm ci && node pages.mjs --logins ~/.local/state/bankd-demo/logins.json --form both

Exit code: 0 measured, 1 a page could not be measured, 2 wrong usage.
`;

// {account} and {transfer} are the first ones of the customer's overview.
const pages = [
  { name: "sign-in", path: "/" },
  { name: "customer overview", role: "customer", path: "/" },
  { name: "customer account", role: "customer", path: "/accounts/{account}" },
  { name: "customer move", role: "customer", path: "/move" },
  { name: "customer transfer", role: "customer", path: "/transfers/{transfer}" },
  { name: "customer security", role: "customer", path: "/security" },
  { name: "teller counter", role: "teller", path: "/" },
  { name: "teller account", role: "teller", path: "/accounts/{account}" },
  { name: "teller open", role: "teller", path: "/open" },
  { name: "teller day", role: "teller", path: "/day" },
  { name: "admin users", role: "admin", path: "/users" },
  { name: "admin audit", role: "admin", path: "/audit" },
  { name: "admin system", role: "admin", path: "/system" },
  { name: "admin limits", role: "admin", path: "/limits" },
];

const figures = [
  ["performance", "perf", (result) => Math.round(result.categories.performance.score * 100)],
  ["accessibility", "a11y", (result) => Math.round(result.categories.accessibility.score * 100)],
  ["first_contentful_paint_ms", "FCP", (result) => numeric(result, "first-contentful-paint")],
  ["largest_contentful_paint_ms", "LCP", (result) => numeric(result, "largest-contentful-paint")],
  ["speed_index_ms", "SI", (result) => numeric(result, "speed-index")],
  ["total_blocking_time_ms", "TBT", (result) => numeric(result, "total-blocking-time")],
  ["layout_shift", "CLS", (result) => result.audits["cumulative-layout-shift"].numericValue],
  ["bytes", "bytes", (result) => numeric(result, "total-byte-weight")],
  ["benchmark_index", "CPU", (result) => Math.round(result.environment.benchmarkIndex)],
];

function numeric(result, audit) {
  return Math.round(result.audits[audit].numericValue);
}

function fail(text) {
  console.error(`${text}\nSee --help.`);
  process.exit(2);
}

function read() {
  try {
    const { values } = parseArgs({
      options: {
        base: { type: "string", default: "https://127.0.0.1:8443/app" },
        logins: { type: "string" },
        runs: { type: "string", default: "3" },
        only: { type: "string", default: "" },
        form: { type: "string", default: "phone" },
        json: { type: "string" },
        help: { type: "boolean", default: false },
      },
    });
    if (values.help) {
      process.stdout.write(help);
      process.exit(0);
    }
    if (!values.logins) fail("--logins is missing.");
    const runs = Number(values.runs);
    if (!Number.isInteger(runs) || runs < 1 || runs > 25) fail("--runs takes a number, 1 to 25.");
    const forms = { phone: ["phone"], desktop: ["desktop"], both: ["phone", "desktop"] };
    if (!Object.hasOwn(forms, values.form)) fail("--form is phone, desktop or both.");
    return {
      ...values,
      base: values.base.replace(/\/$/, ""),
      people: JSON.parse(readFileSync(values.logins, "utf8")),
      runs,
      only: new RegExp(values.only),
      forms: forms[values.form],
    };
  } catch (error) {
    return fail(error.message);
  }
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

// A separate browser for each role: signed in, except for the sign-in page.
class Visit {
  static async begin(setting, role) {
    const visit = new Visit();
    visit.role = role;
    visit.port = await freePort();
    visit.profile = mkdtempSync(join(tmpdir(), "bankd-pages-"));
    visit.context = await chromium.launchPersistentContext(visit.profile, {
      executablePath: "/usr/bin/chromium",
      ignoreHTTPSErrors: true,
      locale: "en-GB",
      // As root Chromium cannot create its own sandbox; it only visits the bank.
      args: [
        `--remote-debugging-port=${visit.port}`,
        "--no-sandbox",
        "--headless=new",
        "--ignore-certificate-errors",
      ],
    });
    try {
      visit.places = role ? await visit.signIn(setting, role) : {};
    } catch (error) {
      await visit.end();
      throw error;
    }
    return visit;
  }

  async signIn({ base, people }, role) {
    const [name, person] = Object.entries(people).find(([, each]) => each.role === role) ?? [];
    if (!name) throw new Error(`Among the logins is no ${role}.`);
    const page = this.context.pages()[0];
    await page.goto(`${base}/`);
    await page.getByLabel("User name").fill(name);
    await page.getByLabel("Password", { exact: true }).fill(person.password);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("button", { name: "Sign out" }).first().waitFor();
    const places = role === "customer" ? await this.placesOf(page) : {};
    await page.goto("about:blank");
    return places;
  }

  async placesOf(page) {
    const idAfter = async (part) => {
      const link = page.locator(`main a[href*="/${part}/"]`).first();
      return (await link.getAttribute("href")).split("/").at(-1);
    };
    return { account: await idAfter("accounts"), transfer: await idAfter("transfers") };
  }

  async measure(url, form) {
    const options = { port: this.port, disableStorageReset: true, logLevel: "error" };
    const only = { onlyCategories: ["performance", "accessibility"] };
    const config = form === "desktop" ? desktopConfig : undefined;
    let { lhr } = await lighthouse(url, { ...options, ...only }, config);
    // Chromium sometimes returns a trace without a start; Lighthouse then has to be run again.
    if (lhr.runtimeError) ({ lhr } = await lighthouse(url, { ...options, ...only }, config));
    if (lhr.runtimeError) throw new Error(lhr.runtimeError.message);
    const isThere = lhr.finalDisplayedUrl.startsWith(url.replace(/\/$/, ""));
    if (!isThere) throw new Error(`led to ${lhr.finalDisplayedUrl}`);
    return Object.fromEntries(figures.map(([name, , of]) => [name, of(lhr)]));
  }

  async end() {
    await this.context.close();
    rmSync(this.profile, { recursive: true, force: true });
  }
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function line(name, cells) {
  const print = (cell) => (typeof cell === "number" ? Math.round(cell * 1000) / 1000 : cell);
  return name.padEnd(28) + cells.map((cell) => String(print(cell)).padStart(8)).join("");
}

async function measureAll(setting) {
  const wanted = pages.filter((page) => setting.only.test(page.name));
  const needsPlaces = wanted.some((page) => page.path.includes("{"));
  const report = [];
  const places = {};
  let visit;
  let failed = 0;
  console.log(
    line(
      "page",
      figures.map(([, heading]) => heading),
    ),
  );
  try {
    for (const page of pages) {
      // The customer comes first: the others view the objects found there.
      const isGuide = needsPlaces && page.name === "customer overview";
      if (!wanted.includes(page) && !isGuide) continue;
      if (!visit || visit.role !== page.role) {
        await visit?.end();
        visit = await Visit.begin(setting, page.role);
        Object.assign(places, visit.places);
      }
      if (!wanted.includes(page)) continue;
      const path = page.path.replace(/\{(\w+)\}/, (_, place) => places[place]);
      for (const form of setting.forms) {
        try {
          const loads = [];
          while (loads.length < setting.runs) {
            loads.push(await visit.measure(setting.base + path, form));
          }
          report.push({ page: page.name, form, loads });
          const medians = figures.map(([name]) => median(loads.map((load) => load[name])));
          console.log(line(`${page.name}, ${form}`, medians));
        } catch (error) {
          ++failed;
          console.error(`${page.name}, ${form}: ${error.message}`);
        }
      }
    }
  } finally {
    await visit?.end();
  }
  if (setting.json) writeFileSync(setting.json, JSON.stringify(report, null, 2) + "\n");
  return failed;
}

const setting = read();
try {
  process.exitCode = (await measureAll(setting)) ? 1 : 0;
} catch (error) {
  console.error(`${error.message.split("\n")[0]}\nDoes a bank run at ${setting.base}? See --base.`);
  process.exitCode = 1;
}
