// The audit log: filters, new records as they arrive, and the state of its verification.
import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { AuditRecord } from "../api/client";
import { auditRecords, type AuditFilter } from "../api/queries";
import { useText } from "../text/text";
import { Button } from "../ui/button";
import { Empty, Failed, Loading } from "../ui/feedback";
import { Card, Page } from "../ui/page";
import { Segments } from "../ui/segments";
import styles from "./admin.module.css";
import { Filters, useFilter, useGiven, type Given } from "./audit_filters";
import { AuditProof } from "./audit_proof";
import { RangeProof } from "./audit_range";
import { Record, toldBy } from "./audit_record";
import { newRecords } from "./tail";

const tail_ms = 2000;

function useTail(filter: AuditFilter | undefined, newest: string | undefined, isLive: boolean) {
  const [tail, setTail] = useState<readonly AuditRecord[]>([]);
  const last = tail[0]?.id ?? newest;
  useEffect(() => setTail([]), [filter]);
  const query = useQuery({
    queryKey: ["audit-tail", filter, last],
    queryFn: ({ signal }) => newRecords(filter as AuditFilter, last ?? "", signal),
    enabled: isLive && filter !== undefined && last !== undefined,
    // Just fetched: nothing newer is known yet.
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

// Every open page refreshes its session regularly; successful refreshes are seldom of interest.
function isWanted(record: AuditRecord, given: Given): boolean {
  if (given.transfer && toldBy(record).transfer_id?.toString() !== given.transfer) return false;
  const isRoutine = record.action === "refresh" && record.outcome === "ok";
  return !isRoutine || given.refreshes !== "" || given.action === "refresh";
}

const screenful = 20;
const pagesMax = 10; // Pages searched to fill a screen.

function useRecords(given: Given, filter: AuditFilter | undefined, isLive: boolean) {
  const queries = useQueryClient();
  const none = { actor: "", action: "", outcome: "", ip: "", account_id: "" };
  const query = useInfiniteQuery({
    ...auditRecords(filter ?? { ...none, from: undefined, until: undefined }),
    enabled: filter !== undefined,
  });
  const loaded = (filter && query.data?.pages.flatMap((page) => page.items)) ?? [];
  const newest = query.data ? (loaded[0]?.id ?? "") : undefined;
  const tail = useTail(filter, newest, isLive && !given.until);
  const seen = new Set(loaded.map((record) => record.id));
  const all = [...tail.filter((record) => !seen.has(record.id)), ...loaded];
  const records = all.filter((record) => isWanted(record, given));
  const { hasNextPage, isFetching, fetchNextPage } = query;
  const pages = query.data?.pages.length ?? 0;
  const isShort = records.length < screenful && pages < pagesMax && hasNextPage;
  useEffect(() => {
    if (isShort && !isFetching) void fetchNextPage();
  }, [isShort, isFetching, fetchNextPage]);
  useEffect(() => () => void queries.removeQueries({ queryKey: ["audit-tail"] }), [queries]);
  return { query, records, isShort };
}

function Head() {
  const { t } = useText();
  const { time, action, actor, outcome, ip } = t.audit;
  return (
    <div className={`${styles.columns} ${styles.head}`} aria-hidden="true">
      {[time, action, actor, outcome, ip].map((name) => (
        <span key={name}>{name}</span>
      ))}
    </div>
  );
}

export function Audit() {
  const { t } = useText();
  const { given, give } = useGiven();
  const { filter, isWrong } = useFilter(given);
  const [mode, setMode] = useState<"live" | "paused">("live");
  const { query, records, isShort } = useRecords(given, filter, mode === "live");
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
        <Filters given={given} give={give} isAccountWrong={isWrong} />
        {query.isError && <Failed error={query.error} again={() => void query.refetch()} />}
        {!isWrong && query.isPending && <Loading lines={8} />}
        {(isWrong || query.isSuccess) && records.length === 0 && !isShort && (
          <Empty icon="audit" title={t.audit.none}>
            {t.audit.noneBody}
          </Empty>
        )}
        {records.length > 0 && <Head />}
        {records.map((record) => (
          <Record key={record.id} record={record} />
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
