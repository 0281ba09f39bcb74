import { useQuery } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { publicFacts } from "../api/queries";
import { signIn, type SessionState } from "../session/session";
import { useText } from "../text/text";
import { Button } from "../ui/button";
import { Failed, Loading, Notice, ProblemNotice, useWait } from "../ui/feedback";
import { SecretField, TextField } from "../ui/field";
import { Door } from "./door";
import styles from "./sign_in.module.css";

// The bank's own text, the same in all languages.
function Advice() {
  const query = useQuery(publicFacts());
  if (query.isError) return <Failed error={query.error} again={() => void query.refetch()} />;
  if (!query.data) return <Loading />;
  return <Notice tone="info">{query.data.forgotten_password_text}</Notice>;
}

function Forgotten() {
  const { t } = useText();
  const [isOpen, setOpen] = useState(false);
  return (
    <div className={styles.forgotten}>
      <Button look="quiet" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {t.signIn.forgotten}
      </Button>
      {isOpen && <Advice />}
    </div>
  );
}

export function SignIn({ session }: { session: SessionState & { phase: "signed_out" } }) {
  const { t } = useText();
  const [error, setError] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const left = useWait(error);

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (isBusy || left > 0) return;
    const form = new FormData(event.currentTarget);
    setBusy(true);
    setError(undefined);
    signIn(String(form.get("username")).trim().toLowerCase(), String(form.get("password")))
      .catch((reason: unknown) => setError(reason))
      .finally(() => setBusy(false));
  };

  return (
    <Door title={t.signIn.title} lead={t.signIn.lead}>
      {session.ending && !error && (
        <Notice tone={session.ending === "signed_out" ? "good" : "warning"}>
          {t.signIn.endings[session.ending]}
        </Notice>
      )}
      <ProblemNotice error={error} />
      <form className={styles.fields} onSubmit={submit}>
        <TextField
          label={t.signIn.userName}
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={64}
          required
          autoFocus
        />
        <SecretField
          label={t.signIn.password}
          name="password"
          autoComplete="current-password"
          maxLength={256}
          required
        />
        <Button type="submit" isBusy={isBusy} disabled={left > 0}>
          {isBusy ? t.signIn.busy : t.signIn.submit}
        </Button>
      </form>
      <Forgotten />
    </Door>
  );
}
