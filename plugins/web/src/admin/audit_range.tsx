// Verifies in this browser that the signed log contains the records on the page.
import { useMutation } from "@tanstack/react-query";
import { bank, isPending, take, type AuditRange, type AuditRecord } from "../api/client";
import { holdAgainstSeen } from "../receipt/seen";
import {
  verifyRange,
  type Fault,
  type FaultKind,
  type RangeVerdict,
} from "../receipt/verify_range";
import { useText } from "../text/text";
import { Button } from "../ui/button";
import { Notice, ProblemNotice } from "../ui/feedback";
import styles from "./admin.module.css";

const idsOf = (records: readonly AuditRecord[]) => ({
  first: records.at(-1)?.id ?? "0",
  last: records[0]?.id ?? "0",
});

const pause_ms = 1000;
const attempts = 5;

// Undefined: none of them was signed within a few seconds.
async function fetchRange(query: { first: string; last: string }): Promise<AuditRange | undefined> {
  for (let attempt = 1; ; attempt += 1) {
    const range = await take(bank.GET("/v1/audit/range", { params: { query } }));
    if (!isPending(range)) return range;
    if (attempt === attempts) return undefined;
    await new Promise((resolve) => setTimeout(resolve, pause_ms));
  }
}

// `shown` is newest first. Null: none of it is signed yet.
async function prove(shown: readonly AuditRecord[]): Promise<RangeVerdict | null> {
  const range = await fetchRange(idsOf(shown));
  if (!range) return null;
  const keys = (await take(bank.GET("/v1/audit/keys", { parseAs: "text" }))) as string;
  const verdict = await verifyRange(range, shown, keys);
  // Only a signed and verified checkpoint may be compared with the one seen before.
  if (verdict.faults.length > 0) return verdict;
  const growth = await holdAgainstSeen(verdict.checkpoint);
  return growth.isSound ? verdict : { ...verdict, faults: [{ kind: "seen" }] };
}

const namedMax = 20;

function Faults({ faults }: { faults: readonly Fault[] }) {
  const { t } = useText();
  const ids = new Map<FaultKind, string[]>();
  for (const { kind, id } of faults) {
    ids.set(kind, [...(ids.get(kind) ?? []), ...(id === undefined ? [] : [id])]);
  }
  return [...ids].map(([kind, bad]) => (
    <p key={kind}>
      {t.audit.faults[kind](
        bad.slice(0, namedMax).join(", ") + (bad.length > namedMax ? ", …" : ""),
      )}
    </p>
  ));
}

function Found({ about, verdict }: { about: readonly AuditRecord[]; verdict: RangeVerdict }) {
  const { t, locale } = useText();
  const count = (n: bigint | number) => n.toLocaleString(locale);
  const { first, last } = idsOf(about);
  if (verdict.faults.length > 0) {
    return (
      <Notice tone="danger" title={t.audit.unproven(first, last)}>
        <Faults faults={verdict.faults} />
      </Notice>
    );
  }
  return (
    <Notice tone="good" title={t.audit.proven(first, last)}>
      <p>{t.audit.provenBody(count(verdict.count), count(verdict.from), count(verdict.to))}</p>
      {verdict.hidden > 0 && <p>{t.audit.hidden(count(verdict.hidden))}</p>}
      {verdict.pending > 0 && <p>{t.audit.pending(count(verdict.pending))}</p>}
    </Notice>
  );
}

export function RangeProof({ records }: { records: readonly AuditRecord[] }) {
  const { t } = useText();
  const check = useMutation({ mutationFn: prove });
  const { variables: about = [], data: verdict, error } = check;
  const shown = new Set(records);
  // The verdict applies to the checked records only.
  const isAboutShown = about.every((record) => shown.has(record));
  const found = () => {
    if (isAboutShown && verdict) return <Found about={about} verdict={verdict} />;
    if (isAboutShown && verdict === null) return <Notice tone="info">{t.audit.nothingSigned}</Notice>;
    if (isAboutShown && error) return <ProblemNotice error={error} title={t.audit.notProven} />;
    return <p className={styles.muted}>{t.audit.verifyBody}</p>;
  };
  return (
    <div className={styles.range}>
      <div className={styles.verdict}>{found()}</div>
      <Button
        look="secondary"
        isBusy={check.isPending}
        disabled={records.length === 0}
        onClick={() => check.mutate(records)}
      >
        {t.audit.verify}
      </Button>
    </div>
  );
}
