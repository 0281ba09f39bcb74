// Names, references, reasons and user agents that contain code are shown as text.
import { filterLog, Person, run, same, setting } from "./browser.mjs";
import { actions, like, t } from "./text.mjs";

const { mallory } = setting.accounts;

async function isText(person, path, text) {
  await person.page.goto(path);
  await person.page.waitForFunction((wanted) => document.body.textContent.includes(wanted), text);
  await person.settle();
  same(
    await person.page.evaluate(() => [
      document.querySelectorAll("#hostile").length,
      "hit" in window,
    ]),
    [0, false],
    `what ${path} made of ${text}`,
  );
}

// Manipulated receipts, from the bank or from an attacker in its place.
const forgeries = {
  "another amount": (receipt) => ({
    ...receipt,
    record: receipt.record.replace("\t500\tEUR\t", "\t900\tEUR\t"),
  }),
  "another outcome": (receipt) => ({
    ...receipt,
    record: receipt.record.replace("\tposted\t", "\tinsufficient_funds\t"),
  }),
  "another reference": (receipt) => ({
    ...receipt,
    reference: { ...receipt.reference, value: "something else" },
  }),
  "another place": (receipt) => ({ ...receipt, number: `${Number(receipt.number) + 1}` }),
  "a shorter proof": (receipt) => ({ ...receipt, proof: receipt.proof.slice(0, -1) }),
  "another checkpoint": (receipt) => ({
    ...receipt,
    checkpoint: receipt.checkpoint.replace("\n", "\n1"),
    tree_size: `${Number(receipt.tree_size) + 10}`,
  }),
  "no signature": (receipt) => ({
    ...receipt,
    checkpoint: receipt.checkpoint.replace(/\n\n[^]*$/, "\n\n"),
  }),
};

async function seesThroughForgeries(person) {
  const { page } = person;
  const path = `/app/transfers/${setting.transfer}`;
  await page.goto(path);
  await page.getByText(t.receipt.sound).waitFor();
  for (const [what, forge] of Object.entries(forgeries)) {
    await page.route("**/receipt", async (route) => {
      const response = await route.fetch();
      const receipt = await response.json();
      const forged = forge(receipt);
      if (JSON.stringify(forged) === JSON.stringify(receipt))
        throw new Error(`not forged: ${what}`);
      await route.fulfill({ response, json: forged });
    });
    await page.goto(path);
    await page.getByText(t.receipt.unsound).waitFor();
    same(await page.getByText(t.receipt.sound).count(), 0, what);
    await page.unroute("**/receipt");
  }
  await person.look("hostile-receipt");
  // A valid receipt, but the page was given another payee.
  await page.route(`**/v1/transfers/${setting.transfer}`, async (route) => {
    const response = await route.fetch();
    const transfer = await response.json();
    const credit_account_no = setting.accounts.alice.account_no;
    await route.fulfill({ response, json: { ...transfer, credit_account_no } });
  });
  await page.goto(path);
  await page.getByText(t.receipt.unsound).waitFor();
  await page.unroute(`**/v1/transfers/${setting.transfer}`);
  // Another key than the one that this browser knows, though its signature is valid.
  await page.evaluate(() => localStorage.setItem("bankd-audit-key", "bankd+00000000+AAAA"));
  await page.goto(path);
  await page.getByText(t.receipt.steps.keyChanged).waitFor();
  await page.getByText(t.receipt.unsound).waitFor();
}

const withFirst = (change) => (range) => ({
  ...range,
  records: range.records.with(0, change(range.records[0], range)),
});
const zeros = Buffer.alloc(32).toString("base64");

