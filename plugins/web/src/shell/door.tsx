// The frame of the pages before sign-in: the bank's name beside one form.
import type { ReactNode } from "react";
import { useText } from "../text/text";
import { Page } from "../ui/page";
import styles from "./door.module.css";
import { Logo } from "./logo";
import { MerkleTree } from "./merkle_tree";
import { OutageNotice } from "./outage";
import { Preferences } from "./preferences";

interface DoorProps {
  readonly title: string;
  readonly lead: string;
  readonly children: ReactNode;
}

export function Door({ title, lead, children }: DoorProps) {
  const { t } = useText();
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
          <Page title={title} lead={lead}>
            <OutageNotice />
            {children}
            <Preferences />
          </Page>
        </div>
      </main>
    </div>
  );
}
