// An order to pay: the request and its idempotency key. The bank pays once because the key is made
// once for the order under review; unanswered.ts stores it.
import { bank, take, type Money, type Transfer } from "../api/client";

export type MoveKind = "transfer" | "deposit" | "withdrawal";

export interface Movement {
  readonly kind: MoveKind;
  readonly key: string;
  readonly account_no: string; // The account to debit, or to deposit into.
  readonly account_name: string;
  readonly credit_account_no: string; // For a transfer only.
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