// The same for a range of the audit log.
const rangeForgeries = {
  "another record": withFirst((record) => ({
    ...record,
    record: record.record.replace("\tlogin\t", "\tlogout\t"),
  })),
  "no record": withFirst((record) => ({ ...record, record: "" })),
  "another leaf": withFirst((record) => ({ ...record, leaf: zeros })),
  "no leaf": withFirst((record) => ({ ...record, leaf: "AAAA" })),
  "a record and its leaf": withFirst((record, { records }) => ({ ...records[1], id: record.id })),
  "another person": withFirst(({ subject, ...record }) => ({
    ...record,
    subject: { ...subject, value: subject.value.replace(/^[^\t]*\t[^\t]*/, "1\tsomebody") },
  })),
  "a person hidden in the salt": withFirst(({ subject, ...record }) => ({
    ...record,
    subject: {
      salt: subject.salt + Buffer.from(subject.value.slice(0, 3)).toString("hex"),
      value: subject.value.slice(3),
    },
  })),
  "an erased person": withFirst((record) => ({ ...record, subject: null })),
  "other details": withFirst(({ details, ...record }) => ({
    ...record,
    details: { ...details, value: '{"told":"otherwise"}' },
  })),
  "erased details": withFirst((record) => ({ ...record, details: null })),
  "a record left out": (range) => ({ ...range, records: range.records.toSpliced(1, 1) }),
  "the first left out": (range) => ({
    ...range,
    records: range.records.slice(1),
    first_number: `${Number(range.first_number) + 1}`,
  }),
  "records swapped": ({ records, ...range }) => ({
    ...range,
    records: [records[1], records[0], ...records.slice(2)],
  }),
  "a record twice": (range) => ({ ...range, records: [range.records[0], ...range.records] }),
  "another place": (range) => ({ ...range, first_number: `${Number(range.first_number) + 1}` }),
  "a shorter proof": (range) => ({ ...range, proof: range.proof.slice(0, -1) }),
  "a longer proof": (range) => ({ ...range, proof: [...range.proof, zeros] }),
  "another proof": (range) => ({ ...range, proof: range.proof.with(0, zeros) }),
  "another size": (range) => ({ ...range, tree_size: `${Number(range.tree_size) + 1}` }),
  "another checkpoint": (range) => ({
    ...range,
    checkpoint: range.checkpoint.replace("\n", "\n1"),
    tree_size: `1${range.tree_size}`,
  }),
  "no signature": (range) => ({
    ...range,
    checkpoint: range.checkpoint.replace(/\n\n[^]*$/, "\n\n"),
  }),
  "no record at all": (range) => ({ ...range, records: [] }),
};

async function forging(page, address, forge, work) {
  await page.route(address, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: forge(await response.json()) });
  });
  await work();
  await page.unroute(address);
}

async function showsLogins(page) {
  await page.goto("/app/audit");
  // In the middle of the log, so that the proof has hashes on both sides.
  await filterLog(page, t.audit.action, "login", actions.login);
}

async function seesThroughForgedRanges(person) {
  const { page } = person;
  const verify = () => page.getByRole("button", { name: t.audit.verify }).click();
  const proven = page.getByText(like(t.audit.proven));
  const unproven = page.getByText(like(t.audit.unproven));
  await showsLogins(page);
  for (const [what, forge] of Object.entries(rangeForgeries)) {
    await verify();
    await proven.waitFor();
    const forged = (range) => {
      const made = forge(range);
      if (JSON.stringify(made) === JSON.stringify(range)) throw new Error(`not forged: ${what}`);
      return made;
    };
    await forging(page, "**/v1/audit/range?*", forged, async () => {
      await verify();
      await unproven.waitFor();
      same(await proven.count(), 0, what);
    });
  }
  await person.look("hostile-range");
  // A valid range, but the page was given other values.
  for (const [what, tell] of Object.entries({
    "another outcome": (record) => ({ ...record, outcome: "permission_denied" }),
    "another person": (record) => ({ ...record, actor: "somebody" }),
    "another address": (record) => ({ ...record, ip: "192.0.2.1" }),
    "another program": (record) => ({ ...record, user_agent: "none" }),
    "other details": (record) => ({ ...record, details: { told: "otherwise" } }),
    "another time": (record) => ({
      ...record,
      created_at: record.created_at.replace(/\d(?=Z$)/, (digit) => (Number(digit) + 1) % 10),
    }),
    "another request": (record) => ({ ...record, request_id: record.request_id.slice(0, -1) }),
  })) {
    const oldest = ({ items, ...rest }) => ({
      ...rest,
      items: items.map((item, n) => (n === items.length - 1 ? tell(item) : item)),
    });
    await forging(page, "**/v1/audit-logs?*", oldest, async () => {
      await showsLogins(page);
      await verify();
      await page.getByText(like(t.audit.faults.shown)).waitFor();
      same(await proven.count(), 0, what);
    });
  }
}

