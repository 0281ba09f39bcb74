// Amounts and account numbers as they stand in a page.
import { useState } from "react";
import type { Money } from "../api/client";
import { printMoney } from "../money/amount";
import { exponentOf } from "../money/currencies";
import { groupIban } from "../money/iban";
import { useText } from "../text/text";
import { Icon } from "./icon";
import styles from "./money.module.css";

export function useMoneyText(): (money: Money, signed?: boolean) => string {
  const { locale } = useText();
  return (money, signed = false) =>
    printMoney(money, { locale, signed, exponent: exponentOf(money.currency) });
}

interface AmountProps {
  readonly money: Money;
  readonly isSigned?: boolean; // A movement: in or out.
  readonly size?: "small" | "base" | "figure";
}

export function Amount({ money, isSigned = false, size = "base" }: AmountProps) {
  const print = useMoneyText();
  const look = isSigned && money.amount > 0n ? styles.in : money.amount < 0n ? styles.out : "";
  return (
    <span className={`${styles.amount} ${styles[size]} ${look}`} data-figure>
      {print(money, isSigned)}
    </span>
  );
}

export function AccountNo({ number, canCopy = false }: { number: string; canCopy?: boolean }) {
  const { t } = useText();
  const [isCopied, setCopied] = useState(false);
  const copy = () => {
    void navigator.clipboard.writeText(number).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), 2000);
    });
  };
  return (
    <span className={styles.number}>
      <span className={styles.digits}>{groupIban(number)}</span>
      {canCopy && (
        <button
          type="button"
          className={styles.copy}
          onClick={copy}
          aria-label={`${t.common.copy} ${groupIban(number)}`}
        >
          <Icon name={isCopied ? "check" : "copy"} size={16} />
          <span aria-live="polite" className="visually-hidden">
            {isCopied ? t.common.copied : ""}
          </span>
        </button>
      )}
    </span>
  );
}
