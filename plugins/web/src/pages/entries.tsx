// The entries of an account: the last few, or all of them with search, dates and loading on demand.
import { useInfiniteQuery } from "@tanstack/react-query";
import { useCallback, useDeferredValue, useEffect, useMemo, useState, type ReactNode } from "react";
import { Link } from "react-router";
import type { Account, Entry } from "../api/client";
import { history, type Range } from "../api/queries";
import { moneyOf, toDecimal, unitsOf } from "../money/amount";
import { exponentOf } from "../money/currencies";
import { compactIban, groupIban, shortIban } from "../money/iban";
import { beginOfDay, printDate, printDateTime, printTime } from "../text/dates";
import { useText } from "../text/text";
import { Button } from "../ui/button";
import { Empty, Failed, Loading } from "../ui/feedback";
import { DateField } from "../ui/date_field";
import { FormRow, TextField } from "../ui/field";
import { Icon } from "../ui/icon";
import { Amount } from "../ui/money";
import { Card } from "../ui/page";
import styles from "./entries.module.css";

type Kind = keyof ReturnType<typeof useText>["t"]["kinds"];

export function useKindText(): (kind: string) => string {
  const { t } = useText();
  return (kind) => t.kinds[kind as Kind] ?? kind;
}

interface ListProps {
  readonly entries: readonly Entry[];
  // From the drawer's side: the bank's debit balance is the cash in the drawer.
  readonly isCash?: boolean;
  readonly children?: ReactNode; // Shown below the entries.
}

function seenFromDrawer(entry: Entry): Entry {
  const turned = (money: Entry["amount"]) => moneyOf(-unitsOf(money), money.currency);
  return { ...entry, amount: turned(entry.amount), balance: turned(entry.balance) };
}

function Row({ entry }: { entry: Entry }) {
  const { t, locale } = useText();
  const kindOf = useKindText();
  const isIn = entry.side === "credit";
  return (
    <li>
      <Link to={`/transfers/${entry.transfer_id}`} className={styles.row}>
        <span className={`${styles.mark} ${isIn ? styles.in : ""}`}>
          <Icon name={isIn ? "in" : "out"} size={18} />
        </span>
        <span className={styles.what}>
          <strong className={styles.reference}>{entry.reference || kindOf(entry.kind)}</strong>
          <span className={styles.details}>
            {entry.reference && <span className={styles.kind}>{kindOf(entry.kind)} · </span>}
            <span className={styles.number}>{groupIban(entry.counterparty_account_no)}</span>
            <span className={styles.short}>{shortIban(entry.counterparty_account_no)}</span>
          </span>
        </span>
        <time
          className={styles.time}
          dateTime={entry.created_at}
          title={printDateTime(entry.created_at, locale)}
        >
          {printTime(entry.created_at, locale)}
        </time>
        <span className={styles.money}>
          <Amount money={entry.amount} isSigned />
          <span className={styles.balance}>
            <span className="visually-hidden">{t.account.runningBalance} </span>
            <Amount money={entry.balance} size="small" />
          </span>
        </span>
      </Link>
    </li>
  );
}

const none: readonly Entry[] = [];

export function EntryList({ entries, isCash = false, children }: ListProps) {
  const { locale } = useText();
  // A deferred, interruptible render of many rows.
  const shown = useDeferredValue(entries, none);
  const days = new Map<string, Entry[]>();
  for (const entry of shown) {
    const day = printDate(entry.created_at, locale);
    days.set(day, [...(days.get(day) ?? []), entry]);
  }
  return (
    <div>
      {[...days].map(([day, items]) => (
        <section key={day} className={styles.entries}>
          <h3 className={styles.day}>{day}</h3>
          <ul>
            {items.map((entry) => (
              <Row key={entry.id} entry={isCash ? seenFromDrawer(entry) : entry} />
            ))}
          </ul>
        </section>
      ))}
      {(shown.length > 0 || entries.length === 0) && children}
    </div>
  );
}

export function RecentEntries({ account }: { account: Account }) {
  const { t } = useText();
  const query = useInfiniteQuery(history(account.id, {}, 8));
  if (query.isError) return <Failed error={query.error} again={() => void query.refetch()} />;
  const entries = query.data?.pages[0]?.items;
  if (!entries) return <Loading lines={6} />;
  if (entries.length === 0) {
    return (
      <Empty icon="move" title={t.account.empty}>
        {t.account.emptyBody}
      </Empty>
    );
  }
  return <EntryList entries={entries} />;
}

