// Formatted amounts and account numbers.
import type { Money } from "../api/client";
import { printMoney, unitsOf } from "../money/amount";
import { exponentOf } from "../money/currencies";
import { groupIban } from "../money/iban";
import { useText } from "../text/text";
import { CopyButton } from "./copy_button";
import styles from "./money.module.css";

export function useMoneyText(): (money: Money, signed?: boolean) => string {
  const { locale } = useText();
  return (money, signed = false) =>
    printMoney(money, { locale, signed, exponent: exponentOf(money.currency) });
}

interface AmountProps {
  readonly money: Money;
  readonly isSigned?: boolean; // An entry: credit or debit.
  readonly size?: "small" | "base" | "figure";
}

export function Amount({ money, isSigned = false, size = "base" }: AmountProps) {
  const print = useMoneyText();
  const units = unitsOf(money);
  const look = isSigned && units > 0n ? styles.in : units < 0n ? styles.out : "";
  return (
    <span className={`${styles.amount} ${styles[size]} ${look}`} data-figure>
      {print(money, isSigned)}
    </span>
  );
}

export function AccountNo({ number, canCopy = false }: { number: string; canCopy?: boolean }) {
  return (
    <span className={styles.number}>
      <span className={styles.digits}>{groupIban(number)}</span>
      {canCopy && <CopyButton text={number} name={groupIban(number)} />}
    </span>
  );
}
