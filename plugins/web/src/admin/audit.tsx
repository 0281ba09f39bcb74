// The audit log: filters, new records as they come, and the state of its proof.
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import type { AuditRecord } from "../api/client";
import { printJson } from "../api/json";
import { auditRecords, type AuditFilter } from "../api/queries";
import { beginOfDay, printDateTime } from "../text/dates";
import { useText } from "../text/text";
import { Button } from "../ui/button";
import { Badge, Empty, Failed, Loading } from "../ui/feedback";
import { TextField } from "../ui/field";
import { Card, Facts, Page } from "../ui/page";
import { Segments } from "../ui/segments";
import styles from "./admin.module.css";
import { AuditProof } from "./audit_proof";
import { RangeProof } from "./audit_range";
import { newRecords } from "./tail";

const tail_ms = 2000;
const hasRoom = matchMedia("(min-width: 46rem)").matches; // For the filters beside the records.

function Inside({ record }: { record: AuditRecord }) {
  const { t } = useText();
  return (
    <div className={styles.inside}>
      <Facts
        items={[
          [t.audit.record(""), record.id.toString()],
          [t.audit.time, record.timestamp],
          [t.audit.program, record.user_agent || "–"],
          [
            t.audit.requestId,
            <span key="id" className={styles.mono}>
              {record.request_id}
            </span>,
          ],
        ]}
      />
      <pre tabIndex={0} aria-label={t.audit.details}>
        {JSON.stringify(JSON.parse(printJson(record.details)), null, 2)}
      </pre>
    </div>
  );
}

function Record({ record }: { record: AuditRecord }) {
  const { locale } = useText();
  const [isOpen, setOpen] = useState(false);
  return (
    <details className={styles.record} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary className={styles.columns}>
        <span className={styles.muted}>{printDateTime(record.timestamp, locale)}</span>
        <strong>{record.action}</strong>
        <span>{record.actor || "–"}</span>
        <Badge tone={record.outcome === "ok" || record.outcome === "posted" ? "good" : "danger"}>
          {record.outcome}
        </Badge>
        <span className={styles.muted}>{record.ip}</span>
      </summary>
      {isOpen && <Inside record={record} />}
    </details>
  );
}

function useTail(filter: AuditFilter, newest: bigint | undefined, isLive: boolean) {
  const [tail, setTail] = useState<readonly AuditRecord[]>([]);
  const last = tail[0]?.id ?? newest;
  useEffect(() => setTail([]), [filter]);
  const query = useQuery({
    queryKey: ["audit-tail", filter, last],
    queryFn: ({ signal }) => newRecords(filter, last ?? 0n, signal),
    enabled: isLive && last !== undefined,
    // Just now there was nothing newer.
    initialData: [],
    staleTime: tail_ms,
    refetchInterval: tail_ms,
    gcTime: 0,
  });
  useEffect(() => {
    const found = query.data;
    if (found?.length) setTail((before) => [...found.toReversed(), ...before]);
  }, [query.data]);
  return tail;
}

const empty = { actor: "", action: "", outcome: "", ip: "", from: "", until: "" };

export function Audit() {
  const { t } = useText();
  const queries = useQueryClient();
  const [given, setGiven] = useState(empty);
  const [mode, setMode] = useState<"live" | "paused">("live");
  const filter = useMemo<AuditFilter>(
    () => ({
      ...given,
      from: given.from ? beginOfDay(given.from) : undefined,
      until: given.until ? beginOfDay(given.until, 1) : undefined,
    }),
    [given],
  );
  const query = useInfiniteQuery(auditRecords(filter));
  const loaded = query.data?.pages.flatMap((page) => page.items) ?? [];
  const newest = query.data ? (loaded[0]?.id ?? 0n) : undefined;
  const tail = useTail(filter, newest, mode === "live" && !given.until);
  const seen = new Set(loaded.map((record) => record.id));
  const records = [...tail.filter((record) => !seen.has(record.id)), ...loaded];
  useEffect(() => () => void queries.removeQueries({ queryKey: ["audit-tail"] }), [queries]);

  const field = (name: "actor" | "action" | "outcome" | "ip") => (
    <TextField
      label={t.audit[name]}
      value={given[name]}
      maxLength={64}
      autoComplete="off"
      spellCheck={false}
      onChange={(event) => setGiven({ ...given, [name]: event.target.value.trim() })}
    />
  );
  const date = (name: "from" | "until") => (
    <TextField
      label={t.account[name]}
      type="date"
      value={given[name]}
      onChange={(event) => setGiven({ ...given, [name]: event.target.value })}
    />
  );
  return (
    <Page
      title={t.audit.title}
      actions={
        <Segments
          label={t.audit.liveOn}
          value={mode}
          options={[
            ["live", t.audit.live],
            ["paused", t.audit.paused],
          ]}
          onChange={setMode}
        />
      }
    >
      <AuditProof>
        <RangeProof records={records} />
      </AuditProof>
      <Card isFlush>
        <details className={styles.filters} open={hasRoom}>
          <summary>{t.audit.filters}</summary>
          <div className={styles.fields} role="search" aria-label={t.audit.filters}>
            {field("actor")}
            {field("action")}
            {field("outcome")}
            {field("ip")}
            {date("from")}
            {date("until")}
          </div>
        </details>
        {query.isError && <Failed error={query.error} again={() => void query.refetch()} />}
        {query.isPending && <Loading lines={8} />}
        {query.isSuccess && records.length === 0 && (
          <Empty icon="audit" title={t.audit.none}>
            {t.audit.noneBody}
          </Empty>
        )}
        {records.length > 0 && (
          <div className={`${styles.columns} ${styles.head}`} aria-hidden="true">
            <span>{t.audit.time}</span>
            <span>{t.audit.action}</span>
            <span>{t.audit.actor}</span>
            <span>{t.audit.outcome}</span>
            <span>{t.audit.ip}</span>
          </div>
        )}
        {records.map((record) => (
          <Record key={record.id.toString()} record={record} />
        ))}
        {query.hasNextPage && (
          <div className={styles.more}>
            <Button
              look="secondary"
              isBusy={query.isFetchingNextPage}
              onClick={() => void query.fetchNextPage()}
            >
              {t.common.more}
            </Button>
          </div>
        )}
      </Card>
    </Page>
  );
}