async function seesThroughAnotherLog(page) {
  const name = "bankd-audit-seen";
  const seen = () => page.evaluate((key) => localStorage.getItem(key), name);
  const keep = (value) => page.evaluate(([k, v]) => localStorage.setItem(k, v), [name, value]);
  const grown = page.getByText(like(t.audit.grown));
  const another = page.getByText(t.audit.rolledBack);
  const before = await seen();
  const [size] = before.split(" ");
  // Viewing the log is recorded, so the log grows.
  await page.goto("/app/audit");
  const hasGrown = async (least) => {
    const note = await (await fetch("/v1/audit/checkpoint")).text();
    return Number(note.split("\n")[1]) > least;
  };
  await page.waitForFunction(hasGrown, Number(size), { polling: 100 });
  const forgeries = [
    (answer) => ({ ...answer, proof: answer.proof.slice(1) }),
    (answer) => ({ ...answer, proof: [...answer.proof, zeros] }),
    (answer) => ({ ...answer, proof: answer.proof.with(0, zeros) }),
    (answer) => ({ ...answer, proof: ["AAAA"] }),
  ];
  // No valid answer in between: the page polls, and would keep a verified state.
  let forge;
  await forging(page, "**/v1/audit/consistency?*", (answer) => forge(answer), async () => {
    for (forge of forgeries) {
      await keep(before);
      await page.goto("/app/audit");
      await another.waitFor();
      same(await seen(), before, "what is not proven is not kept");
    }
  });
  await page.goto("/app/audit");
  await grown.waitFor();
  // The proof is valid, but for another log.
  await keep(`${size} ${zeros}`);
  await page.goto("/app/audit");
  await another.waitFor();
  same(await seen(), `${size} ${zeros}`, "what is not proven is not kept");
  await keep(`9000000000000000 ${zeros}`);
  await page.goto("/app/audit");
  await another.waitFor();
  for (const nothing of ["", "7", `-7 ${zeros}`, "7 AAAA", `1e3 ${zeros}`, "<script>"]) {
    await keep(nothing);
    await page.goto("/app/audit");
    await page.getByText(t.audit.verified).waitFor();
    same(await another.count(), 0, `after ${nothing}`);
  }
}

async function asCustomer(customer) {
  await isText(customer, "/app/", setting.hostile);
  await isText(customer, `/app/accounts/${mallory.id}`, setting.hostile);
  // The reason for the lock is for staff.
  await customer.page.getByText(t.account.locked, { exact: true }).waitFor();
  same(await customer.page.getByText(setting.reason).count(), 0, "the reason");
  await isText(customer, `/app/transfers/${setting.transfer}`, setting.note);
  await isText(customer, "/app/security", setting.agent);
  await isText(customer, "/app/move", setting.hostile);
  await customer.look("hostile-customer");
  await seesThroughForgeries(customer);
}

async function asTeller(teller) {
  await isText(teller, "/app/?q=mallory", setting.hostile);
  await isText(teller, `/app/accounts/${mallory.id}`, setting.reason);
}

async function asAdmin(admin) {
  await admin.page.goto("/app/audit");
  await filterLog(admin.page, t.audit.actor, "mallory");
  await admin.page.locator("summary", { hasText: actions.login }).first().click();
  await admin.page.getByText(setting.agent).first().waitFor({ state: "attached" });
  same(await admin.page.evaluate(() => document.querySelectorAll("#hostile").length), 0, "the log");
  await admin.look("hostile-audit");
  await seesThroughForgedRanges(admin);
  await seesThroughAnotherLog(admin.page);
}

await run(async (browser) => {
  const customer = await Person.come(browser, "mallory", { userAgent: setting.agent });
  await customer.signIn("mallory", setting.people.alice);
  const teller = await Person.come(browser, "clerk");
  const admin = await Person.come(browser, "root-admin");
  for (const each of [teller, admin]) await each.signIn(each.name, setting.people[each.name]);
  await Promise.all([asCustomer(customer), asTeller(teller), asAdmin(admin)]);
  for (const each of [customer, teller, admin]) await each.leave();
});
