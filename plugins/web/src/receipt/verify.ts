// A receipt checked by the browser alone: nothing of it is believed because the bank says so.
//
// Formats: the record and the note are described in audit-format.md; the proof is RFC 9162, 2.1.3;
// the note is a C2SP signed note.
import type { Receipt, Transfer } from "../api/client";

const encoder = new TextEncoder();

type Bytes = Uint8Array<ArrayBuffer>;

function fromBase64(text: string): Bytes {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}

function fromHex(text: string): Bytes {
  const bytes = text.match(/../g) ?? [];
  return Uint8Array.from(bytes, (byte) => parseInt(byte, 16));
}

function toHex(bytes: Bytes): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function joined(...parts: readonly Bytes[]): Bytes {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

async function sha256(...parts: readonly Bytes[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
}

const isEqual = (a: Bytes, b: Bytes) => a.length === b.length && a.every((x, i) => x === b[i]);

export interface Checkpoint {
  readonly origin: string;
  readonly size: bigint;
  readonly root: Bytes;
  readonly text: string; // What is signed.
  readonly signatures: readonly { name: string; id: string; signature: Bytes }[];
}

export function parseCheckpoint(note: string): Checkpoint {
  const end = note.indexOf("\n\n");
  const text = note.slice(0, end + 1);
  const [origin, size, root] = text.split("\n");
  if (end < 0 || !origin || !/^(0|[1-9]\d*)$/.test(size ?? "") || !root) {
    throw new Error("not a checkpoint");
  }
  const signatures = note
    .slice(end + 2)
    .split("\n")
    .filter((line) => line.startsWith("\u2014 "))
    .map((line) => {
      const [, name = "", packed = ""] = line.split(" ");
      const bytes = fromBase64(packed);
      return { name, id: toHex(bytes.slice(0, 4)), signature: bytes.slice(4) };
    });
  return { origin, size: BigInt(size as string), root: fromBase64(root), text, signatures };
}

interface NoteKey {
  readonly text: string;
  readonly name: string;
  readonly id: string;
  readonly key: CryptoKey;
}

async function parseNoteKey(text: string): Promise<NoteKey> {
  const [name = "", id = "", ...rest] = text.split("+");
  const typed = fromBase64(rest.join("+"));
  const expected = toHex((await sha256(encoder.encode(`${name}\n`), typed)).slice(0, 4));
  if (typed.length !== 33 || typed[0] !== 1 || expected !== id) throw new Error("not a note key");
  const key = await crypto.subtle.importKey("raw", typed.slice(1), "Ed25519", false, ["verify"]);
  return { text, name, id, key };
}

export interface SignedBy {
  readonly isSound: boolean;
  readonly key: string; // As the bank published it; empty: none fits.
}

export async function verifySignature(checkpoint: Checkpoint, keys: string): Promise<SignedBy> {
  const text = encoder.encode(checkpoint.text);
  for (const line of keys.split("\n").filter(Boolean)) {
    const key = await parseNoteKey(line);
    for (const { name, id, signature } of checkpoint.signatures) {
      if (name !== key.name || id !== key.id) continue;
      const isSound = await crypto.subtle.verify("Ed25519", key.key, signature, text);
      return { isSound, key: key.text };
    }
  }
  return { isSound: false, key: "" };
}

// RFC 9162, 2.1.3.2.
async function isIncluded(
  leaf: Bytes,
  index: bigint,
  size: bigint,
  proof: readonly Bytes[],
  root: Bytes,
) {
  if (index >= size) return false;
  const node = Uint8Array.of(1);
  let at = index;
  let last = size - 1n;
  let hash = leaf;
  for (const sibling of proof) {
    if (last === 0n) return false;
    if ((at & 1n) === 1n || at === last) {
      hash = await sha256(node, sibling, hash);
      while ((at & 1n) === 0n && at !== 0n) {
        at >>= 1n;
        last >>= 1n;
      }
    } else {
      hash = await sha256(node, hash, sibling);
    }
    at >>= 1n;
    last >>= 1n;
  }
  return last === 0n && isEqual(hash, root);
}

// What the bank's key was when this browser saw it first. Public; it is kept to notice a change.
const pinName = "bankd-audit-key";
export type Pin = "first" | "known" | "changed";

export function pinOf(key: string, keys: string): Pin {
  const kept = localStorage.getItem(pinName);
  if (kept === null) {
    localStorage.setItem(pinName, key);
    return "first";
  }
  if (kept === key) return "known";
  // During a change of keys both sign: the new one is vouched for by the old one.
  if (keys.split("\n").includes(kept)) {
    localStorage.setItem(pinName, key);
    return "known";
  }
  return "changed";
}

export interface Verdict {
  readonly record: boolean;
  readonly reference: boolean;
  readonly inclusion: boolean;
  readonly signature: boolean;
  readonly pin: Pin;
  readonly key: string;
  readonly checkpoint: Checkpoint;
  readonly isSound: boolean;
}

// The fields of a record, by their place; see core/audit/record.cpp.
const place = {
  tag: 0,
  time: 1,
  outcome: 3,
  id: 7,
  debit: 8,
  credit: 9,
  amount: 10,
  currency: 11,
  reference: 16,
};

// An account number ends with the account's id, filled up with zeros; see core/money/iban.cpp.
const serialSize = 8;

function isAccount(id: string | undefined, number: string): boolean {
  if (id === "-") return number === "";
  return id !== undefined && number.endsWith(id.padStart(serialSize, "0"));
}

function saysTheSame(fields: readonly string[], transfer: Transfer): boolean {
  const time_us = BigInt(fields[place.time] ?? "-1");
  // The answer's time has microseconds or less; the record's are whole.
  const shown_ms = BigInt(Date.parse(transfer.created_at));
  return (
    fields[place.tag] === "transfer/1" &&
    fields[place.outcome] === transfer.status &&
    fields[place.id] === transfer.id.toString() &&
    isAccount(fields[place.debit], transfer.debit_account_no) &&
    isAccount(fields[place.credit], transfer.credit_account_no) &&
    fields[place.amount] === transfer.amount.amount.toString() &&
    fields[place.currency] === transfer.amount.currency &&
    time_us / 1000n === shown_ms
  );
}

async function holdsReference(fields: readonly string[], receipt: Receipt, transfer: Transfer) {
  const logged = fields[place.reference];
  if (!receipt.reference) return logged === "-" && transfer.reference === "";
  if (receipt.reference.value !== transfer.reference) return false;
  const hash = await sha256(
    fromHex(receipt.reference.salt),
    encoder.encode(receipt.reference.value),
  );
  return toHex(hash) === logged;
}

export async function verifyReceipt(
  receipt: Receipt,
  transfer: Transfer,
  keys: string,
): Promise<Verdict> {
  const fields = receipt.record.split("\t");
  const checkpoint = parseCheckpoint(receipt.checkpoint);
  const leaf = await sha256(Uint8Array.of(0), encoder.encode(receipt.record));
  const record = fields.length === 18 && saysTheSame(fields, transfer);
  const reference = await holdsReference(fields, receipt, transfer);
  const inclusion =
    checkpoint.size === receipt.tree_size &&
    (await isIncluded(
      leaf,
      receipt.number,
      checkpoint.size,
      receipt.proof.map(fromBase64),
      checkpoint.root,
    ));
  const signed = await verifySignature(checkpoint, keys);
  const pin = signed.isSound ? pinOf(signed.key, keys) : "changed";
  return {
    record,
    reference,
    inclusion,
    signature: signed.isSound,
    pin,
    key: signed.key,
    checkpoint,
    isSound: record && reference && inclusion && signed.isSound && pin !== "changed",
  };
}
