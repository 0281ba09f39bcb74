// A transfer, deposit or withdrawal: filled in, reviewed, sent once.
import { useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { useLocation, useNavigate, useSearchParams } from "react-router";
import type { Account } from "../api/client";
import { account as accountQuery, ownAccounts } from "../api/queries";
import { newKey } from "../money/idempotency";
import { useUser } from "../session/use_session";
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

const kinds: readonly MoveKind[] = ["transfer", "deposit", "withdrawal"];

// Those that may be debited or paid into: one's own, or the one that staff chose.
function useChoice(wanted: bigint) {
  const { role } = useUser();
  const isCustomer = role === "customer";
  const own = useQuery({ ...ownAccounts(), enabled: isCustomer });
  const one = useQuery({ ...accountQuery(wanted), enabled: !isCustomer && wanted > 0n });
  const query = isCustomer ? own : one;
  const all: readonly Account[] = isCustomer ? (own.data?.items ?? []) : one.data ? [one.data] : [];
  return {
    accounts: all.filter((account) => !account.is_closed && account.kind === "customer"),
    isReady: query.isSuccess || (!isCustomer && wanted === 0n),
    error: query.error,
    again: () => void query.refetch(),
  };
}

export function MovePage() {
  const { t } = useText();
  const user = useUser();
  const [search, setSearch] = useSearchParams();
  const location = useLocation();
  const navigate = useNavigate();
  const [movement, setMovement] = useState<Movement | undefined>(() => unanswered(user.id));
  const [kept, setKept] = useState(movement);
  const decided = useRef(""); // The last key that the ledger refused: it will refuse it for ever.
  const asked = search.get("kind") as MoveKind;
  const isCustomer = user.role === "customer";
  const kind = kinds.includes(asked) ? asked : "transfer";
  const wanted = idOf(search.get("account") ?? "");
  const choice = useChoice(wanted);
  const isReview = movement !== undefined && (movement === kept || location.hash === "#review");

  const review = (next: Movement) => {
    // The same order again is the same movement, whichever way the person came back to it.
    const isOpen = movement !== undefined && movement.key !== decided.current;
    setMovement(isOpen && isSameOrder(movement, next) ? movement : { ...next, key: newKey() });
    void navigate({ search: location.search, hash: "#review" });
  };
  const edit = () => {
    setKept(undefined);
    if (location.hash === "#review") void navigate(-1);
  };
  const keep = (open: Movement) => {
    setMovement(open);
    setKept(open);
  };
  const anew = () => {
    setMovement(undefined);
    void navigate({ search: location.search }, { replace: true });
  };

  if (isReview) {
    return (
      <MoveReview
        key={movement.key}
        movement={movement}
        isKept={movement === kept}
        onUnanswered={keep}
        onDecided={(key) => (decided.current = key)}
        onEdit={edit}
        onAnew={anew}
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
        onReview={review}
      />
    );
  };
  return (
    <Page
      title={t.move.titles[kind]}
      lead={t.move.lead[kind]}
      isNarrow
      actions={
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
      }
    >
      <Card>{content()}</Card>
    </Page>
  );
}
