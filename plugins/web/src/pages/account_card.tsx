import { Link } from "react-router";
import type { Account } from "../api/client";
import { useText } from "../text/text";
import { Badge } from "../ui/feedback";
import { AccountNo, Amount } from "../ui/money";
import styles from "./account_card.module.css";

export function AccountBadges({ account }: { account: Account }) {
  const { t } = useText();
  return (
    <>
      {account.is_closed && <Badge tone="warning">{t.accounts.closed}</Badge>}
      {account.is_locked && <Badge tone="danger">{t.accounts.locked}</Badge>}
      {(account.is_debit_frozen || account.is_credit_frozen) && (
        <Badge tone="warning">{t.accounts.frozen}</Badge>
      )}
    </>
  );
}

export function AccountCard({ account }: { account: Account }) {
  const { t } = useText();
  return (
    <Link to={`/accounts/${account.id}`} className={styles.card}>
      <span className={styles.top}>
        <strong className={styles.name}>{account.name}</strong>
        <AccountBadges account={account} />
      </span>
      <span className={styles.number}>
        <AccountNo number={account.account_no} />
      </span>
      <span className={styles.balance}>
        <span className="visually-hidden">{t.accounts.booked}</span>
        <Amount money={account.balance} size="figure" />
      </span>
      <span className={styles.available}>
        {t.accounts.available} <Amount money={account.available} />
      </span>
    </Link>
  );
}
