// One account, for its owner and for staff.
import { useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import { useParams } from "react-router";
import type { Account, Money } from "../api/client";
import { account as accountQuery, holds as holdsQuery } from "../api/queries";
import { BalanceChart } from "../chart/balance_chart";
import { unitsOf } from "../money/amount";
import { movesMoney, readsAudit, useMayMoveCash, useUser } from "../session/use_session";
import { LockDialog } from "../teller/lock_dialog";
import { printDate } from "../text/dates";
import { useText } from "../text/text";
import { Button, ButtonLink } from "../ui/button";
import { Failed, Loading, Notice } from "../ui/feedback";
import { AccountNo, Amount, useMoneyText } from "../ui/money";
import { Card, Columns, Facts, Page, Stack } from "../ui/page";
import { AccountBadges } from "./account_card";
import { History } from "./entries";
import { PinDialog } from "./pin_dialog";
import { RenameDialog } from "./rename_dialog";
import styles from "./account.module.css";

const none = 9_007_199_254_740_991n; // The bank's value for "no overdraft limit".

interface MeterProps {
  readonly label: string;
  readonly used?: Money;
  readonly limit: Money | null;
}

function partOf(used: bigint, limit: bigint): number {
  return limit === 0n ? 0 : Math.min(100, Number((used * 100n) / limit));
}

function Meter({ label, used, limit }: MeterProps) {
  const { t } = useText();
  const print = useMoneyText();
  if (limit === null) return null;
  return (
    <div className={styles.meter}>
      <span>{label}</span>
      <span>{used === undefined ? print(limit) : t.account.used(print(used), print(limit))}</span>
      {used !== undefined && (
        <span className={styles.bar} aria-hidden="true">
          <span style={{ width: `${partOf(unitsOf(used), unitsOf(limit))}%` }} />
        </span>
      )}
    </div>
  );
}

function Limits({ account }: { account: Account }) {
  const { t } = useText();
  const { limits, spending } = account;
  const values = [limits.per_transfer, limits.per_day, limits.per_week, limits.per_month];
  if (values.every((value) => value === null)) return null;
  return (
    <Card title={t.account.limits}>
      <Meter label={t.account.perTransfer} limit={limits.per_transfer} />
      <Meter label={t.account.perDay} used={spending.today} limit={limits.per_day} />
      <Meter label={t.account.perWeek} used={spending.this_week} limit={limits.per_week} />
      <Meter label={t.account.perMonth} used={spending.this_month} limit={limits.per_month} />
    </Card>
  );
}

function Holds({ account }: { account: Account }) {
  const { t, locale } = useText();
  const query = useQuery(holdsQuery(account.id));
  const open = query.data?.items.filter(
    (hold) => hold.state === "open" && hold.debit_account_no === account.account_no,
  );
  if (!open?.length) return null;
  return (
    <Card title={t.account.holds}>
      <ul className={styles.holds}>
        {open.map((hold) => (
          <li key={hold.id}>
            <span>
              {hold.reference || <AccountNo number={hold.credit_account_no} />}
              <small>{t.account.holdsUntil(printDate(hold.expires_at, locale))}</small>
            </span>
            <Amount money={hold.amount} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function States({ account }: { account: Account }) {
  const { t } = useText();
  const isCustomer = useUser().role === "customer";
  // The bank shows reasons to staff only.
  const { lock_reason: locked, freeze_reason: frozen } = account;
  return (
    <>
      {account.is_locked && (
        <Notice
          tone="danger"
          title={locked === null ? t.account.locked : t.account.lockedNotice(locked)}
        >
          {isCustomer && <p>{t.account.lockedHelp}</p>}
        </Notice>
      )}
      {(account.is_debit_frozen || account.is_credit_frozen) && (
        <Notice
          tone="warning"
          title={frozen === null ? t.account.frozen : t.account.frozenNotice(frozen)}
        >
          {isCustomer && <p>{t.account.frozenHelp}</p>}
        </Notice>
      )}
      {account.is_closed && <Notice tone="warning" title={t.account.closedNotice} />}
    </>
  );
}

function Actions({ account, onLock }: { account: Account; onLock: () => void }) {
  const { t } = useText();
  const { role } = useUser();
  const mayMoveCash = useMayMoveCash();
  if (!movesMoney(role) || account.is_closed || account.kind !== "customer") return null;
  const to = (kind: string) => `/move?kind=${kind}&account=${account.id}`;
  return (
    <>
      <ButtonLink to={to("transfer")}>{t.accounts.newTransfer}</ButtonLink>
      {mayMoveCash && (
        <>
          <ButtonLink look="secondary" to={to("deposit")}>
            {t.accounts.deposit}
          </ButtonLink>
          <ButtonLink look="secondary" to={to("withdrawal")}>
            {t.accounts.withdraw}
          </ButtonLink>
        </>
      )}
      {role !== "customer" && (
        <Button look={account.is_locked ? "secondary" : "caution"} onClick={onLock}>
          {account.is_locked ? t.account.unlock : t.account.lock}
        </Button>
      )}
    </>
  );
}

function Balances({ account }: { account: Account }) {
  const { t } = useText();
  const { role } = useUser();
  return (
    <Card>
      <div className={styles.balances}>
        <div>
          <span className={styles.label}>{t.accounts.booked}</span>
          <Amount money={account.balance} size="figure" />
        </div>
        <div>
          <span className={styles.label}>{t.accounts.available}</span>
          <Amount money={account.available} size="figure" />
        </div>
        <div className={styles.badges}>
          <AccountBadges account={account} />
        </div>
      </div>
      <Facts
        items={[
          [t.account.number, <AccountNo key="number" number={account.account_no} canCopy />],
          role !== "customer" && account.owner !== null && [t.account.owner, account.owner],
          unitsOf(account.held) > 0n && [t.accounts.held, <Amount key="held" money={account.held} />],
          unitsOf(account.overdraft_limit) > 0n &&
            unitsOf(account.overdraft_limit) < none && [
              t.accounts.overdraft,
              <Amount key="overdraft" money={account.overdraft_limit} />,
            ],
          unitsOf(account.minimum_balance) > 0n && [
            t.account.minimum,
            <Amount key="minimum" money={account.minimum_balance} />,
          ],
        ]}
      />
    </Card>
  );
}

function Details({ account }: { account: Account }) {
  const { t, locale } = useText();
  const { role } = useUser();
  const [isPinOpen, setPinOpen] = useState(false);
  const [isRenameOpen, setRenameOpen] = useState(false);
  const mayChange = movesMoney(role) && account.kind === "customer" && !account.is_closed;
  return (
    <Card title={t.account.details}>
      <Facts
        items={[
          [t.account.opened, printDate(account.created_at, locale)],
          [t.account.pin, account.has_pin ? t.account.pinSet : t.accounts.noPin],
        ]}
      />
      {mayChange && (
        <div>
          <Button look="secondary" onClick={() => setPinOpen(true)}>
            {account.has_pin ? t.account.changePin : t.account.setPin}
          </Button>
          <Button look="quiet" onClick={() => setRenameOpen(true)}>
            {t.account.rename}
          </Button>
        </div>
      )}
      {readsAudit(role) && (
        <div>
          <ButtonLink look="quiet" to={`/audit?account=${account.account_no}`}>
            {t.audit.recordsOf}
          </ButtonLink>
        </div>
      )}
      {isPinOpen && <PinDialog account={account} onClose={() => setPinOpen(false)} />}
      {isRenameOpen && <RenameDialog account={account} onClose={() => setRenameOpen(false)} />}
    </Card>
  );
}

export function idOf(text: string | undefined): string {
  return /^[1-9]\d{0,18}$/.test(text ?? "") ? (text as string) : "";
}

export function AccountPage() {
  const { t } = useText();
  const id = idOf(useParams()["id"]);
  const query = useQuery({ ...accountQuery(id), enabled: id !== "", refetchInterval: 30_000 });
  const [isLockOpen, setLockOpen] = useState(false);
  const account = useDeferredValue(query.data); // A deferred, interruptible render.
  if (!account) {
    return (
      <Page title={t.counter.account}>
        {query.isError || id === "" ? (
          <Failed error={query.error ?? true} again={() => void query.refetch()} />
        ) : (
          <Loading lines={6} />
        )}
      </Page>
    );
  }
  return (
    <Page
      title={account.name}
      actions={<Actions account={account} onLock={() => setLockOpen(true)} />}
    >
      <States account={account} />
      <Columns
        main={
          <>
            <Balances account={account} />
            <BalanceChart account={account} />
            <History account={account} />
          </>
        }
        side={
          <Stack>
            <Limits account={account} />
            <Holds account={account} />
            <Details account={account} />
          </Stack>
        }
      />
      {isLockOpen && <LockDialog account={account} onClose={() => setLockOpen(false)} />}
    </Page>
  );
}
