// The bank's signature over its log: a checkpoint, which is a C2SP signed note, and the key.
import { fromBase64, sha256, toHex, utf8, type Bytes } from "./bytes";
import type { TreeHead } from "./merkle";

export interface Checkpoint extends TreeHead {
  readonly origin: string;
  readonly text: string; // The signed text.
  readonly signatures: readonly { name: string; id: string; signature: Bytes }[];
}

export function parseCheckpoint(note: string): Checkpoint {
  const end = note.indexOf("\n\n");
  const text = note.slice(0, end + 1);
  const [origin, size, root] = text.split("\n");
  if (end < 0 || !origin || !/^(0|[1-9]\d{0,18})$/.test(size ?? "") || !root) {
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
  const expected = toHex((await sha256(utf8(`${name}\n`), typed)).slice(0, 4));
  if (typed.length !== 33 || typed[0] !== 1 || expected !== id) throw new Error("not a note key");
  const key = await crypto.subtle.importKey("raw", typed.slice(1), "Ed25519", false, ["verify"]);
  return { text, name, id, key };
}

export interface SignedBy {
  readonly isSound: boolean;
  readonly key: string; // In the published form; empty: no key fits.
}

export async function verifySignature(checkpoint: Checkpoint, keys: string): Promise<SignedBy> {
  const text = utf8(checkpoint.text);
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

// The bank's key as this browser first saw it. Public; stored to detect a change.
const pinName = "bankd-audit-key";
export type Pin = "first" | "known" | "changed";

export function pinOf(key: string, keys: string): Pin {
  const kept = localStorage.getItem(pinName);
  if (kept === null) {
    localStorage.setItem(pinName, key);
    return "first";
  }
  if (kept === key) return "known";
  // During a key rotation both keys sign: the old one vouches for the new one.
  if (keys.split("\n").includes(kept)) {
    localStorage.setItem(pinName, key);
    return "known";
  }
  return "changed";
}
