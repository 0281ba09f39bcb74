import { useState, type FormEvent } from "react";
import type { Account } from "../api/client";
import { amountMax, moneyOf, parseAmount, printForEditing, unitsOf } from "../money/amount";
import { exponentOf } from "../money/currencies";
import { compactIban, groupIban, checkIban } from "../money/iban";
import { useText } from "../text/text";
import { Button } from "../ui/button";
import { FormActions, FormGrid, SelectField, TextField } from "../ui/field";
import { useMoneyText } from "../ui/money";
import type { MoveKind, Movement } from "./movement";
import styles from "./move.module.css";

interface MoveFormProps {
  readonly kind: MoveKind;
  readonly accounts: readonly Account[];
  readonly wanted: string;
  readonly draft: Movement | undefined;
  readonly onReview: (movement: Movement) => void;
}

export function MoveForm({ kind, accounts, wanted, draft, onReview }: MoveFormProps) {
  const { t, locale } = useText();
  const print = useMoneyText();
  const first =
    accounts.find((each) => each.account_no === draft?.account_no) ??
    accounts.find((each) => each.id === wanted) ??
    (accounts[0] as Account);
  const [accountNo, setAccountNo] = useState(first.account_no);
  const account = accounts.find((each) => each.account_no === accountNo) ?? first;
  const exponent = exponentOf(account.currency);
  const [payee, setPayee] = useState(groupIban(draft?.credit_account_no ?? ""));
  const [amountText, setAmountText] = useState(
    draft ? printForEditing(unitsOf(draft.amount), exponent, locale) : "",
  );
  const [reference, setReference] = useState(draft?.reference ?? "");
  const [isTried, setTried] = useState(false);

  const iban = checkIban(payee);
  const amount = parseAmount(amountText, exponent, locale);
  const available = print(account.available);
  const others = accounts.filter((each) => each.account_no !== accountNo);
  const isTransfer = kind === "transfer";

  const payeeError = () => {
    if (compactIban(payee) === accountNo) return t.move.same;
    if (iban === "wrong" || iban === "foreign" || iban === "too_long")
      return t.move.ibanStates[iban];
    if (!isTried) return undefined;
    return iban === "sound" ? undefined : t.move.ibanStates[iban];
  };
  const amountError = () => {
    if (amountText === "") return isTried ? t.move.amountMissing : undefined;
    if (amount === undefined || amount > amountMax) return isTried ? t.move.amountBad : undefined;
    if (amount === 0n) return isTried ? t.move.amountZero : undefined;
    if (kind !== "deposit" && amount > unitsOf(account.available)) {
      return t.move.amountAbove(available);
    }
    return undefined;
  };
  const isPayeeSound = !isTransfer || (iban === "sound" && compactIban(payee) !== accountNo);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!isPayeeSound || amount === undefined || amount === 0n || amount > amountMax) return;
    onReview({
      kind,
      key: "",
      account_no: accountNo,
      account_name: account.name,
      credit_account_no: isTransfer ? compactIban(payee) : "",
      amount: moneyOf(amount, account.currency),
      reference: reference.trim(),
    });
  };

  return (
    <form onSubmit={submit} noValidate>
      <FormGrid>
        <SelectField
          label={kind === "deposit" ? t.move.into : t.move.from}
          value={accountNo}
          onChange={(event) => setAccountNo(event.target.value)}
          hint={t.move.amountHint(available)}
        >
          {accounts.map((each) => (
            <option key={each.account_no} value={each.account_no}>
              {`${each.name} · … ${each.account_no.slice(-4)}`}
            </option>
          ))}
        </SelectField>
        {isTransfer && (
          <>
            <TextField
              label={t.move.to}
              value={payee}
              onChange={(event) => setPayee(groupIban(event.target.value))}
              error={payeeError()}
              note={iban === "sound" ? t.move.ibanStates.sound : undefined}
              autoComplete="off"
              autoCapitalize="characters"
              spellCheck={false}
              maxLength={42}
              required
            />
            {others.length > 0 && (
              <SelectField
                label={t.move.toOwn}
                value={
                  others.some((each) => each.account_no === compactIban(payee))
                    ? compactIban(payee)
                    : ""
                }
                onChange={(event) => setPayee(groupIban(event.target.value))}
              >
                <option value="">–</option>
                {others.map((each) => (
                  <option key={each.account_no} value={each.account_no}>
                    {each.name}
                  </option>
                ))}
              </SelectField>
            )}
          </>
        )}
        <div className={styles.amount}>
          <TextField
            label={`${t.move.amount} (${account.currency})`}
            value={amountText}
            onChange={(event) => setAmountText(event.target.value)}
            error={amountError()}
            inputMode="decimal"
            autoComplete="off"
            maxLength={24}
            required
          />
        </div>
        <TextField
          label={t.move.reference}
          hint={t.move.referenceHint}
          value={reference}
          onChange={(event) => setReference(event.target.value)}
          maxLength={140}
          autoComplete="off"
          isOptional
        />
        <FormActions>
          <Button type="submit">{t.move.review}</Button>
        </FormActions>
      </FormGrid>
    </form>
  );
}
