// The frame of a page. Its heading gets the focus when the address changes, so that a screen reader
// starts there.
import { useEffect, useRef, type ReactNode } from "react";
import { useText } from "../text/text";
import styles from "./page.module.css";

interface PageProps {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly actions?: ReactNode;
  readonly above?: ReactNode;
  readonly isNarrow?: boolean;
  readonly children: ReactNode;
}

export function Page({ title, lead, actions, above, isNarrow = false, children }: PageProps) {
  const { t } = useText();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = t.common.pageTitle(title);
  }, [t, title]);
  useEffect(() => {
    // A page may have focused one of its own fields.
    if (document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div className={isNarrow ? styles.narrow : styles.page}>
      {above}
      <header className={styles.header}>
        <div className={styles.titles}>
          <h1 ref={heading} tabIndex={-1}>
            {title}
          </h1>
          {lead && <p className={styles.lead}>{lead}</p>}
        </div>
        {actions && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  );
}

interface CardProps {
  readonly title?: ReactNode;
  readonly actions?: ReactNode;
  readonly isFlush?: boolean; // The content has its own padding.
  readonly children: ReactNode;
}

export function Card({ title, actions, isFlush = false, children }: CardProps) {
  return (
    <section className={styles.card}>
      {(title || actions) && (
        <header className={styles.cardHeader}>
          {title && <h2>{title}</h2>}
          {actions}
        </header>
      )}
      <div className={isFlush ? styles.flush : styles.cardBody}>{children}</div>
    </section>
  );
}

export function Stack({ children }: { children: ReactNode }) {
  return <div className={styles.stack}>{children}</div>;
}

// A main column, and a second one beside it where there is room.
export function Columns({ main, side }: { main: ReactNode; side: ReactNode }) {
  return (
    <div className={styles.columns}>
      <div className={styles.stack}>{main}</div>
      <div className={styles.stack}>{side}</div>
    </div>
  );
}

interface FactsProps {
  readonly areFigures?: boolean; // The figures are a snapshot and may be out of date.
  readonly items: readonly (readonly [label: string, value: ReactNode] | false | undefined)[];
}

export function Facts({ items, areFigures = false }: FactsProps) {
  return (
    <dl className={styles.facts}>
      {items.map(
        (item) =>
          item && (
            <div key={item[0]} className={styles.fact}>
              <dt>{item[0]}</dt>
              <dd data-figure={areFigures || undefined}>{item[1]}</dd>
            </div>
          ),
      )}
    </dl>
  );
}
