// Orders without the ledger's answer, in the storage that a person's tabs share: through a lost
// reply, a reload, a new sign-in, a second tab and a closed one. The PIN is never kept.
//
// Each sending is an item of its own, so that tabs do not overwrite each other's. A refusal before
// the ledger says that its own sending did nothing; about an earlier one under the same key it says
// nothing. Only the ledger's answer speaks for the key, and with that for all of its sendings.
import { newKey } from "../money/idempotency";
import type { Movement } from "./movement";

const prefixOf = (user: bigint) => `bankd-unanswered-${user}-`;

function namesOf(user: bigint, key = ""): readonly string[] {
  const prefix = prefixOf(user) + key;
  // The oldest key first: it starts with its time.
  return Object.keys(localStorage)
    .filter((name) => name.startsWith(prefix))
    .sort();
}

// Before it is sent; the name is for forgetSending.
export function keepSending(user: bigint, movement: Movement): string {
  const { amount } = movement;
  const name = `${prefixOf(user)}${movement.key}-${newKey()}`;
  const text = JSON.stringify({
    ...movement,
    amount: { amount: amount.amount.toString(), currency: amount.currency },
  });
  localStorage.setItem(name, text);
  return name;
}

export function forgetSending(name: string): void {
  localStorage.removeItem(name);
}

export function forgetKey(user: bigint, key: string): void {
  namesOf(user, key).forEach(forgetSending);
}

export function isUnanswered(user: bigint, key: string): boolean {
  return namesOf(user, key).length > 0;
}

// Undefined also if another tab has just had its answer.
function read(name: string): Movement | undefined {
  try {
    const kept = JSON.parse(localStorage.getItem(name) ?? "") as Movement & {
      amount: { amount: string };
    };
    return { ...kept, amount: { ...kept.amount, amount: BigInt(kept.amount.amount) } };
  } catch {
    return undefined;
  }
}

// The oldest of them.
export function unanswered(user: bigint): Movement | undefined {
  return namesOf(user)
    .map(read)
    .find((movement) => movement !== undefined);
}
