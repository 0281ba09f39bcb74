// The state of the bank, read every few seconds, and its history since the page was opened.
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { bank, take, type Schema } from "../api/client";
import { LineChart, type Point } from "../chart/line_chart";
import { useReach } from "../shell/outage";
import { printDateTime, printSeconds } from "../text/dates";
import { useText } from "../text/text";
import { Button } from "../ui/button";
import { Badge, Failed, Loading, Notice, ProblemNotice } from "../ui/feedback";
import { Card, Facts, Page } from "../ui/page";
import styles from "./admin.module.css";

type Status = Schema["SystemStatus"];

interface Reading {
  readonly at: number;
  readonly answer_ms: number;
  readonly status: Status;
}

const every_ms = 2000;
const kept = 300; // Ten minutes.

function useReadings() {
  const [readings, setReadings] = useState<readonly Reading[]>([]);
  const query = useQuery({
    queryKey: ["system", "reading"],
    queryFn: async ({ signal }): Promise<Reading> => {
      const begin = performance.now();
      const status = await take(bank.GET("/v1/system/status", { signal }));
      return { at: Date.now(), answer_ms: performance.now() - begin, status };
    },
    refetchInterval: every_ms,
    structuralSharing: false,
  });
  useEffect(() => {
    const reading = query.data;
    if (reading) setReadings((before) => [...before.slice(1 - kept), reading]);
  }, [query.data]);
  return { readings, query };
}

function Tile({ label, value }: { label: string; value: string }) {
  return (
    <div className={styles.tile}>
      <span>{label}</span>
      <strong data-figure>{value}</strong>
    </div>
  );
}

// To one decimal: batches are small while the bank is idle.
function perBatch({ transfers_posted, batches }: Status): number {
  return batches === "0" ? 0 : Math.round((Number(transfers_posted) * 10) / Number(batches)) / 10;
}

function ratesOf(readings: readonly Reading[]): readonly Point[] {
  return readings.slice(1).map((reading, index) => {
    const before = readings[index] as Reading;
    const seconds = Math.max(0.001, (reading.at - before.at) / 1000);
    const posted = Number(reading.status.transfers_posted) - Number(before.status.transfers_posted);
    return { at: reading.at, value: BigInt(Math.max(0, Math.round(posted / seconds))) };
  });
}

function Series({
  points,
  label,
  body,
  print,
}: {
  points: readonly Point[];
  label: string;
  body: string;
  print: (text: string) => string;
}) {
  const { t, locale } = useText();
  const time = (at: number) => printSeconds(new Date(at), locale);
  return (
    <Card title={label}>
      {points.length < 2 ? (
        <p className={styles.waiting}>{t.system.waiting}</p>
      ) : (
        <LineChart
          points={points}
          label={label}
          summary={body}
          printValue={(value) => print(value.toLocaleString(locale))}
          printAt={time}
          printTick={time}
        />
      )}
    </Card>
  );
}

function Ledger() {
  const { t, locale } = useText();
  const check = useMutation({ mutationFn: () => take(bank.GET("/v1/ledger/check")) });
  const count = (n: string | number) => BigInt(n).toLocaleString(locale);
  const report = check.data;
  return (
    <Card
      title={t.system.ledger}
      actions={
        <Button look="secondary" isBusy={check.isPending} onClick={() => check.mutate()}>
          {check.isPending ? t.system.checking : t.system.check}
        </Button>
      }
    >
      <ProblemNotice error={check.error} />
      {!report && <p className={styles.muted}>{t.system.ledgerBody}</p>}
      {report && (
        <Notice
          tone={report.is_sound ? "good" : "danger"}
          title={report.is_sound ? t.system.sound : t.system.unsound}
        >
          <p>
            {t.system.checkBody(
              count(report.transfers),
              count(report.entries),
              count(report.accounts),
            )}
          </p>
          {report.findings.map((finding) => (
            <p key={finding}>{finding}</p>
          ))}
        </Notice>
      )}
    </Card>
  );
}

export function System() {
  const { t, locale } = useText();
  const { readings, query } = useReadings();
  const status = query.data?.status;
  const count = (n: string | number) => BigInt(n).toLocaleString(locale);
  const { isAway } = useReach();
  const state = isAway ? "away" : status?.readiness;
  return (
    <Page
      title={t.system.title}
      actions={
        state && (
          <Badge tone={state === "ready" ? "good" : "danger"}>{t.system.readiness[state]}</Badge>
        )
      }
    >
      {query.isError && !(isAway && status) && (
        <Failed error={query.error} again={() => void query.refetch()} />
      )}
      {query.isPending && <Loading lines={6} />}
      {status && (
        <>
          <div className={styles.tiles}>
            <Tile label={t.system.posted} value={count(status.transfers_posted)} />
            <Tile label={t.system.refused} value={count(status.transfers_refused)} />
            <Tile label={t.system.perBatch} value={perBatch(status).toLocaleString(locale)} />
            <Tile label={t.system.queue} value={count(status.queue_depth)} />
            <Tile
              label={t.system.connections}
              value={`${count(status.database_connections_busy)} / ${count(status.database_connections)}`}
            />
            <Tile label={t.audit.lag} value={t.system.ms(count(status.audit_sealing_lag_ms))} />
          </div>
          <div className={styles.pair}>
            <Series
              points={ratesOf(readings)}
              label={t.system.throughput}
              body={t.system.throughputBody}
              print={t.system.perSecond}
            />
            <Series
              points={readings.map((reading) => ({
                at: reading.at,
                value: BigInt(Math.round(reading.answer_ms)),
              }))}
              label={t.system.latency}
              body={t.system.latencyBody}
              print={t.system.ms}
            />
          </div>
          <div className={styles.pair}>
            <Card title={t.account.details}>
              <Facts
                areFigures
                items={[
                  [t.system.version, status.version],
                  [t.system.since, printDateTime(status.started_at, locale)],
                  [t.system.schema, count(status.schema_version)],
                  [t.system.batches, count(status.batches)],
                  [t.system.lanes, count(status.lanes)],
                  [t.audit.undelivered, count(status.audit_undelivered)],
                ]}
              />
            </Card>
            <Ledger />
          </div>
        </>
      )}
    </Page>
  );
}
