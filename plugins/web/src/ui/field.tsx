// A labelled form control with its hint and error, linked for screen readers.
import {
  useId,
  useState,
  type InputHTMLAttributes,
  type ReactNode,
  type SelectHTMLAttributes,
} from "react";
import { useText } from "../text/text";
import styles from "./field.module.css";

interface FrameProps {
  readonly label: string;
  readonly hint?: ReactNode | undefined;
  readonly error?: string | undefined;
  readonly note?: ReactNode | undefined; // A confirmation of the value.
  readonly isOptional?: boolean;
}

interface Ids {
  readonly id: string;
  readonly "aria-describedby": string | undefined;
  readonly "aria-invalid": true | undefined;
}

function Frame({
  label,
  hint,
  error,
  note,
  isOptional,
  children,
}: FrameProps & { children: (ids: Ids) => ReactNode }) {
  const { t } = useText();
  const id = useId();
  const described = [hint && `${id}-hint`, (error || note) && `${id}-note`].filter(Boolean);
  return (
    <div className={styles.field}>
      <label htmlFor={id} className={styles.label}>
        {label}
        {isOptional && <span className={styles.optional}>{t.common.optional}</span>}
      </label>
      {children({
        id,
        "aria-describedby": described.join(" ") || undefined,
        "aria-invalid": error ? true : undefined,
      })}
      {hint && (
        <div id={`${id}-hint`} className={styles.hint}>
          {hint}
        </div>
      )}
      <div id={`${id}-note`} className={error ? styles.error : styles.note} aria-live="polite">
        {error || note}
      </div>
    </div>
  );
}

type InputProps = FrameProps & Omit<InputHTMLAttributes<HTMLInputElement>, "id">;

interface TextFieldProps extends InputProps {
  readonly beside?: ReactNode; // Inside the frame, at its end.
}

export function TextField(props: TextFieldProps) {
  const { label, hint, error, note, isOptional, beside, ...input } = props;
  const frame = { label, hint, error, note, ...(isOptional ? { isOptional } : {}) };
  return (
    <Frame {...frame}>
      {(ids) => {
        const field = <input type="text" {...input} {...ids} className={styles.input} />;
        if (!beside) return field;
        return (
          <div className={styles.secret}>
            {field}
            {beside}
          </div>
        );
      }}
    </Frame>
  );
}

export function CheckField({ label, ...input }: InputProps) {
  return (
    <label className={styles.check}>
      <input {...input} type="checkbox" />
      {label}
    </label>
  );
}

// A password or PIN, with a button that shows it.
export function SecretField({ label, hint, error, note, isOptional, ...input }: InputProps) {
  const { t } = useText();
  const [isShown, setShown] = useState(false);
  const frame = { label, hint, error, note, ...(isOptional ? { isOptional } : {}) };
  return (
    <Frame {...frame}>
      {(ids) => (
        <div className={styles.secret}>
          <input
            {...input}
            {...ids}
            type={isShown ? "text" : "password"}
            className={styles.input}
            autoCapitalize="off"
            autoCorrect="off"
            spellCheck={false}
          />
          <button
            type="button"
            className={styles.show}
            aria-pressed={isShown}
            aria-label={t.signIn.show}
            onClick={() => setShown(!isShown)}
          >
            <EyeIcon isOpen={isShown} />
          </button>
        </div>
      )}
    </Frame>
  );
}

function EyeIcon({ isOpen }: { isOpen: boolean }) {
  return (
    <svg
      width="20"
      height="20"
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      aria-hidden="true"
    >
      <path d="M2 12s4-7 10-7 10 7 10 7-4 7-10 7S2 12 2 12z" strokeWidth="1.75" />
      <circle cx="12" cy="12" r="3" strokeWidth="1.75" />
      {!isOpen && <path d="M4 4l16 16" strokeWidth="1.75" strokeLinecap="round" />}
    </svg>
  );
}

type SelectProps = FrameProps & Omit<SelectHTMLAttributes<HTMLSelectElement>, "id">;

export function SelectField({
  label,
  hint,
  error,
  note,
  isOptional,
  children,
  ...select
}: SelectProps) {
  const frame = { label, hint, error, note, ...(isOptional ? { isOptional } : {}) };
  return (
    <Frame {...frame}>
      {(ids) => (
        <select {...select} {...ids} className={styles.input}>
          {children}
        </select>
      )}
    </Frame>
  );
}

export function FormGrid({ children }: { children: ReactNode }) {
  return <div className={styles.grid}>{children}</div>;
}

export function FormRow({ children }: { children: ReactNode }) {
  return <div className={styles.row}>{children}</div>;
}

export function FormActions({ children }: { children: ReactNode }) {
  return <div className={styles.actions}>{children}</div>;
}
