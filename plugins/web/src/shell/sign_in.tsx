import { useState, type FormEvent } from "react";
import { signIn, type SessionState } from "../session/session";
import { useText } from "../text/text";
import { Button } from "../ui/button";
import { Notice, ProblemNotice, useWait } from "../ui/feedback";
import { SecretField, TextField } from "../ui/field";
import { Page } from "../ui/page";
import { Logo } from "./logo";
import { MerkleTree } from "./merkle_tree";
import { OutageNotice } from "./outage";
import { Preferences } from "./preferences";
import styles from "./sign_in.module.css";

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
    <div className={styles.split}>
      <aside className={styles.brand}>
        <span className={styles.mark}>
          <Logo size={36} /> {t.common.bank}
        </span>
        <MerkleTree />
        <p className={styles.claim}>{t.signIn.claim}</p>
        <p className={styles.claimBody}>{t.signIn.claimBody}</p>
      </aside>
      <main className={styles.main}>
        <div className={styles.form}>
          <Page title={t.signIn.title} lead={t.signIn.lead}>
            <OutageNotice />
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
            <Preferences />
          </Page>
        </div>
      </main>
    </div>
  );
}
