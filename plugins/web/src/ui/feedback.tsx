// Messages: results, errors and loading states.
import { useEffect, useState, type ReactNode } from "react";
import { NoAnswer, Problem, type Code } from "../api/problem";
import { printDuration } from "../text/dates";
import { useText } from "../text/text";
import { Button } from "./button";
import { Icon, type IconName } from "./icon";
import styles from "./feedback.module.css";

type Tone = "info" | "good" | "warning" | "danger";
const icons: Record<Tone, IconName> = {
  info: "info",
  good: "check",
  warning: "warning",
  danger: "warning",
};

interface NoticeProps {
  readonly tone: Tone;
  readonly title?: ReactNode;
  readonly children?: ReactNode;
}

export function Notice({ tone, title, children }: NoticeProps) {
  return (
    <div
      className={`${styles.notice} ${styles[tone]}`}
      role={tone === "danger" ? "alert" : "status"}
    >
      <Icon name={icons[tone]} />
      <div className={styles.noticeBody}>
        {title && <strong>{title}</strong>}
        {children}
      </div>
    </div>
  );
}

// Counts down the seconds until a retry makes sense; a new error restarts it.
export function useWait(error: unknown): number {
  const [left, setLeft] = useState(0);
  useEffect(() => {
    const wait_s = error instanceof Problem ? error.retryAfter : 0;
    const end = performance.now() + wait_s * 1000;
    setLeft(wait_s);
    if (wait_s === 0) return;
    const timer = setInterval(() => {
      const rest = (end - performance.now()) / 1000;
      setLeft(Math.max(0, rest));
      if (rest <= 0) clearInterval(timer);
    }, 250);
    return () => clearInterval(timer);
  }, [error]);
  return left;
}

export function useProblemText(): (error: unknown) => string {
  const { t } = useText();
  return (error) => {
    if (error instanceof Problem) return t.problems[error.code] ?? error.body.title;
    if (error instanceof NoAnswer) return t.common.noAnswer;
    return t.common.brokenTitle;
  };
}

// Faults of this client, about which a user asks support.
const ours: readonly Code[] = [
  "malformed_request",
  "idempotency_key_missing",
  "idempotency_key_reused",
  "request_too_large",
  "unsupported_media_type",
  "method_not_allowed",
  "length_required",
];

function hasReference({ code, body }: Problem): boolean {
  return body.status >= 500 || ours.includes(code);
}

interface ProblemNoticeProps {
  readonly error: unknown;
  readonly title?: string;
  readonly children?: ReactNode;
}

export function ProblemNotice({ error, title, children }: ProblemNoticeProps) {
  const { t } = useText();
  const textOf = useProblemText();
  const left = useWait(error);
  if (!error) return null;
  const wait = error instanceof Problem ? error.retryAfter : 0;
  const detail =
    error instanceof Problem ? error.body.errors?.map((each) => each.message) : undefined;
  return (
    <Notice tone="danger" title={title ?? textOf(error)}>
      {title && <p>{textOf(error)}</p>}
      {detail?.map((line) => (
        <p key={line}>{line}</p>
      ))}
      {wait > 0 && (
        <p className={styles.wait} aria-live="off">
          {left > 0 ? t.common.waitFor(printDuration(left)) : t.common.waitOver}
        </p>
      )}
      {children}
      {error instanceof Problem && hasReference(error) && (
        <p className={styles.request}>{t.common.requestId(error.body.request_id)}</p>
      )}
    </Notice>
  );
}

export function Loading({ lines = 3 }: { lines?: number }) {
  const { t } = useText();
  return (
    <div className={styles.loading} role="status">
      <span className="visually-hidden">{t.common.loading}</span>
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} className={styles.bone} aria-hidden="true" />
      ))}
    </div>
  );
}

interface EmptyProps {
  readonly icon: IconName;
  readonly title: string;
  readonly children?: ReactNode;
}

export function Empty({ icon, title, children }: EmptyProps) {
  return (
    <div className={styles.empty}>
      <span className={styles.emptyIcon}>
        <Icon name={icon} size={28} />
      </span>
      <strong>{title}</strong>
      <div className={styles.emptyBody}>{children}</div>
    </div>
  );
}

export function Failed({ error, again }: { error: unknown; again: () => void }) {
  const { t } = useText();
  const left = useWait(error);
  return (
    <div className={styles.failed}>
      <ProblemNotice error={error} />
      <Button look="secondary" onClick={again} disabled={left > 0}>
        {t.common.retry}
      </Button>
    </div>
  );
}

export function Badge({ tone, children }: { tone: Tone; children: ReactNode }) {
  return <span className={`${styles.badge} ${styles[tone]}`}>{children}</span>;
}
