import type { ButtonHTMLAttributes, ReactNode } from "react";
import { Link } from "react-router";
import styles from "./button.module.css";

type Look = "primary" | "secondary" | "quiet" | "caution" | "danger";

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: Look;
  // Shows that the action is in progress and ignores further presses.
  readonly isBusy?: boolean;
  readonly children: ReactNode;
}

export function Button({ look = "primary", isBusy = false, children, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      className={`${styles.button} ${styles[look]}`}
      aria-busy={isBusy || undefined}
      disabled={isBusy || rest.disabled}
    >
      {isBusy && <span className={styles.spinner} aria-hidden="true" />}
      {children}
    </button>
  );
}

interface ButtonLinkProps {
  readonly to: string;
  readonly look?: Look;
  readonly state?: unknown;
  readonly children: ReactNode;
}

export function ButtonLink({ to, look = "primary", state, children }: ButtonLinkProps) {
  return (
    <Link to={to} state={state} className={`${styles.button} ${styles[look]}`}>
      {children}
    </Link>
  );
}
