// A movement of money as it is asked for: what is sent, and under which key. Money moves once
// because the key is made once for what the review page shows; unanswered.ts keeps it.
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
