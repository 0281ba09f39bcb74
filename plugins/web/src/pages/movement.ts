// A movement of money as it is asked for: what is sent, under which key, and what is remembered
// while there is no answer.
//
// Money moves once because the key is made once for what the review page shows, and is kept, beside
// it, from before the first sending until there is an answer: through a lost reply, a reload, a
// second tab and a closed one. The PIN is never kept.
import { bank, take, type Money, type Transfer } from "../api/client";

export type MoveKind = "transfer" | "deposit" | "withdrawal";

export interface Movement {
  readonly kind: MoveKind;
  readonly key: string;
  readonly account_no: string; // The one to debit, or to pay into.
  readonly account_name: string;
  readonly credit_account_no: string; // Of a transfer.
  readonly amount: Money;
  readonly reference: string;
}

export function isSameOrder(a: Movement, b: Movement): boolean {
  return (
    a.kind === b.kind &&
    a.account_no === b.account_no &&
    a.credit_account_no === b.credit_account_no &&
    a.amount.amount === b.amount.amount &&
    a.amount.currency === b.amount.currency &&
    a.reference === b.reference
  );
}

export function send(movement: Movement, pin: string): Promise<Transfer> {
  const { kind, key, account_no, credit_account_no, amount } = movement;
  const params = { header: { "Idempotency-Key": key } };
  const rest = {
    amount,
    ...(movement.reference ? { reference: movement.reference } : {}),
    ...(pin ? { pin } : {}),
  };
  switch (kind) {
    case "transfer":
      return take(
        bank.POST("/v1/transfers", {
          params,
          body: { debit_account_no: account_no, credit_account_no, ...rest },
        }),
      );
    case "deposit":
      return take(bank.POST("/v1/deposits", { params, body: { account_no, ...rest } }));
    case "withdrawal":
      return take(bank.POST("/v1/withdrawals", { params, body: { account_no, ...rest } }));
  }
}

const nameOf = (user: bigint) => `bankd-unanswered-${user}`;

export function keepUnanswered(user: bigint, movement: Movement): void {
  const { amount } = movement;
  const text = JSON.stringify({
    ...movement,
    amount: { amount: amount.amount.toString(), currency: amount.currency },
  });
  localStorage.setItem(nameOf(user), text);
}

export function forgetUnanswered(user: bigint, key: string): void {
  if (unanswered(user)?.key === key) localStorage.removeItem(nameOf(user));
}

export function unanswered(user: bigint): Movement | undefined {
  const text = localStorage.getItem(nameOf(user));
  if (!text) return undefined;
  const kept = JSON.parse(text) as Movement & { amount: { amount: string } };
  return { ...kept, amount: { ...kept.amount, amount: BigInt(kept.amount.amount) } };
}
