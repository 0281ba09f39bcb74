// A customer's accounts and recent transactions.
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import type { Account } from "../api/client";
import { ownAccounts } from "../api/queries";
import { BalanceChart } from "../chart/balance_chart";
import { moneyOf, unitsOf } from "../money/amount";
import { useMayMoveCash } from "../session/use_session";
import { useText } from "../text/text";
import { ButtonLink } from "../ui/button";
import { Empty, Failed, Loading } from "../ui/feedback";
import { SelectField } from "../ui/field";
import { Amount } from "../ui/money";
import { Card, Page } from "../ui/page";
import { AccountCard } from "./account_card";
import { RecentEntries } from "./entries";
import styles from "./overview.module.css";

function totals(accounts: readonly Account[]) {
  const sums = new Map<string, bigint>();
  for (const { balance } of accounts) {
    sums.set(balance.currency, (sums.get(balance.currency) ?? 0n) + unitsOf(balance));
  }
  return [...sums].map(([currency, units]) => moneyOf(units, currency));
}

function Content({ accounts }: { accounts: readonly Account[] }) {
  const { t } = useText();
  const [chosen, setChosen] = useState(accounts[0]?.id);
  const account = accounts.find((each) => each.id === chosen) ?? (accounts[0] as Account);
  return (
    <>
      {accounts.length > 1 && (
        <div className={styles.totals}>
          {totals(accounts).map((total) => (
            <p key={total.currency}>
              {t.accounts.total(total.currency)}{" "}
              <strong>
                <Amount money={total} />
              </strong>
            </p>
          ))}
        </div>
      )}
      <ul className={styles.cards}>
        {accounts.map((each) => (
          <li key={each.id}>
            <AccountCard account={each} />
          </li>
        ))}
      </ul>
      {accounts.length > 1 && (
        <div className={styles.choice}>
          <SelectField
            label={t.counter.account}
            value={account.id}
            onChange={(event) => setChosen(event.target.value)}
          >
            {accounts.map((each) => (
              <option key={each.id} value={each.id}>
                {each.name}
              </option>
            ))}
          </SelectField>
        </div>
      )}
      <BalanceChart account={account} key={account.id} />
      <Card
        title={t.accounts.recent}
        isFlush
        actions={
          <ButtonLink look="quiet" to={`/accounts/${account.id}`}>
            {t.common.viewAll}
          </ButtonLink>
        }
      >
        <RecentEntries account={account} />
      </Card>
    </>
  );
}

export function Overview() {
  const { t } = useText();
  const mayMoveCash = useMayMoveCash();
  const query = useQuery(ownAccounts());
  // A deferred, interruptible render: the page stays responsive.
  const accounts = useDeferredValue(query.data)?.items.filter((account) => !account.is_closed);
  return (
    <Page
      title={t.accounts.title}
      actions={
        accounts?.length !== 0 ? (
          <>
            <ButtonLink to="/move">{t.accounts.newTransfer}</ButtonLink>
            {mayMoveCash && (
              <>
                <ButtonLink to="/move?kind=deposit" look="secondary">
                  {t.accounts.deposit}
                </ButtonLink>
                <ButtonLink to="/move?kind=withdrawal" look="secondary">
                  {t.accounts.withdraw}
                </ButtonLink>
              </>
            )}
          </>
        ) : undefined
      }
    >
      {query.isError && <Failed error={query.error} again={() => void query.refetch()} />}
      {!accounts && !query.isError && <Loading lines={6} />}
      {accounts?.length === 0 && (
        <Card>
          <Empty icon="accounts" title={t.accounts.none}>
            {t.accounts.noneBody}
          </Empty>
        </Card>
      )}
      {accounts && accounts.length > 0 && <Content accounts={accounts} />}
    </Page>
  );
}
