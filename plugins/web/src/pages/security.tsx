// The person's sessions, and the passwords and PINs that they may change.
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { bank, take, type Account, type Session } from "../api/client";
import { ownAccounts, sessions as sessionsQuery } from "../api/queries";
import { signOut } from "../session/session";
import { recognise } from "../session/user_agent";
import { useUser } from "../session/use_session";
import { printDateTime } from "../text/dates";
import { useText } from "../text/text";
import { Button } from "../ui/button";
import { Badge, Failed, Loading, Notice, ProblemNotice } from "../ui/feedback";
import { Card, Page } from "../ui/page";
import { PasswordForm } from "./password_form";
import { PinDialog } from "./pin_dialog";
import styles from "./security.module.css";

export function SessionList({ user }: { user?: string }) {
  const { t, locale } = useText();
  const queries = useQueryClient();
  const query = useQuery(sessionsQuery(user));
  const end = useMutation({
    mutationFn: async (ended: readonly Session[]) => {
      for (const { id } of ended) {
        await take(bank.DELETE("/v1/sessions/{id}", { params: { path: { id } } }));
      }
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["sessions"] }),
  });
  if (query.isError) return <Failed error={query.error} again={() => void query.refetch()} />;
  if (!query.data) return <Loading />;
  const all = query.data.items;
  const others = all.filter((session) => !session.is_current);
  const programOf = ({ user_agent }: Session) => {
    const known = recognise(user_agent);
    return known ? t.security.program(known.browser, known.system) : user_agent || "–";
  };
  return (
    <>
      <ProblemNotice error={end.error} />
      {end.isSuccess && others.length === 0 && (
        <Notice tone="good">{t.security.endOthersDone}</Notice>
      )}
      {all.length === 0 && <p>{t.users.noSessions}</p>}
      <ul className={styles.sessions}>
        {all.map((session) => (
          <li key={session.id}>
            <span className={styles.where}>
              <strong title={session.user_agent}>{programOf(session)}</strong>
              <span>
                {session.ip} · {t.security.since(printDateTime(session.created_at, locale))} ·{" "}
                {t.security.until(printDateTime(session.expires_at, locale))}
              </span>
            </span>
            {session.is_current ? (
              <Badge tone="good">{t.security.current}</Badge>
            ) : (
              <Button
                look="caution"
                onClick={() => end.mutate([session])}
                disabled={end.isPending}
                aria-label={`${t.security.end}: ${programOf(session)}, ${session.ip}`}
              >
                {t.security.end}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {user === undefined && others.length > 0 && (
        <div>
          <Button look="danger" onClick={() => end.mutate(others)} isBusy={end.isPending}>
            {t.security.endOthers}
          </Button>
        </div>
      )}
    </>
  );
}

function Password() {
  const { t } = useText();
  const queries = useQueryClient();
  return (
    <Card title={t.security.password}>
      <p>{t.security.passwordBody}</p>
      <div className={styles.form}>
        <PasswordForm
          currentLabel={t.security.currentPassword}
          submitLabel={t.security.changePassword}
          onSaved={() => queries.invalidateQueries({ queryKey: ["sessions"] })}
        />
      </div>
    </Card>
  );
}

function Pins() {
  const { t } = useText();
  const query = useQuery(ownAccounts());
  const [chosen, setChosen] = useState<Account>();
  const accounts = query.data?.items.filter((account) => !account.is_closed) ?? [];
  if (query.data && accounts.length === 0) return null;
  return (
    <Card title={t.security.pins}>
      <p>{t.security.pinsBody}</p>
      {query.isPending && <Loading lines={4} />}
      <ul className={styles.sessions}>
        {accounts.map((account) => (
          <li key={account.id}>
            <span className={styles.where}>
              <strong>{account.name}</strong>
              {!account.has_pin && <span>{t.accounts.noPin}</span>}
            </span>
            <Button
              look="secondary"
              onClick={() => setChosen(account)}
              aria-label={`${account.has_pin ? t.account.changePin : t.account.setPin}: ${account.name}`}
            >
              {account.has_pin ? t.account.changePin : t.account.setPin}
            </Button>
          </li>
        ))}
      </ul>
      {chosen && <PinDialog account={chosen} onClose={() => setChosen(undefined)} />}
    </Card>
  );
}

export function Security() {
  const { t } = useText();
  const { role } = useUser();
  return (
    <Page
      title={t.security.title}
      isNarrow
      actions={
        <Button look="secondary" onClick={() => void signOut()}>
          {t.nav.signOut}
        </Button>
      }
    >
      <Password />
      {role === "customer" && <Pins />}
      <Card title={t.security.sessions}>
        <p>{t.security.sessionsBody}</p>
        <SessionList />
      </Card>
    </Page>
  );
}
