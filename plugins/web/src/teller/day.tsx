// A teller's day: their cash drawer and its transactions of today.
import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import type { Account, Entry } from "../api/client";
import { accountsOfOwner, history } from "../api/queries";
import { moneyOf, unitsOf } from "../money/amount";
import { EntryList } from "../pages/entries";
import { useUser } from "../session/use_session";
import { beginOfDay, printDate, today } from "../text/dates";
import { useText } from "../text/text";
import { ButtonLink } from "../ui/button";
import { Empty, Failed, Loading } from "../ui/feedback";
import { Amount } from "../ui/money";
import { Card, Page } from "../ui/page";
import styles from "./day.module.css";

function sum(entries: readonly Entry[], isIn: boolean): bigint {
  return entries
    .filter((entry) => (entry.side === "credit") === isIn)
    .reduce((total, entry) => total + unitsOf(entry.amount), 0n);
}

// The drawer is an account of the bank: its cash is an asset, hence a debit balance.
function Drawer({ account }: { account: Account }) {
  const { t } = useText();
  const from = useMemo(() => beginOfDay(today()), []);
  const query = useInfiniteQuery(history(account.id, { from }, 100));
  const { hasNextPage, isFetching, fetchNextPage } = query;
  useEffect(() => {
    if (hasNextPage && !isFetching) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage]);
  const entries = query.data?.pages.flatMap((page) => page.items) ?? [];
  const money = (amount: bigint) => moneyOf(amount, account.currency);
  return (
    <>
      <Card title={`${t.day.drawer} · ${account.currency}`}>
        <div className={styles.figures}>
          <div>
            <span>{t.day.expected}</span>
            <Amount money={money(-unitsOf(account.balance))} size="figure" />
          </div>
          <div>
            <span>{t.day.paidIn}</span>
            <Amount money={money(-sum(entries, false))} size="figure" />
          </div>
          <div>
            <span>{t.day.paidOut}</span>
            <Amount money={money(sum(entries, true))} size="figure" />
          </div>
        </div>
        <p className={styles.note}>{t.day.drawerBody}</p>
      </Card>
      <Card
        title={t.day.movements}
        isFlush
        actions={
          <ButtonLink look="quiet" to={`/accounts/${account.id}`}>
            {t.day.openDrawer}
          </ButtonLink>
        }
      >
        {query.isError && <Failed error={query.error} again={() => void query.refetch()} />}
        {query.isPending && <Loading lines={5} />}
        {query.isSuccess && entries.length === 0 && (
          <Empty icon="day" title={t.day.none}>
            {t.day.noneBody}
          </Empty>
        )}
        <EntryList entries={entries} isCash />
      </Card>
    </>
  );
}

export function Day() {
  const { t, locale } = useText();
  const user = useUser();
  const query = useQuery(accountsOfOwner(user.user_name, "cash"));
  // One drawer for each currency; a drawer without cash needs no count.
  const all = query.data?.items ?? [];
  const filled = all.filter((account) => unitsOf(account.balance) !== 0n);
  const drawers = filled.length > 0 ? filled : all.slice(0, 1);
  return (
    <Page title={t.day.title} lead={printDate(new Date(), locale)}>
      {query.isError && <Failed error={query.error} again={() => void query.refetch()} />}
      {query.isPending && <Loading lines={5} />}
      {query.data?.items.length === 0 && (
        <Card>
          <Empty icon="day" title={t.day.noDrawer}>
            {t.day.noDrawerBody}
          </Empty>
        </Card>
      )}
      {drawers.map((account) => (
        <Drawer key={account.id} account={account} />
      ))}
    </Page>
  );
}
