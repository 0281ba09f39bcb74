// Verifies a receipt in the browser alone, without trusting the bank.
//
// Formats: audit-format.md describes the record and the note; the proof is RFC 9162, 2.1.3; the
// note is a C2SP signed note.
import type { Receipt, Transfer } from "../api/client";
import { isHashOf } from "./bytes";
import { parseCheckpoint, pinOf, verifySignature, type Checkpoint, type Pin } from "./checkpoint";
import { isIncluded, leafHash, toHashes } from "./merkle";

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

// The indexes of a record's fields; see core/audit/record.cpp.
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

// An account number ends with the account's id, padded with zeros; see core/money/iban.cpp.
const serialSize = 8;

function isAccount(id: string | undefined, number: string): boolean {
  if (id === "-") return number === "";
  return id !== undefined && number.endsWith(id.padStart(serialSize, "0"));
}

function saysTheSame(fields: readonly string[], transfer: Transfer): boolean {
  const time_us = BigInt(fields[place.time] ?? "-1");
  // The answer's time has up to six decimals; the record's is in whole microseconds.
  const shown_ms = BigInt(Date.parse(transfer.created_at));
  return (
    fields[place.tag] === "transfer/1" &&
    fields[place.outcome] === transfer.status &&
    fields[place.id] === transfer.id &&
    isAccount(fields[place.debit], transfer.debit_account_no) &&
    isAccount(fields[place.credit], transfer.credit_account_no) &&
    fields[place.amount] === transfer.amount.amount &&
    fields[place.currency] === transfer.amount.currency &&
    time_us / 1000n === shown_ms
  );
}

async function holdsReference(fields: readonly string[], receipt: Receipt, transfer: Transfer) {
  const logged = fields[place.reference];
  if (!receipt.reference) return logged === "-" && transfer.reference === "";
  return (
    receipt.reference.value === transfer.reference && (await isHashOf(logged, receipt.reference))
  );
}

export async function verifyReceipt(
  receipt: Receipt,
  transfer: Transfer,
  keys: string,
): Promise<Verdict> {
  const fields = receipt.record.split("\t");
  const checkpoint = parseCheckpoint(receipt.checkpoint);
  const leaf = await leafHash(receipt.record);
  const proof = toHashes(receipt.proof);
  const record = fields.length === 18 && saysTheSame(fields, transfer);
  const reference = await holdsReference(fields, receipt, transfer);
  const inclusion =
    checkpoint.size === BigInt(receipt.tree_size) &&
    proof !== undefined &&
    (await isIncluded(leaf, BigInt(receipt.number), checkpoint, proof));
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
