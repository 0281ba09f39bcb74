// A transfer and its receipt, verified by this browser.
import { useQuery } from "@tanstack/react-query";
import { useLocation, useParams } from "react-router";
import type { Transfer } from "../api/client";
import { transfer as transferQuery } from "../api/queries";
import { ReceiptProof } from "../receipt/receipt";
import { movesMoney, readsAudit, useUser } from "../session/use_session";
import { dayOf, printDateTime } from "../text/dates";
import { useText } from "../text/text";
import { Button, ButtonLink } from "../ui/button";
import { Failed, Loading, useProblemText } from "../ui/feedback";
import { Icon } from "../ui/icon";
import { AccountNo, Amount } from "../ui/money";
import { Card, Facts, Page } from "../ui/page";
import { idOf } from "./account";
import { useKindText } from "./entries";
import styles from "./transfer.module.css";
import { Problem } from "../api/problem";

function Outcome({ transfer, isNew }: { transfer: Transfer; isNew: boolean }) {
  const { t } = useText();
  const kindOf = useKindText();
  const problemText = useProblemText();
  const isPosted = transfer.status === "posted";
  const title = isNew
    ? isPosted
      ? t.receipt.done.posted
      : t.receipt.done.refused
    : kindOf(transfer.kind);
  return (
    <div className={styles.outcome}>
      <span className={`${styles.mark} ${isPosted ? "" : styles.refused}`}>
        <Icon name={isPosted ? "check" : "close"} size={28} />
      </span>
      <p role="status">{title}</p>
      <Amount money={transfer.amount} size="figure" />
      {!isPosted && (
        <p className={styles.why}>{problemText(new Problem({ code: transfer.status } as never))}</p>
      )}
    </div>
  );
}

// Links to its audit record: filtered by the account that the record names and by the day.
function recordsOf({ id, kind, created_at, ...accounts }: Transfer): string {
  const isOfCredit = kind === "deposit" || kind === "capture" || kind === "release";
  const account = isOfCredit ? accounts.credit_account_no : accounts.debit_account_no;
  const day = dayOf(created_at);
  const search = { account, from: day, until: day, transfer: id };
  return `/audit?${new URLSearchParams(search)}`;
}

function Content({ transfer }: { transfer: Transfer }) {
  const { t, locale } = useText();
  const { role } = useUser();
  const location = useLocation();
  const isPosted = transfer.status === "posted";
  const isNew = (location.state as { isNew?: boolean } | null)?.isNew === true;
  return (
    <>
      <Card>
        <Outcome transfer={transfer} isNew={isNew} />
        <Facts
          items={[
            [t.receipt.from, <AccountNo key="from" number={transfer.debit_account_no} canCopy />],
            [t.receipt.to, <AccountNo key="to" number={transfer.credit_account_no} canCopy />],
            [t.receipt.reference, transfer.reference || "–"],
            [
              isPosted ? t.receipt.time : t.receipt.timeRefused,
              printDateTime(transfer.created_at, locale),
            ],
            isNew && [t.receipt.balanceAfter, <Amount key="balance" money={transfer.balance} />],
          ]}
        />
        <div className={styles.actions}>
          {movesMoney(role) && (
            <ButtonLink to={role === "customer" ? "/move" : "/"}>
              {role === "customer" ? t.receipt.again : t.counter.title}
            </ButtonLink>
          )}
          <Button look="secondary" onClick={() => print()}>
            {t.receipt.print}
          </Button>
          {readsAudit(role) && (
            <ButtonLink look="quiet" to={recordsOf(transfer)}>
              {t.audit.recordsOf}
            </ButtonLink>
          )}
        </div>
      </Card>
      <ReceiptProof transfer={transfer} />
    </>
  );
}

export function TransferPage() {
  const { t } = useText();
  const id = idOf(useParams()["id"]);
  const query = useQuery({ ...transferQuery(id), enabled: id !== "" });
  return (
    <Page title={t.receipt.transferNo(id)} isNarrow>
      {query.isError && <Failed error={query.error} again={() => void query.refetch()} />}
      {query.isPending && <Loading lines={6} />}
      {query.data && <Content transfer={query.data} />}
    </Page>
  );
}
