// Amounts, account numbers and keys, as tables: what is typed, and what becomes of it.
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { same, setting } from "./browser.mjs";

const require = createRequire(join(setting.modules, "x.js"));
const { buildSync } = require("esbuild");
const directory = mkdtempSync(join(tmpdir(), "units."));

async function load(name) {
  const outfile = join(directory, `${name.replace("/", "-")}.mjs`);
  buildSync({
    entryPoints: [join(setting.sources, `${name}.ts`)],
    outfile,
    bundle: true,
    format: "esm",
    logLevel: "error",
  });
  return import(pathToFileURL(outfile));
}

const { parseAmount, printMoney, printForEditing, toDecimal } = await load("money/amount");
const { judgeIban, groupIban } = await load("money/iban");
const { newKey } = await load("money/idempotency");
const { recognise } = await load("session/user_agent");
rmSync(directory, { recursive: true });

const typed = [
  ["12.50", 2, "en", 1250n],
  ["12,50", 2, "de", 1250n],
  ["12.5", 2, "de", 1250n],
  ["12,5", 2, "en", 1250n],
  ["1,234.56", 2, "en", 123456n],
  ["1.234,56", 2, "de", 123456n],
  ["1.234", 2, "de", 123400n],
  ["1,234", 2, "en", 123400n],
  ["1.234", 2, "en", undefined],
  ["1.234", 3, "en", 1234n],
  ["1,2345.00", 2, "en", undefined],
  ["1 234,50", 2, "de", 123450n],
  ["12", 2, "en", 1200n],
  ["12.", 2, "en", 1200n],
  ["0", 2, "en", 0n],
  ["007", 2, "en", 700n],
  ["9007199254740993", 0, "en", 9007199254740993n],
  ["12.345", 2, "en", undefined],
  ["1500", 0, "en", 1500n],
  ["1500.5", 0, "en", undefined],
  ["", 2, "en", undefined],
  ["-5", 2, "en", undefined],
  ["+5", 2, "en", undefined],
  ["1e3", 2, "en", undefined],
  ["0x10", 2, "en", undefined],
  ["NaN", 2, "en", undefined],
  ["1.2.3", 2, "en", undefined],
  [".5", 2, "en", undefined],
  ["\u0661\u0662", 2, "en", undefined],
  ["12 EUR", 2, "en", undefined],
];
for (const [text, exponent, locale, amount] of typed) {
  same(String(parseAmount(text, exponent, locale)), String(amount), `${text} in ${locale}`);
}
for (const [amount, exponent, text] of [
  [0n, 2, "0.00"],
  [5n, 2, "0.05"],
  [-5n, 2, "-0.05"],
  [123n, 0, "123"],
  [1234n, 3, "1.234"],
  [-123456n, 2, "-1234.56"],
  [9223372036854775807n, 2, "92233720368547758.07"],
]) {
  same(toDecimal(amount, exponent), text, "decimal text");
  const back = parseAmount(printForEditing(amount, exponent, "de"), exponent, "de");
  if (amount >= 0n && amount < 10n ** 16n) same(String(back), String(amount), "there and back");
}
same(
  printMoney({ amount: 9007199254740993n, currency: "EUR" }, { locale: "en-GB", exponent: 2 }),
  "€90,071,992,547,409.93",
  "an amount that no float holds",
);
same(
  printMoney({ amount: -1250n, currency: "EUR" }, { locale: "en-GB", exponent: 2, signed: true }),
  "\u2212€12.50",
  "a minus sign, not a hyphen",
);

for (const [text, state] of [
  ["", "empty"],
  ["D", "incomplete"],
  ["DE", "incomplete"],
  ["DE8", "incomplete"],
  ["DE89 3704 0044 0532 0130 00", "sound"],
  ["de89370400440532013000", "sound"],
  ["DE89 3704 0044 0532 0130 01", "wrong"],
  ["DE98 3704 0044 0532 0130 00", "wrong"],
  ["DE89 3704 0044 0532 0130 000", "too_long"],
  ["GB82 WEST 1234 5698 7654 32", "sound"],
  ["GB82 WEST 1234 5698 7654 23", "wrong"],
  ["NO93 8601 1117 947", "sound"],
  ["XX12", "foreign"],
  ["12", "foreign"],
  ["DEAB", "wrong"],
  ["DE89-3704", "foreign"],
  ["MT84 MALT 0110 0001 2345 MTLC AST0 01S", "sound"],
]) {
  same(judgeIban(text), state, text);
}
same(groupIban("de89370400440532013000"), "DE89 3704 0044 0532 0130 00", "groups of four");

const gecko = "(KHTML, like Gecko)";
for (const [agent, browser, system] of [
  [
    `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 ${gecko} Chrome/120.0.0.0 Safari/537.36`,
    "Chrome",
    "Linux",
  ],
  [
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 ${gecko} ` +
      "Chrome/120.0.0.0 Safari/537.36 Edg/120.0.0.0",
    "Edge",
    "Windows",
  ],
  [
    `Mozilla/5.0 (iPhone; CPU iPhone OS 17_1 like Mac OS X) AppleWebKit/605.1.15 ${gecko} ` +
      "Version/17.1 Mobile/15E148 Safari/604.1",
    "Safari",
    "iOS",
  ],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:121.0) Gecko/20100101 Firefox/121.0", "Firefox", "Linux"],
  ["curl/8.4.0"],
  [""],
  ["Mozilla/5.0 (X11; Linux x86_64) Chrome/120.0 <b>Firefox/1.0</b>"],
  ["Chrome/120.0 Linux"],
]) {
  same(recognise(agent), browser && { browser, system }, agent);
}

const keys = Array.from({ length: 1000 }, newKey);
same(new Set(keys).size, keys.length, "keys differ");
const version7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
same(
  keys.filter((key) => !version7.test(key)),
  [],
  "UUIDs of version 7",
);
