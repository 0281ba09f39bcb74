// Remembers the newest checkpoint that this browser has seen and checks that later ones extend it.
// Detects a log that was truncated or that differs between readers.
import { bank, take } from "../api/client";
import { Problem } from "../api/problem";
import { fromBase64, isEqual, toBase64 } from "./bytes";
import { isConsistent, toHashes, type TreeHead } from "./merkle";

const seenName = "bankd-audit-seen";

// A stored value in another format counts as nothing seen.
function parseSeen(kept: string | null): TreeHead | undefined {
  const [, size, root] = /^([1-9]\d{0,18}) ([A-Za-z0-9+/]{43}=)$/.exec(kept ?? "") ?? [];
  return size && root ? { size: BigInt(size), root: fromBase64(root) } : undefined;
}

// Number of records that the seen checkpoint covers; 0: none was seen.
export const sizeSeen = () => parseSeen(localStorage.getItem(seenName))?.size ?? 0n;

async function beginsWith(newer: TreeHead, older: TreeHead): Promise<boolean> {
  if (older.size === 0n) return true;
  if (newer.size === older.size) return isEqual(newer.root, older.root);
  const query = { older: `${older.size}`, newer: `${newer.size}` };
  try {
    const answer = await take(bank.GET("/v1/audit/consistency", { params: { query } }));
    const proof = toHashes(answer.proof);
    return proof !== undefined && (await isConsistent(older, newer, proof));
  } catch (error) {
    // The log is shorter than the one seen before.
    if (error instanceof Problem && error.code === "invalid_field") return false;
    throw error;
  }
}

export interface Growth {
  readonly isSound: boolean; // One log is a prefix of the other.
  readonly before: bigint; // See sizeSeen().
}

// `head` must be signed. It is stored only if it is newer and verified as an extension.
export async function holdAgainstSeen(head: TreeHead): Promise<Growth> {
  const kept = localStorage.getItem(seenName);
  const seen = parseSeen(kept);
  const before = seen?.size ?? 0n;
  const isOlder = head.size < before;
  const isSound = !seen || (await (isOlder ? beginsWith(seen, head) : beginsWith(head, seen)));
  // Another page may have stored a newer one meanwhile.
  if (isSound && !isOlder && localStorage.getItem(seenName) === kept) {
    localStorage.setItem(seenName, `${head.size} ${toBase64(head.root)}`);
  }
  return { isSound, before };
}
