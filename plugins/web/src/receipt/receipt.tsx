import { useQuery } from "@tanstack/react-query";
import { bank, isPending, take, type Receipt, type Transfer } from "../api/client";
import { printJson } from "../api/json";
import { Problem } from "../api/problem";
import { useText } from "../text/text";
import { Button } from "../ui/button";
import { Failed, Notice } from "../ui/feedback";
import { Icon } from "../ui/icon";
import { Card } from "../ui/page";
import { verifyReceipt, type Verdict } from "./verify";
import styles from "./receipt.module.css";

interface Proven {
  readonly receipt: Receipt;
  readonly verdict: Verdict | undefined; // Undefined: this browser lacks Ed25519.
}

const pause_ms = 1000;

// Null: the record is not signed yet.
async function prove(transfer: Transfer): Promise<Proven | null> {
  const params = { path: { id: transfer.id } };
  const receipt = await take(bank.GET("/v1/transfers/{id}/receipt", { params }));
  if (isPending(receipt)) return null;
  const keys = (await take(bank.GET("/v1/audit/keys", { parseAs: "text" }))) as string;
  try {
    return { receipt, verdict: await verifyReceipt(receipt, transfer, keys) };
  } catch (error) {
    if (error instanceof DOMException && error.name === "NotSupportedError") {
      return { receipt, verdict: undefined };
    }
    throw error;
  }
}

function Step({ isSound, title, children }: { isSound: boolean; title: string; children: string }) {
  return (
    <li className={`${styles.step} ${isSound ? "" : styles.bad}`}>
      <Icon name={isSound ? "check" : "close"} size={18} />
      <span>
        <strong>{title}</strong>
        <span className={styles.explained}>{children}</span>
      </span>
    </li>
  );
}

function Steps({ receipt, verdict }: { receipt: Receipt; verdict: Verdict }) {
  const { t, locale } = useText();
  const count = (n: string) => BigInt(n).toLocaleString(locale);
  const { steps } = t.receipt;
  const pinText = { first: steps.keyFirst, known: steps.keyKnown, changed: steps.keyChanged };
  return (
    <ol className={styles.steps}>
      <Step isSound={verdict.record} title={steps.record}>
        {steps.recordBody}
      </Step>
      <Step isSound={verdict.reference} title={steps.reference}>
        {steps.referenceBody}
      </Step>
      <Step isSound={verdict.inclusion} title={steps.inclusion}>
        {steps.inclusionBody(count(receipt.number), count(receipt.tree_size))}
      </Step>
      <Step isSound={verdict.signature} title={steps.signature}>
        {steps.signatureBody(verdict.key || "–")}
      </Step>
      <Step isSound={verdict.pin !== "changed"} title={steps.keys[verdict.pin]}>
        {pinText[verdict.pin]}
      </Step>
    </ol>
  );
}

function download(receipt: Receipt, id: string): void {
  const link = document.createElement("a");
  const url = URL.createObjectURL(new Blob([printJson(receipt)], { type: "application/json" }));
  link.href = url;
  link.download = `receipt-${id}.json`;
  link.click();
  URL.revokeObjectURL(url);
}

export function ReceiptProof({ transfer }: { transfer: Transfer }) {
  const { t } = useText();
  const query = useQuery({
    queryKey: ["receipt", transfer.id],
    queryFn: () => prove(transfer),
    staleTime: Infinity,
    retry: false,
    refetchInterval: ({ state: { status, data } }) =>
      status === "success" && data === null && pause_ms,
  });
  const content = () => {
    if (query.isError) {
      if (query.error instanceof Problem && query.error.code === "record_archived") {
        return <Notice tone="info">{t.receipt.archived}</Notice>;
      }
      return <Failed error={query.error} again={() => void query.refetch()} />;
    }
    if (!query.data) {
      const isWaiting = query.data === null;
      return (
        <Notice tone="info" title={isWaiting ? t.receipt.pending : t.receipt.checking}>
          {isWaiting && <p>{t.receipt.waiting}</p>}
        </Notice>
      );
    }
    const { receipt, verdict } = query.data;
    return (
      <>
        {!verdict && <Notice tone="info">{t.receipt.unavailable}</Notice>}
        {verdict && (
          <>
            <Notice
              tone={verdict.isSound ? "good" : "danger"}
              title={verdict.isSound ? t.receipt.sound : t.receipt.unsound}
            >
              {!verdict.isSound && <p>{t.receipt.unsoundBody}</p>}
            </Notice>
            <p className={styles.lead}>{verdict.isSound ? t.receipt.lead : t.receipt.leadUnsound}</p>
            <Steps receipt={receipt} verdict={verdict} />
          </>
        )}
        <details className={styles.details}>
          <summary>{t.receipt.record}</summary>
          <pre
            tabIndex={0}
          >{`${receipt.record.replaceAll("\t", "\n")}\n\n${receipt.checkpoint}`}</pre>
        </details>
        <div>
          <Button look="secondary" onClick={() => download(receipt, transfer.id)}>
            {t.receipt.download}
          </Button>
        </div>
      </>
    );
  };
  return <Card title={t.receipt.proof}>{content()}</Card>;
}
