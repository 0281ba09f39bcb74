// Proofs about the Merkle tree over the log: RFC 9162, 2.1. A hostile proof is rejected and takes
// no longer than a valid one. The model is core/audit/merkle.cpp.
import { fromBase64, isEqual, sha256, utf8, type Bytes } from "./bytes";

export interface TreeHead {
  readonly size: bigint;
  readonly root: Bytes;
}

export const leafHash = (record: string) => sha256(Uint8Array.of(0), utf8(record));
const nodeHash = (left: Bytes, right: Bytes) => sha256(Uint8Array.of(1), left, right);

// Undefined if one text is not a hash: two of other lengths could be mistaken for another pair.
export function toHashes(texts: readonly string[]): readonly Bytes[] | undefined {
  return texts.every((text) => /^[A-Za-z0-9+/]{43}=$/.test(text))
    ? texts.map(fromBase64)
    : undefined;
}

// Progress through a proof: a node on the current level, and the last node of that level.
class Climb {
  #node: bigint;
  #last: bigint;

  constructor(node: bigint, last: bigint) {
    this.#node = node;
    this.#last = last;
  }

  get isAtRoot(): boolean {
    return this.#last === 0n;
  }

  get hasLeftSibling(): boolean {
    return this.#isRight || this.#node === this.#last;
  }

  get #isRight(): boolean {
    return (this.#node & 1n) === 1n;
  }

  rise(): void {
    this.#node >>= 1n;
    this.#last >>= 1n;
  }

  // A last node without a right sibling is its own parent.
  riseToSibling(): void {
    while (this.#node !== 0n && !this.#isRight) this.rise();
  }

  riseWhileRight(): void {
    while (this.#isRight) this.rise();
  }
}

export async function isIncluded(
  leaf: Bytes,
  index: bigint,
  head: TreeHead,
  proof: readonly Bytes[],
): Promise<boolean> {
  if (index < 0n || index >= head.size) return false;
  const climb = new Climb(index, head.size - 1n);
  let root = leaf;
  for (const sibling of proof) {
    if (climb.isAtRoot) return false;
    if (climb.hasLeftSibling) {
      root = await nodeHash(sibling, root);
      climb.riseToSibling();
    } else {
      root = await nodeHash(root, sibling);
    }
    climb.rise();
  }
  return climb.isAtRoot && isEqual(root, head.root);
}

// Whether the newer tree starts with all leaves of the older one.
export async function isConsistent(
  older: TreeHead,
  newer: TreeHead,
  proof: readonly Bytes[],
): Promise<boolean> {
  if (older.size < 1n || older.size > newer.size) return false;
  if (older.size === newer.size) return proof.length === 0 && isEqual(older.root, newer.root);
  // The root of a full older tree is a node of the newer one, so the proof omits it.
  const isFull = (older.size & (older.size - 1n)) === 0n;
  const [first, ...siblings] = isFull ? [older.root, ...proof] : proof;
  if (!first) return false;
  const climb = new Climb(older.size - 1n, newer.size - 1n);
  climb.riseWhileRight();
  let olderRoot = first;
  let newerRoot = first;
  for (const sibling of siblings) {
    if (climb.isAtRoot) return false;
    if (climb.hasLeftSibling) {
      olderRoot = await nodeHash(sibling, olderRoot);
      newerRoot = await nodeHash(sibling, newerRoot);
      climb.riseToSibling();
    } else {
      newerRoot = await nodeHash(newerRoot, sibling);
    }
    climb.rise();
  }
  return climb.isAtRoot && isEqual(olderRoot, older.root) && isEqual(newerRoot, newer.root);
}

// The largest power of two below `size`.
const leftSize = (size: bigint) => 1n << BigInt((size - 1n).toString(2).length - 1);

// Computes the root of a tree of `size` leaves from the contiguous leaves that start at number
// `first`. The proof has the roots of the largest subtrees beside them, from left to right.
// Undefined: the proof does not fit.
export async function rootOfRange(
  first: bigint,
  leaves: readonly Bytes[],
  size: bigint,
  proof: readonly Bytes[],
): Promise<Bytes | undefined> {
  const behind = first + BigInt(leaves.length);
  if (first < 0n || first === behind || behind > size) return undefined;
  let used = 0;
  // Recurses to the height of the tree at most, and only into subtrees that overlap the range.
  const rootOf = async (begin: bigint, end: bigint): Promise<Bytes | undefined> => {
    if (end <= first || behind <= begin) return proof[used++];
    if (end - begin === 1n) return leaves[Number(begin - first)];
    const middle = begin + leftSize(end - begin);
    const left = await rootOf(begin, middle);
    const right = await rootOf(middle, end);
    return left && right && nodeHash(left, right);
  };
  const root = await rootOf(0n, size);
  return used === proof.length ? root : undefined;
}
