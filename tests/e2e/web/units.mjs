// Amounts, account numbers and keys, as tables: input and result.
import { createHash, webcrypto } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { same, setting } from "./browser.mjs";
import { load } from "./sources.mjs";

const [
  { parseAmount, printMoney, printForEditing, toDecimal },
  { checkIban, groupIban },
  { newKey },
  { recognise },
  { dateHint, parseDate, printDateForEditing },
  { actions, outcomes },
  german,
  { en },
  { isConsistent, isIncluded, leafHash, rootOfRange, toHashes },
  { verifyRange },
] = await load(
  "money/amount",
  "money/iban",
  "money/idempotency",
  "session/user_agent",
  "text/dates",
  "text/audit_en",
  "text/audit_de",
  "text/en",
  "receipt/merkle",
  "receipt/verify_range",
);

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
  printMoney({ amount: "9007199254740993", currency: "EUR" }, { locale: "en-GB", exponent: 2 }),
  "€90,071,992,547,409.93",
  "an amount that no float holds",
);
same(
  printMoney({ amount: "-1250", currency: "EUR" }, { locale: "en-GB", exponent: 2, signed: true }),
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
  // Digits that differ by 97 leave the same remainder.
  ["DE97 9999 9999 0000 0000 26", "sound"],
  ["DE00 9999 9999 0000 0000 26", "wrong"],
  ["DE98 3704 0044 0000 0000 42", "sound"],
  ["DE01 3704 0044 0000 0000 42", "wrong"],
  ["DE02 3704 0044 0000 0000 24", "sound"],
  ["DE99 3704 0044 0000 0000 24", "wrong"],
  ["MT84 MALT 0110 0001 2345 MTLC AST0 01S", "sound"],
]) {
  same(checkIban(text), state, text);
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

const letters = { day: "DD", month: "MM", year: "YYYY" };
for (const [locale, hint, shown] of [
  ["en-GB", "DD/MM/YYYY", "07/03/2026"],
  ["en-US", "MM/DD/YYYY", "03/07/2026"],
  ["de", "DD.MM.YYYY", "07.03.2026"],
]) {
  same(dateHint(locale, letters), hint, `the order of a date in ${locale}`);
  same(printDateForEditing("2026-03-07", locale), shown, `a date in ${locale}`);
  for (const text of [shown, "2026-03-07", ` ${shown} `]) {
    same(parseDate(text, locale), "2026-03-07", `${text} in ${locale}`);
  }
}
for (const text of ["", "7", "7/3", "7/3/26", "31/02/2026", "00/01/2026", "1/13/2026", "a/b/c"]) {
  same(parseDate(text, "en-GB"), undefined, text);
}
same(parseDate("7/3/2026", "en-GB"), "2026-03-07", "a date without zeros");

// The log has a word for each of the bank's actions and outcomes, in both languages.
const words = (path, macro) =>
  [...readFileSync(join(setting.sources, "../../../core", path), "utf8").matchAll(macro)]
    .map(([, word]) => word)
    .sort();
// Checkpoints are in the journal only.
const audited = words("audit/actions.def", /^BANK_AUDIT_ACTION\((\w+),/gm);
const known = audited.filter((word) => word !== "checkpoint");
const codes = words("base/codes.def", /^BANK_CODE\(\d+, (\w+),/gm);
for (const [language, said] of Object.entries({ en: { actions, outcomes }, de: german })) {
  const named = { ...en.kinds, ...said.actions };
  same(Object.keys(named).sort(), known, `actions in ${language}`);
  same(Object.keys(said.outcomes).sort(), ["ok", ...codes].sort(), `outcomes in ${language}`);
}
same(["posted", ...Object.keys(en.problems)].sort(), codes, "what a person is told of a code");

const keys = Array.from({ length: 1000 }, newKey);
same(new Set(keys).size, keys.length, "keys differ");
const version7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
same(
  keys.filter((key) => !version7.test(key)),
  [],
  "UUIDs of version 7",
);

// Hundreds of thousands of hashes follow: computed synchronously, not by another thread for each.
webcrypto.subtle.digest = async (_name, bytes) => createHash("sha256").update(bytes).digest();

// Proofs about a tree, against one built here by the definition of RFC 9162, 2.1.
const sha256 = (...parts) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};
const leaves = Array.from({ length: 20 }, (_, n) => sha256(Uint8Array.of(0), `record ${n}`));
const leftSize = (size) => 2 ** (Math.ceil(Math.log2(size)) - 1);
function rootOf(begin, end) {
  if (end - begin === 1) return leaves[begin];
  const middle = begin + leftSize(end - begin);
  return sha256(Uint8Array.of(1), rootOf(begin, middle), rootOf(middle, end));
}
function besides(first, behind, begin, end) {
  if (first <= begin && end <= behind) return [];
  if (end <= first || behind <= begin) return [rootOf(begin, end)];
  const middle = begin + leftSize(end - begin);
  return [...besides(first, behind, begin, middle), ...besides(first, behind, middle, end)];
}
// SUBPROOF(older, D[begin:end], isWhole)
function growth(older, begin, end, isWhole) {
  if (older === end - begin) return isWhole ? [] : [rootOf(begin, end)];
  const middle = begin + leftSize(end - begin);
  return older <= middle - begin
    ? [...growth(older, begin, middle, isWhole), rootOf(middle, end)]
    : [...growth(older - (middle - begin), middle, end, false), rootOf(begin, middle)];
}
const other = sha256("other");
const forgeriesOf = (proof) => [
  [...proof, other],
  [other, ...proof],
  ...proof.flatMap((_, n) => [proof.toSpliced(n, 1), proof.with(n, other)]),
];
const head = (size) => ({ size: BigInt(size), root: rootOf(0, size) });
const text = (hash) => hash && Buffer.from(hash).toString("hex");

same(text(await leafHash("record 7")), text(leaves[7]), "the hash of a record");
for (let size = 1; size <= leaves.length; ++size) {
  for (let first = 0; first < size; ++first) {
    for (let behind = first + 1; behind <= size; ++behind) {
      const what = `records ${first} to ${behind - 1} of ${size}`;
      const proven = leaves.slice(first, behind);
      const proof = besides(first, behind, 0, size);
      const range = (of, siblings) => rootOfRange(BigInt(first), of, BigInt(size), siblings);
      const root = text(rootOf(0, size));
      same(text(await range(proven, proof)), root, what);
      const wrong = await Promise.all([
        ...forgeriesOf(proof).map((forged) => range(proven, forged)),
        range(proven.slice(1), proof),
        range(proven.with(0, other), proof),
        rootOfRange(BigInt(first + 1), proven, BigInt(size), proof),
        ...(proven.length > 1 ? [range(proven.toReversed(), proof)] : []),
      ]);
      same(
        wrong.filter((each) => text(each) === root),
        [],
        `forgeries of ${what}`,
      );
    }
  }
  for (let older = 1; older <= size; ++older) {
    const what = `from ${older} to ${size}`;
    const proof = growth(older, 0, size, true);
    const grown = (siblings, from = head(older), to = head(size)) =>
      isConsistent(from, to, siblings);
    same(await grown(proof), true, what);
    const wrong = await Promise.all([
      ...forgeriesOf(proof).map((forged) => grown(forged)),
      grown(proof, { ...head(older), root: other }),
      grown(proof, head(older), { ...head(size), root: other }),
      grown(proof, { ...head(older), size: BigInt(size + 1) }),
      grown(proof, { ...head(older), size: 0n }),
    ]);
    same(
      wrong.filter((each) => each),
      [],
      `forgeries ${what}`,
    );
  }
}
const huge = { size: 2n ** 63n - 1n, root: other };
same(await isConsistent(head(7), huge, leaves), false, "a tree that nobody has");
same(await isIncluded(leaves[0], 0n, huge, leaves), false, "a path in it");
same(await rootOfRange(5n, leaves, huge.size, leaves), undefined, "a range of it");
same(await rootOfRange(0n, [], 1n, leaves.slice(0, 1)), undefined, "a range of nothing");
same(await rootOfRange(-1n, leaves.slice(0, 1), 1n, []), undefined, "a range before all");
for (const hash of ["", "AAAA", "!".repeat(44), `${btoa("x".repeat(31))}`, btoa("x".repeat(33))]) {
  same(toHashes([hash]), undefined, `a hash that is none: ${hash}`);
}
same(toHashes([btoa("x".repeat(32))])?.[0].length, 32, "a hash");

// A range of a log that is created and signed here.
const kept = new Map();
globalThis.localStorage = {
  getItem: (name) => kept.get(name) ?? null,
  setItem: (name, value) => kept.set(name, value),
};
const base64 = (bytes) => Buffer.from(bytes).toString("base64");
const hex = (bytes) => Buffer.from(bytes).toString("hex");
const pair = await webcrypto.subtle.generateKey("Ed25519", false, ["sign", "verify"]);
const rawKey = Buffer.from([
  1,
  ...new Uint8Array(await webcrypto.subtle.exportKey("raw", pair.publicKey)),
]);
const keyId = sha256("unit\n", rawKey).slice(0, 4);
const published = `unit+${hex(keyId)}+${base64(rawKey)}\n`;
async function signed(size, root) {
  const note = `unit\n${size}\n${base64(root)}\n`;
  const signature = await webcrypto.subtle.sign("Ed25519", pair.privateKey, Buffer.from(note));
  return `${note}\n\u2014 unit ${base64([...keyId, ...new Uint8Array(signature)])}\n`;
}

const salt = "00".repeat(16);
const hidden = (value) => ({ salt, value });
const hashOf = ({ value }) => hex(sha256(Buffer.alloc(16), value));
const second_us = 1_000_000n;
const began_us = 1_772_366_400_000_000n; // 2026-03-01T12:00:00Z
const request_id = "01890000-0000-7000-8000-000000000000";
const person = hidden("5\talice\t192.0.2.7\tA browser");
const log = Array.from({ length: 9 }, (_, number) => {
  const id = `${number + 1}`;
  const us = began_us + BigInt(number) * 60n * second_us + 7n;
  const details = hidden(`{"told":"${number}"}`);
  const isTransfer = number === 4;
  const record = isTransfer
    ? ["transfer/1", us, "deposit", "posted", 5, request_id, hashOf(person), 3, 1, 2, 500, "EUR"]
        .concat(["-", "-", "2026-03-01", "-", "-", "0".repeat(64)])
        .join("\t")
    : ["event/1", us, "login", "ok", 5, "-", "-", hashOf(person), hashOf(details)].join("\t");
  return {
    proven: {
      id,
      record,
      leaf: base64(sha256(Uint8Array.of(0), record)),
      subject: person,
      details: isTransfer ? null : details,
    },
    shown: {
      id,
      created_at: `2026-03-01T12:0${number}:00.000007Z`,
      action: isTransfer ? "deposit" : "login",
      outcome: isTransfer ? "posted" : "ok",
      actor: "alice",
      ip: "192.0.2.7",
      user_agent: "A browser",
      request_id: isTransfer ? request_id : "",
      details: isTransfer
        ? {
            transfer_id: 3,
            debit_account_id: 1,
            credit_account_id: 2,
            amount: 500,
            currency: "EUR",
          }
        : { told: `${number}` },
    },
  };
});
leaves.splice(0, leaves.length, ...log.map(({ proven }) => Buffer.from(proven.leaf, "base64")));
const rangeOf = async (first, behind, size = log.length) => ({
  first_number: `${first}`,
  tree_size: `${size}`,
  checkpoint: await signed(size, rootOf(0, size)),
  records: log.slice(first, behind).map(({ proven }) => proven),
  proof: besides(first, behind, 0, size).map(base64),
});
const shownOf = (first, behind) =>
  log
    .slice(first, behind)
    .map(({ shown }) => shown)
    .toReversed();
const findings = async (range, shown) => {
  const { faults, count, from, to, hidden, pending } = await verifyRange(range, shown, published);
  return [
    faults.map(({ kind, id }) => (id === undefined ? kind : `${kind} ${id}`)).join(", "),
    `${count} from ${from} to ${to}, ${hidden} hidden, ${pending} pending`,
  ];
};
const change = (number, range, made) => ({
  ...range,
  records: range.records.with(number, { ...range.records[number], ...made }),
});
const whole = await rangeOf(2, 8);
const asShown = shownOf(2, 8);
const sums = "6 from 2 to 7, 0 hidden, 0 pending";
for (const [what, range, shown, faults, counted = sums] of [
  ["all of them", whole, asShown, ""],
  ["a filter", whole, asShown.toSpliced(1, 2), "", "6 from 2 to 7, 2 hidden, 0 pending"],
  ["younger ones", await rangeOf(2, 6, 6), asShown, "", "4 from 2 to 5, 0 hidden, 2 pending"],
  ["an older one", whole, shownOf(1, 8), "missing 2"],
  ["one too many", whole, [...asShown, { ...asShown[3], id: "0" }], "missing 0"],
  ["another text", change(1, whole, { record: log[0].proven.record }), asShown, "changed 4"],
  ["no text", change(1, whole, { record: "" }), asShown, "changed 4", sums.replace("0 h", "1 h")],
  ["another leaf", change(1, whole, { leaf: base64(other) }), asShown, "log, changed 4"],
  ["another person", change(1, whole, { subject: hidden("6\tbob\t-\t") }), asShown, "subject 4"],
  ["an erased person", change(1, whole, { subject: null }), asShown, "shown 4"],
  [
    "an erased person, also here",
    change(0, whole, { subject: null }),
    asShown.with(-1, { ...asShown.at(-1), actor: "erased", ip: "", user_agent: "" }),
    "",
  ],
  ["other details", change(1, whole, { details: hidden("{}") }), asShown, "details 4"],
  [
    "erased details",
    change(0, whole, { details: null }),
    asShown.with(-1, { ...asShown.at(-1), details: { erased: true } }),
    "",
  ],
  [
    "a longer salt",
    change(1, whole, { details: { salt: `${salt}7b`, value: "" } }),
    asShown,
    "details 4",
  ],
  ["another outcome", whole, asShown.with(0, { ...asShown[0], outcome: "no" }), "shown 8"],
  [
    "another microsecond",
    whole,
    asShown.with(0, { ...asShown[0], created_at: "2026-03-01T12:07:00.000008Z" }),
    "shown 8",
  ],
  ["no time", whole, asShown.with(0, { ...asShown[0], created_at: "today" }), "shown 8"],
  [
    "another currency",
    whole,
    asShown.with(3, { ...asShown[3], details: { ...asShown[3].details, currency: "USD" } }),
    "shown 5",
  ],
  ["another size", { ...whole, tree_size: "10" }, asShown, "log"],
  [
    "another signature",
    { ...whole, checkpoint: whole.checkpoint.replace("unit\n9", "unit\n8"), tree_size: "8" },
    asShown,
    "signature, log",
  ],
]) {
  same(await findings(range, shown), [faults, counted], what);
}
// With the clock set back to 12:04:30, records of the log are dated in the future: one of 12:04 is
// recent.
const timeOf = Date.now;
Date.now = () => Date.parse("2026-03-01T12:04:30Z");
same(
  await findings(whole, [...asShown, { ...asShown[3], id: "0" }]),
  ["", sums.replace("0 p", "1 p")],
  "one that is young by a clock that was set back",
);
Date.now = timeOf;
kept.set("bankd-audit-key", "unit+00000000+AAAA");
same((await findings(whole, asShown))[0], "signature", "another key than was known");
