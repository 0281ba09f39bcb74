// Bytes, their encodings and their hash.

export type Bytes = Uint8Array<ArrayBuffer>;

const encoder = new TextEncoder();
export const utf8 = (text: string): Bytes => encoder.encode(text);

export function fromBase64(text: string): Bytes {
  return Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
}

export function toBase64(bytes: Bytes): string {
  return btoa(String.fromCharCode(...bytes));
}

function fromHex(text: string): Bytes {
  const bytes = text.match(/../g) ?? [];
  return Uint8Array.from(bytes, (byte) => parseInt(byte, 16));
}

export function toHex(bytes: Bytes): string {
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

export async function sha256(...parts: readonly Bytes[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
}

export const isEqual = (a: Bytes, b: Bytes) =>
  a.length === b.length && a.every((x, i) => x === b[i]);

// A value of which a record contains only a salted hash, so that it can be erased.
export interface Revealed {
  readonly salt: string;
  readonly value: string;
}

export async function isHashOf(hash: string | undefined, { salt, value }: Revealed) {
  // A longer salt could conceal the start of the value.
  if (!/^[0-9a-f]{32}$/.test(salt)) return false;
  return toHex(await sha256(fromHex(salt), utf8(value))) === hash;
}
