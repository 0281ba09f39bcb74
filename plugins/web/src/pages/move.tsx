// A transfer, deposit or withdrawal: filled in, reviewed, sent once.
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useLocation, useNavigate, useSearchParams } from "react-router";
import type { Account } from "../api/client";
import { account as accountQuery, ownAccounts } from "../api/queries";
import { newKey } from "../money/idempotency";
import { useMayMoveCash, useUser } from "../session/use_session";
import { useText } from "../text/text";
import { ButtonLink } from "../ui/button";
import { Empty, Failed, Loading } from "../ui/feedback";
import { Card, Page } from "../ui/page";
import { Segments } from "../ui/segments";
import { idOf } from "./account";
import { MoveForm } from "./move_form";
import { MoveReview } from "./move_review";
import { isSameOrder, type MoveKind, type Movement } from "./movement";
import { unanswered } from "./unanswered";

const allKinds: readonly MoveKind[] = ["transfer", "deposit", "withdrawal"];

// The accounts that may be debited or credited: one's own, or the one that staff chose.
function useChoice(wanted: string) {
  const { role } = useUser();
  const isCustomer = role === "customer";
  const own = useQuery({ ...ownAccounts(), enabled: isCustomer });
  const one = useQuery({ ...accountQuery(wanted), enabled: !isCustomer && wanted !== "" });
  const query = isCustomer ? own : one;
  const all: readonly Account[] = isCustomer ? (own.data?.items ?? []) : one.data ? [one.data] : [];
  return {
    accounts: all.filter((account) => !account.is_closed && account.kind === "customer"),
    isReady: query.isSuccess || (!isCustomer && wanted === ""),
    error: query.error,
    again: () => void query.refetch(),
  };
}

// The current order, from the form to the ledger's answer. `isReview`: it is under review, or it
// was sent before and has no answer yet.
function useOrder() {
  const user = useUser();
  const location = useLocation();
  const navigate = useNavigate();
  const [movement, setMovement] = useState<Movement | undefined>(() => unanswered(user.id));
  const [kept, setKept] = useState(movement);
  const decided = useRef(""); // The last key that the ledger declined: its answer never changes.
  const isKept = movement !== undefined && movement === kept;
  return {
    movement,
    isKept,
    isReview: isKept || (movement !== undefined && location.hash === "#review"),
    review(next: Movement) {
      // The same order keeps its key, however the person returned to it.
      const isOpen = movement !== undefined && movement.key !== decided.current;
      setMovement(isOpen && isSameOrder(movement, next) ? movement : { ...next, key: newKey() });
      void navigate({ search: location.search, hash: "#review" });
    },
    keep(open: Movement) {
      setMovement(open);
      setKept(open);
    },
    decide: (key: string) => void (decided.current = key),
    edit() {
      setKept(undefined);
      if (location.hash === "#review") void navigate(-1);
    },
    drop() {
      setMovement(undefined);
      void navigate({ search: location.search }, { replace: true });
    },
  };
}

export function MovePage() {
  const { t } = useText();
  const isCustomer = useUser().role === "customer";
  const [search, setSearch] = useSearchParams();
  const order = useOrder();
  const { movement, isReview } = order;
  const kinds = useMayMoveCash() ? allKinds : allKinds.slice(0, 1);
  const asked = search.get("kind") as MoveKind;
  const kind = kinds.includes(asked) ? asked : "transfer";
  const wanted = idOf(search.get("account") ?? "");
  const choice = useChoice(wanted);

  if (movement && isReview) {
    return (
      <MoveReview
        key={movement.key}
        movement={movement}
        isKept={order.isKept}
        onUnanswered={order.keep}
        onDecided={order.decide}
        onEdit={order.edit}
        onAnew={order.drop}
      />
    );
  }
  const content = () => {
    if (choice.error) return <Failed error={choice.error} again={choice.again} />;
    if (!choice.isReady) return <Loading lines={5} />;
    if (choice.accounts.length === 0) {
      return (
        <Empty icon="accounts" title={isCustomer ? t.accounts.none : t.move.noAccounts}>
          <ButtonLink to="/">{isCustomer ? t.nav.overview : t.counter.title}</ButtonLink>
        </Empty>
      );
    }
    return (
      <MoveForm
        key={kind}
        kind={kind}
        accounts={choice.accounts}
        wanted={wanted}
        draft={movement?.kind === kind ? movement : undefined}
        onReview={order.review}
      />
    );
  };
  return (
    <Page
      title={t.move.titles[kind]}
      lead={t.move.lead[kind]}
      isNarrow
      actions={
        kinds.length > 1 && (
          <Segments
            label={t.account.kind}
            value={kind}
            options={kinds.map((each) => [each, t.kinds[each]] as const)}
            onChange={(next) => {
              const changed = new URLSearchParams(search);
              changed.set("kind", next);
              setSearch(changed, { replace: true });
            }}
          />
        )
      }
    >
      <Card>{content()}</Card>
    </Page>
  );
}
