// Verifies a range of the audit log in the browser alone: the signed log contains exactly these
// records, contiguously, and the page shows them as logged.
//
// Formats: audit-format.md; the tree is RFC 9162, 2.1.
import type { AuditRange, AuditRecord } from "../api/client";
import { parseJson, printJson } from "../api/json";
import { isEqual, isHashOf } from "./bytes";
import { parseCheckpoint, pinOf, verifySignature, type Checkpoint } from "./checkpoint";
import { leafHash, rootOfRange, toHashes } from "./merkle";

type Proven = AuditRange["records"][number];

export type FaultKind =
  | "signature" // Not signed with the key that this browser knows.
  | "seen" // Not the log that this browser saw before.
  | "log" // The proof does not lead from the records to the signed root.
  | "changed" // The record does not hash to its signed leaf.
  | "subject" // User, IP address or client differs from the logged hash.
  | "details" // The details differ from the logged hash.
  | "shown" // The page shows other values than the record.
  | "missing"; // The page shows a record that the log does not contain.

export interface Fault {
  readonly kind: FaultKind;
  readonly id?: string; // The record's id, if the fault concerns one record.
}

export interface RangeVerdict {
  readonly checkpoint: Checkpoint;
  readonly count: bigint;
  readonly from: bigint; // Numbers in the log.
  readonly to: bigint;
  readonly hidden: number; // Records in the log that the page does not show.
  readonly pending: number; // Shown records that are not signed yet.
  readonly faults: readonly Fault[];
}

interface Said {
  readonly time: string;
  readonly action: string;
  readonly outcome: string;
  readonly request: string;
  readonly subject: string;
  // A hash. A transfer record has no details: theirs are derived from its fields.
  readonly details: string;
}

const namesOfTransfer = [
  "transfer_id",
  "debit_account_id",
  "credit_account_id",
  "amount",
  "currency",
  "origin_id",
  "group_id",
];

// In the form of bank.record_details().
function detailsOfTransfer(fields: readonly string[]): string {
  const given = namesOfTransfer.flatMap((name, index) => {
    const field = fields[index] ?? "-";
    return field === "-" ? [] : [[name, /^\d+$/.test(field) ? Number(field) : field] as const];
  });
  return printJson(Object.fromEntries(given));
}

// Reads a record's fields; see core/audit/record.cpp. Undefined: an unknown format.
function read(record: string): Said | undefined {
  const [tag, time = "", action = "", outcome = "", , ...rest] = record.split("\t");
  const isTransfer = tag === "transfer/1";
  if (!isTransfer && tag !== "event/1") return undefined;
  // An event record starts with an account.
  const [request = "", subject = "", ...behind] = isTransfer ? rest : rest.slice(1);
  const details = isTransfer ? detailsOfTransfer(behind) : (behind[0] ?? "");
  return { time, action, outcome, request, subject, details };
}

// Converts a shown instant to the log's format. Date has millisecond precision only.
function toMicroseconds(instant: string): string {
  const [, whole, part = ""] = /^(.{19})(?:\.(\d{1,6}))?Z$/.exec(instant) ?? [];
  const whole_ms = whole ? Date.parse(`${whole}Z`) : NaN;
  if (Number.isNaN(whole_ms)) return "";
  return (BigInt(whole_ms) * 1000n + BigInt(part.padEnd(6, "0"))).toString();
}

function personOf(subject: Proven["subject"]) {
  if (!subject) return { actor: "erased", ip: "", program: "" };
  const [, actor, ip, ...program] = subject.value.split("\t");
  return { actor, ip: ip === "-" ? "" : ip, program: program.join("\t") };
}

function isShownSo(shown: AuditRecord, said: Said, { record, subject, details }: Proven): boolean {
  const person = personOf(subject);
  const told = record.startsWith("transfer/1")
    ? said.details
    : printJson(details ? parseJson(details.value) : { erased: true });
  return (
    toMicroseconds(shown.created_at) === said.time &&
    shown.action === said.action &&
    shown.outcome === said.outcome &&
    (shown.request_id || "-") === said.request &&
    shown.actor === person.actor &&
    shown.ip === person.ip &&
    shown.user_agent === person.program &&
    printJson(shown.details) === told
  );
}

// The fault of one record, whatever its neighbours.
async function faultOf(proven: Proven, said: Said | undefined): Promise<FaultKind | undefined> {
  const [leaf] = toHashes([proven.leaf]) ?? [];
  if (!said || !leaf || !isEqual(leaf, await leafHash(proven.record))) return "changed";
  const { subject, details } = proven;
  if (subject && !(await isHashOf(said.subject, subject))) return "subject";
  if (details && !(await isHashOf(said.details, details))) return "details";
  return undefined;
}

async function isInLog(range: AuditRange, checkpoint: Checkpoint): Promise<boolean> {
  const leaves = toHashes(range.records.map(({ leaf }) => leaf));
  const proof = toHashes(range.proof);
  if (!leaves || !proof || checkpoint.size !== BigInt(range.tree_size)) return false;
  const root = await rootOfRange(BigInt(range.first_number), leaves, checkpoint.size, proof);
  return root !== undefined && isEqual(root, checkpoint.root);
}

const recordsMax = 1000; // The bank sends fewer.

// Transactions do not commit in the order in which they start: a record may be signed this much
// later than younger ones.
const unsettled_us = 60_000_000n;

export async function verifyRange(
  range: AuditRange,
  shown: readonly AuditRecord[],
  keys: string,
): Promise<RangeVerdict> {
  const { records } = range;
  const from = BigInt(range.first_number);
  if (records.length > recordsMax) throw new Error("more records than a range can have");
  const faults: Fault[] = [];
  const checkpoint = parseCheckpoint(range.checkpoint);
  const signed = await verifySignature(checkpoint, keys);
  if (!signed.isSound || pinOf(signed.key, keys) === "changed") faults.push({ kind: "signature" });
  if (!(await isInLog(range, checkpoint))) faults.push({ kind: "log" });

  const logged = new Map<string, { proven: Proven; said: Said | undefined }>();
  const bad = new Set<string>();
  let newest_id = 0n;
  let newest_us = 0n;
  for (const proven of records) {
    const said = read(proven.record);
    const kind = await faultOf(proven, said);
    logged.set(proven.id, { proven, said });
    if (kind) {
      faults.push({ kind, id: proven.id });
      bad.add(proven.id);
      continue;
    }
    const time_us = BigInt(said?.time ?? 0);
    if (BigInt(proven.id) > newest_id) newest_id = BigInt(proven.id);
    if (time_us > newest_us) newest_us = time_us;
  }
  // A record can be dated in the future if the bank's clock was set back.
  const now_us = BigInt(Date.now()) * 1000n;
  if (newest_us > now_us) newest_us = now_us;

  let pending = 0;
  let hidden = records.length;
  for (const record of shown) {
    const { id } = record;
    const found = logged.get(id);
    if (found?.said) {
      --hidden;
      if (!bad.has(id) && !isShownSo(record, found.said, found.proven)) {
        faults.push({ kind: "shown", id });
      }
    } else if (!found) {
      const time_us = BigInt(toMicroseconds(record.created_at) || 0);
      if (BigInt(id) > newest_id || time_us > newest_us - unsettled_us) ++pending;
      else faults.push({ kind: "missing", id });
    }
  }
  const count = BigInt(records.length);
  return { checkpoint, count, from, to: from + count - 1n, hidden, pending, faults };
}
