// Verifies in this browser how much of the audit log is signed, and that it extends the log seen
// before.
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { bank, take } from "../api/client";
import { Problem } from "../api/problem";
import { systemStatus } from "../api/queries";
import { toBase64 } from "../receipt/bytes";
import { parseCheckpoint, pinOf, verifySignature } from "../receipt/checkpoint";
import { holdAgainstSeen, sizeSeen } from "../receipt/seen";
import { useText } from "../text/text";
import { Failed, Loading, Notice } from "../ui/feedback";
import { Card, Facts } from "../ui/page";
import styles from "./admin.module.css";

type Finding = "sound" | "grown" | "rolled_back" | "not_signed";

interface State {
  readonly size: bigint;
  readonly root: string;
  readonly finding: Finding;
  readonly before: bigint;
}

async function lastCheckpoint(): Promise<State | null> {
  // Read before the request: another page may see a newer one meanwhile.
  const seen = sizeSeen();
  let note: string;
  try {
    note = (await take(bank.GET("/v1/audit/checkpoint", { parseAs: "text" }))) as string;
  } catch (error) {
    if (error instanceof Problem && error.code === "not_found") return null;
    throw error;
  }
  const keys = (await take(bank.GET("/v1/audit/keys", { parseAs: "text" }))) as string;
  const checkpoint = parseCheckpoint(note);
  const { size } = checkpoint;
  const root = toBase64(checkpoint.root);
  const signed = await verifySignature(checkpoint, keys);
  if (!signed.isSound || pinOf(signed.key, keys) === "changed") {
    return { size, root, finding: "not_signed", before: 0n };
  }
  if (size < seen) return { size, root, finding: "rolled_back", before: seen };
  const { isSound, before } = await holdAgainstSeen(checkpoint);
  if (!isSound) return { size, root, finding: "rolled_back", before };
  return { size, root, finding: before > 0n && size > before ? "grown" : "sound", before };
}

const unknownRoot = "·".repeat(44); // As long as the root to come.

export function AuditProof({ children }: { children: ReactNode }) {
  const { t, locale } = useText();
  const query = useQuery({
    queryKey: ["checkpoint"],
    queryFn: lastCheckpoint,
    refetchInterval: 10_000,
  });
  const { data: state } = useQuery({ ...systemStatus(), refetchInterval: 10_000 });
  const count = (n: bigint | string | number) => BigInt(n).toLocaleString(locale);
  const verdict = (found: State) => {
    switch (found.finding) {
      case "not_signed":
        return <Notice tone="danger" title={t.audit.notVerified} />;
      case "rolled_back":
        return <Notice tone="danger" title={t.audit.rolledBack} />;
      case "grown":
        return (
          <Notice tone="good" title={t.audit.verified}>
            <p>{t.audit.grown(count(found.before))}</p>
          </Notice>
        );
      case "sound":
        return <Notice tone="good" title={t.audit.verified} />;
    }
  };
  return (
    <Card title={t.audit.proof}>
      {query.isError && <Failed error={query.error} again={() => void query.refetch()} />}
      <div className={styles.verdict}>
        {query.isPending && <Loading lines={2} />}
        {query.data && verdict(query.data)}
      </div>
      <Facts
        areFigures
        items={[
          [
            t.audit.checkpoint,
            query.data
              ? t.audit.records(count(query.data.size))
              : query.isPending
                ? "…"
                : t.audit.noCheckpoint,
          ],
          query.data !== null && [
            t.audit.root,
            <span key="root" className={styles.mono}>
              {query.data?.root ?? unknownRoot}
            </span>,
          ],
          [t.audit.lag, state ? t.system.ms(count(state.audit_sealing_lag_ms)) : "…"],
          [t.audit.undelivered, state ? count(state.audit_undelivered) : "…"],
        ]}
      />
      {children}
    </Card>
  );
}
