// Orders without an answer of the ledger, in the storage that one person's tabs share: they survive
// a lost reply, a reload, a new sign-in, a second tab and a closed one. The PIN is never stored.
//
// Each attempt to send is a separate item, so that tabs do not overwrite each other's. A rejection
// before the ledger shows only that this attempt had no effect, not that an earlier one under the
// same key had none. Only the ledger's answer is final for the key and all its attempts.
import { newKey } from "../money/idempotency";
import type { Movement } from "./movement";

const prefixOf = (user: string) => `bankd-unanswered-${user}-`;

function namesOf(user: string, key = ""): readonly string[] {
  const prefix = prefixOf(user) + key;
  // The oldest key first: a key starts with its time.
  return Object.keys(localStorage)
    .filter((name) => name.startsWith(prefix))
    .sort();
}

// Called before sending; the returned name is for forgetSending.
export function keepSending(user: string, movement: Movement): string {
  const name = `${prefixOf(user)}${movement.key}-${newKey()}`;
  localStorage.setItem(name, JSON.stringify(movement));
  return name;
}

export function forgetSending(name: string): void {
  localStorage.removeItem(name);
}

export function forgetKey(user: string, key: string): void {
  namesOf(user, key).forEach(forgetSending);
}

export function isUnanswered(user: string, key: string): boolean {
  return namesOf(user, key).length > 0;
}

// Undefined also if another tab has just received the answer.
function read(name: string): Movement | undefined {
  try {
    return JSON.parse(localStorage.getItem(name) ?? "") as Movement;
  } catch {
    return undefined;
  }
}

// The oldest one.
export function unanswered(user: string): Movement | undefined {
  return namesOf(user)
    .map(read)
    .find((movement) => movement !== undefined);
}
