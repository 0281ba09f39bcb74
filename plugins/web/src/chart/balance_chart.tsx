// An account's balance over a period: each entry has the balance after it.
import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import type { Account, Entry } from "../api/client";
import { history } from "../api/queries";
import { moneyOf, unitsOf } from "../money/amount";
import { printDate, printDateTime, printDay, printMonth } from "../text/dates";
import { useText } from "../text/text";
import { Button } from "../ui/button";
import { Failed, Loading } from "../ui/feedback";
import { useMoneyText } from "../ui/money";
import { Card } from "../ui/page";
import { Segments } from "../ui/segments";
import { Table } from "../ui/table";
import { LineChart, type Point } from "./line_chart";
import styles from "./balance_chart.module.css";

type Period = "30" | "90" | "365";
const day_ms = 86_400_000;
const pagesMax = 12; // Of 100 entries.

// In order of time, starting at the start of the period with the balance at that moment.
function pointsOf(entries: readonly Entry[], from: number, isComplete: boolean, account: Account) {
  const points: Point[] = [];
  for (const entry of entries) {
    points.push({ at: Date.parse(entry.created_at), value: unitsOf(entry.balance) });
  }
  points.reverse();
  const oldest = entries.at(-1);
  if (isComplete) {
    const before = oldest ? unitsOf(oldest.balance) - unitsOf(oldest.amount) : unitsOf(account.balance);
    points.unshift({ at: Math.max(from, Date.parse(account.created_at)), value: before });
  }
  points.push({ at: Date.now(), value: unitsOf(account.balance) });
  return points;
}

export function BalanceChart({ account }: { account: Account }) {
  const { t, locale } = useText();
  const print = useMoneyText();
  const [period, setPeriod] = useState<Period>("90");
  const [isTable, setTable] = useState(false);
  // Rounded to whole days, so that the query key stays the same while the page is shown.
  const from = useMemo(
    () => Math.floor(Date.now() / day_ms) * day_ms - Number(period) * day_ms,
    [period],
  );
  const query = useInfiniteQuery(history(account.id, { from: new Date(from).toISOString() }, 100));
  const pages = query.data?.pages.length ?? 0;
  const mayGoOn = query.hasNextPage && pages < pagesMax;
  useEffect(() => {
    if (mayGoOn && !query.isFetching) void query.fetchNextPage();
  }, [mayGoOn, query]);

  const entries = useMemo(
    () => query.data?.pages.flatMap((page) => page.items) ?? [],
    [query.data],
  );
  const points = useMemo(
    () => pointsOf(entries, from, !query.hasNextPage, account),
    [entries, from, query.hasNextPage, account],
  );
  const money = (amount: bigint) => print(moneyOf(amount, account.currency));
  const span_days = (Date.now() - (points[0] as Point).at) / day_ms;
  const printTick = span_days > 180 ? printMonth : span_days > 4 ? printDay : printDateTime;
  const values = points.map((point) => point.value);
  const low = values.reduce((a, b) => (b < a ? b : a));
  const high = values.reduce((a, b) => (b > a ? b : a));

  const content = () => {
    if (query.isError) return <Failed error={query.error} again={() => void query.refetch()} />;
    if (!query.data || mayGoOn)
      return (
        <div className={styles.pending}>
          <Loading lines={5} />
        </div>
      );
    if (entries.length === 0 && unitsOf(account.balance) === 0n) {
      return <p className={styles.empty}>{t.account.chartEmpty}</p>;
    }
    if (isTable) {
      return (
        <div className={styles.scroll} tabIndex={0} role="region" aria-label={t.account.chart}>
          <Table
            label={t.account.chart}
            head={[t.common.date, [t.common.amount, "end"], [t.account.runningBalance, "end"]]}
            rows={entries.map((entry) => ({
              key: entry.id,
              cells: [
                printDateTime(entry.created_at, locale),
                print(entry.amount, true),
                print(entry.balance),
              ],
            }))}
          />
        </div>
      );
    }
    return (
      <LineChart
        points={points}
        isStepped
        label={t.account.chart}
        summary={t.account.chartSummary(money(low), money(high), money(unitsOf(account.balance)))}
        printValue={money}
        printAt={(at) => printDate(new Date(at), locale)}
        printTick={(at) => printTick(new Date(at), locale)}
      />
    );
  };

  return (
    <Card
      title={t.account.chart}
      actions={
        <Segments
          label={t.account.range}
          value={period}
          options={[
            ["30", t.account.days30],
            ["90", t.account.days90],
            ["365", t.account.year],
          ]}
          onChange={setPeriod}
        />
      }
    >
      {content()}
      <div className={styles.foot}>
        {query.hasNextPage && !mayGoOn && entries.length > 0 && (
          <span>{t.account.chartCut(printDate((entries.at(-1) as Entry).created_at, locale))}</span>
        )}
        <Button look="quiet" onClick={() => setTable(!isTable)}>
          {isTable ? t.account.showChart : t.account.showTable}
        </Button>
      </div>
    </Card>
  );
}
