// Shows exactly the order that will be sent, sends it and shows the outcome.
import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState, type FormEvent } from "react";
import { useNavigate } from "react-router";
import { isUnknownOutcome, Problem } from "../api/problem";
import { movesMoney, useUser } from "../session/use_session";
import { useText } from "../text/text";
import { Button } from "../ui/button";
import { Notice, ProblemNotice, useWait } from "../ui/feedback";
import { FormActions, FormGrid, SecretField } from "../ui/field";
import { AccountNo, Amount, useMoneyText } from "../ui/money";
import { Card, Facts, Page } from "../ui/page";
import { send, type Movement } from "./movement";
import styles from "./move.module.css";
import { forgetKey, forgetSending, isUnanswered, keepSending, unanswered } from "./unanswered";

interface MoveReviewProps {
  readonly movement: Movement;
  readonly isKept: boolean; // It was sent before, and no answer arrived.
  // This order, or an earlier one that must be resolved first.
  readonly onUnanswered: (movement: Movement) => void;
  readonly onDecided: (key: string) => void;
  readonly onEdit: () => void;
  readonly onAnew: () => void;
}

// `submit` sends the order, never twice at a time; the outcome decides which view follows.
function useSending({ movement, onUnanswered, onDecided }: MoveReviewProps) {
  const user = useUser();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  // State is set after the event: the second click of a double click would not see it.
  const isSending = useRef(false);
  const left = useWait(error);

  const note = (reason: unknown, sending: string) => {
    if (reason instanceof Problem && reason.isDecided) {
      forgetKey(user.id, movement.key);
      onDecided(movement.key);
    } else if (!isUnknownOutcome(reason)) {
      forgetSending(sending);
    }
    if (isUnanswered(user.id, movement.key)) onUnanswered(movement);
    setError(reason);
  };

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (isSending.current || left > 0 || !movesMoney(user.role)) return;
    const pin = String(new FormData(event.currentTarget).get("pin") ?? "");
    // Another tab may have sent an order meanwhile, perhaps this one under another key.
    const first = unanswered(user.id);
    if (first && first.key !== movement.key) return onUnanswered(first);
    const sending = keepSending(user.id, movement);
    isSending.current = true;
    setBusy(true);
    setError(undefined);
    try {
      const transfer = await send(movement, pin);
      forgetKey(user.id, movement.key);
      void queries.invalidateQueries({ queryKey: ["accounts"] });
      void queries.invalidateQueries({ queryKey: ["history"] });
      queries.setQueryData(["transfers", transfer.id], transfer);
      await navigate(`/transfers/${transfer.id}`, { replace: true, state: { isNew: true } });
    } catch (reason) {
      note(reason, sending);
    } finally {
      isSending.current = false;
      setBusy(false);
    }
  };
  return { error, isBusy, left, submit };
}

function Order({ movement }: { movement: Movement }) {
  const { t } = useText();
  return (
    <>
      <p className={styles.figure}>
        <Amount money={movement.amount} size="figure" />
      </p>
      <Facts
        items={[
          [
            movement.kind === "deposit" ? t.move.into : t.move.from,
            <span key="from" className={styles.account}>
              {movement.account_name}
              <AccountNo number={movement.account_no} />
            </span>,
          ],
          movement.kind === "transfer" && [
            t.receipt.to,
            <AccountNo key="to" number={movement.credit_account_no} />,
          ],
          [t.move.reference, movement.reference || "–"],
        ]}
      />
    </>
  );
}

function Pin() {
  const { t } = useText();
  return (
    <div className={styles.pin}>
      <SecretField
        label={t.move.pin}
        name="pin"
        inputMode="numeric"
        pattern="[0-9]*"
        maxLength={12}
        autoComplete="off"
        autoFocus
        required
      />
    </div>
  );
}

export function MoveReview(props: MoveReviewProps) {
  const { movement, isKept, onEdit, onAnew } = props;
  const { t } = useText();
  const print = useMoneyText();
  const isCustomer = useUser().role === "customer";
  const { error, isBusy, left, submit } = useSending(props);
  const isRefused = error instanceof Problem && error.isDecided;
  const isLost = isUnknownOutcome(error);
  const isUnknown = isKept && !isRefused;
  const go = isUnknown ? t.move.unknownAgain : t.move.send[movement.kind](print(movement.amount));
  return (
    <Page
      title={t.move.reviewTitles[movement.kind]}
      lead={isCustomer ? t.move.reviewBody : t.move.reviewBodyStaff}
      isNarrow
    >
      <Card>
        <Order movement={movement} />
        {isUnknown && (
          <Notice tone="warning" title={isLost ? t.move.unknownTitle : t.move.keptTitle}>
            <p>{isLost ? t.move.unknownBody : t.move.keptBody}</p>
          </Notice>
        )}
        {error !== undefined && !isLost && (
          <ProblemNotice error={error} {...(isRefused ? { title: t.move.refusedTitle } : {})} />
        )}
        <form onSubmit={(event) => void submit(event)}>
          <FormGrid>
            {isCustomer && !isRefused && <Pin />}
            <FormActions>
              {!isRefused && (
                <Button type="submit" isBusy={isBusy} disabled={left > 0}>
                  {isBusy ? t.move.sending : go}
                </Button>
              )}
              {!isUnknown && (
                <Button
                  look={isRefused ? "primary" : "secondary"}
                  onClick={onEdit}
                  disabled={isBusy}
                >
                  {t.move.edit}
                </Button>
              )}
              {isRefused && (
                <Button look="secondary" onClick={onAnew}>
                  {t.move.discard}
                </Button>
              )}
            </FormActions>
          </FormGrid>
        </form>
      </Card>
    </Page>
  );
}
