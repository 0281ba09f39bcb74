// One record of the audit log: a summary row that opens to show all fields.
import { useState, type ReactNode } from "react";
import { Link } from "react-router";
import type { AuditRecord } from "../api/client";
import { printJson } from "../api/json";
import { printInstant } from "../text/dates";
import { useText } from "../text/text";
import { Badge } from "../ui/feedback";
import { useMoneyText } from "../ui/money";
import { Facts } from "../ui/page";
import styles from "./admin.module.css";
import { useAuditWords } from "./audit_words";

// Fields that occur in the details of several kinds of record; each record has some of them.
export interface Told {
  readonly transfer_id?: number;
  readonly debit_account_id?: number;
  readonly credit_account_id?: number;
  readonly account_id?: number;
  readonly amount?: number;
  readonly currency?: string;
  readonly user_name?: string;
  readonly role?: string;
  readonly is_disabled?: boolean;
  readonly reason?: string;
  readonly failed_attempts?: number;
}

export const toldBy = (record: AuditRecord) => record.details as Told;

// A local administrator has no username at the bank.
function useActorText(): (actor: string) => string {
  const { t } = useText();
  return (actor) => {
    const uid = /^os:(\d+)$/.exec(actor)?.[1];
    return uid ? t.audit.localActor(uid) : actor || "–";
  };
}

function useSummary(): (told: Told) => string {
  const { t } = useText();
  const print = useMoneyText();
  const { about } = t.audit;
  return (told) => {
    const { amount, currency, role } = told;
    const [from, to] = [told.debit_account_id, told.credit_account_id];
    const parts = [
      amount !== undefined && currency && print({ amount: `${amount}`, currency }),
      from !== undefined && to !== undefined && about.accounts(`${from}`, `${to}`),
      told.account_id !== undefined && about.account(`${told.account_id}`),
      told.user_name,
      role && (t.roles[role as keyof typeof t.roles] ?? role),
      told.is_disabled !== undefined && (told.is_disabled ? t.users.disabled : t.users.active),
      told.failed_attempts !== undefined && about.attempts(`${told.failed_attempts}`),
      told.reason,
    ];
    return parts.filter(Boolean).join(" · ");
  };
}

function Subjects({ told }: { told: Told }) {
  const { t } = useText();
  const accounts = [told.account_id, told.debit_account_id, told.credit_account_id];
  const known = new Set(accounts.filter((id) => id !== undefined));
  return (
    <>
      {told.transfer_id !== undefined && (
        <Link to={`/transfers/${told.transfer_id}`}>
          {t.audit.about.transfer(`${told.transfer_id}`)}
        </Link>
      )}
      {[...known].map((id) => (
        <Link key={`${id}`} to={`/accounts/${id}`}>
          {t.audit.about.account(`${id}`)}
        </Link>
      ))}
    </>
  );
}

function Inside({ record }: { record: AuditRecord }) {
  const { t } = useText();
  const mono = (text: string): ReactNode => <span className={styles.mono}>{text}</span>;
  return (
    <div className={styles.inside}>
      <Facts
        items={[
          [t.audit.record(""), record.id],
          [t.audit.time, record.created_at],
          [t.audit.action, mono(record.action)],
          [t.audit.outcome, mono(record.outcome)],
          [t.audit.program, record.user_agent || "–"],
          [t.audit.requestId, mono(record.request_id || "–")],
        ]}
      />
      <p className={styles.subjects}>
        <Subjects told={toldBy(record)} />
      </p>
      <pre tabIndex={0} aria-label={t.audit.details}>
        {JSON.stringify(JSON.parse(printJson(record.details)), null, 2)}
      </pre>
    </div>
  );
}

export function Record({ record }: { record: AuditRecord }) {
  const { locale } = useText();
  const words = useAuditWords();
  const summary = useSummary();
  const actorText = useActorText();
  const [isOpen, setOpen] = useState(false);
  const isGood = record.outcome === "ok" || record.outcome === "posted";
  return (
    <details className={styles.record} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={styles.columns}>
        <span className={`${styles.muted} ${styles.time}`}>
          {printInstant(record.created_at, locale)}
        </span>
        <strong>{words.actions[record.action] ?? record.action}</strong>
        <span className={styles.about}>{summary(toldBy(record))}</span>
        <span className={styles.actor}>{actorText(record.actor)}</span>
        <span className={styles.outcome}>
          <Badge tone={isGood ? "good" : "danger"}>
            {words.outcomes[record.outcome] ?? record.outcome}
          </Badge>
        </span>
        <span className={`${styles.muted} ${styles.ip}`}>{record.ip}</span>
      </summary>
      {isOpen && <Inside record={record} />}
    </details>
  );
}