// The searchable text of one entry.
function textOf(entry: Entry): string {
  const amount = toDecimal(unitsOf(entry.amount), exponentOf(entry.amount.currency));
  return `${entry.reference} ${entry.kind} ${amount}`.toLowerCase();
}

function matches(entry: Entry, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  return (
    wanted === "" ||
    textOf(entry).includes(wanted.replace(",", ".")) ||
    textOf(entry).includes(wanted) ||
    (compactIban(search).length >= 4 && entry.counterparty_account_no.includes(compactIban(search)))
  );
}

// Calls `onNear` when the list is scrolled near its end.
function useNearEnd(onNear: () => void, isWanted: boolean) {
  return useCallback(
    (element: HTMLElement | null) => {
      if (!element || !isWanted) return undefined;
      const observer = new IntersectionObserver(
        (seen) => seen.some((each) => each.isIntersecting) && onNear(),
        { rootMargin: "400px" },
      );
      observer.observe(element);
      return () => observer.disconnect();
    },
    [onNear, isWanted],
  );
}

const hasRoom = matchMedia("(min-width: 46rem)").matches; // For the dates beside the search.

export function History({ account }: { account: Account }) {
  const { t, locale } = useText();
  const [search, setSearch] = useState("");
  const [from, setFrom] = useState("");
  const [until, setUntil] = useState("");
  const range = useMemo<Range>(
    () => ({
      from: from ? beginOfDay(from) : undefined,
      until: until ? beginOfDay(until, 1) : undefined,
    }),
    [from, until],
  );
  const query = useInfiniteQuery(history(account.id, range));
  const { fetchNextPage, hasNextPage, isFetching } = query;
  const loaded = useMemo(() => query.data?.pages.flatMap((page) => page.items) ?? [], [query.data]);
  const shown = useMemo(() => loaded.filter((entry) => matches(entry, search)), [loaded, search]);
  const more = () => void (isFetching || fetchNextPage());
  // A search continues automatically until it has filled a screen.
  const isSearching = search !== "" && shown.length < 20 && hasNextPage;
  useEffect(() => {
    if (isSearching && !isFetching) void fetchNextPage();
  }, [isSearching, isFetching, fetchNextPage]);
  const end = useNearEnd(more, hasNextPage && !isFetching);
  const isFiltered = search !== "" || from !== "" || until !== "";
  const clear = () => {
    setSearch("");
    setFrom("");
    setUntil("");
  };

  return (
    <Card title={t.account.history} isFlush>
      <div className={styles.filters} role="search">
        <FormRow>
          <TextField
            label={t.account.search}
            placeholder={t.account.searchHint}
            type="search"
            value={search}
            maxLength={140}
            onChange={(event) => setSearch(event.target.value)}
          />
          <details className={styles.dates} open={hasRoom}>
            <summary>{t.account.dates}</summary>
            <div className={styles.range}>
              <DateField label={t.account.from} value={from} onChange={setFrom} />
              <DateField label={t.account.until} value={until} onChange={setUntil} />
            </div>
          </details>
        </FormRow>
      </div>
      {query.isError && <Failed error={query.error} again={() => void query.refetch()} />}
      {query.isPending && <Loading lines={8} />}
      {query.data && shown.length === 0 && !isSearching && (
        <Empty icon="search" title={isFiltered ? t.account.noMatch : t.account.empty}>
          <p>{isFiltered ? t.account.noMatchBody : t.account.emptyBody}</p>
          {isFiltered && (
            <Button look="quiet" onClick={clear}>
              {t.account.clear}
            </Button>
          )}
        </Empty>
      )}
      <EntryList entries={shown}>
        <div ref={end} className={styles.end}>
          {search !== "" && loaded.length > 0 && hasNextPage && (
            <p>{t.account.searchedTo(printDate((loaded.at(-1) as Entry).created_at, locale))}</p>
          )}
          {hasNextPage && (
            <Button look="secondary" isBusy={isFetching} onClick={more}>
              {t.common.more}
            </Button>
          )}
          {!hasNextPage && shown.length > 10 && <p>{t.account.end}</p>}
        </div>
      </EntryList>
    </Card>
  );
}
