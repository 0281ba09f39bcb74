// A date in the format of the page's language. The browser's own field uses the browser's language,
// so only its calendar is used.
import { useRef, useState } from "react";
import { dateHint, parseDate, printDateForEditing } from "../text/dates";
import { useText } from "../text/text";
import { TextField } from "./field";
import styles from "./field.module.css";
import { Icon } from "./icon";

interface DateFieldProps {
  readonly label: string;
  readonly value: string; // "2026-03-01", or "".
  readonly onChange: (value: string) => void;
}

export function DateField({ label, value, onChange }: DateFieldProps) {
  const { t, locale } = useText();
  const [typed, setTyped] = useState({ text: printDateForEditing(value, locale), value });
  const calendar = useRef<HTMLInputElement>(null);
  // Set from outside, for example by "Clear filters".
  const text = typed.value === value ? typed.text : printDateForEditing(value, locale);
  const [isLeft, setLeft] = useState(true);
  const isWrong = text.trim() !== "" && parseDate(text, locale) === undefined;
  const hint = dateHint(locale, t.common.dateLetters);

  const give = (next: string) => {
    const found = parseDate(next, locale) ?? "";
    setTyped({ text: next, value: found });
    if (found !== value) onChange(found);
  };
  return (
    <TextField
      label={label}
      value={text}
      placeholder={hint}
      autoComplete="off"
      maxLength={10}
      error={isWrong && isLeft ? t.common.dateWrong(hint) : undefined}
      onFocus={() => setLeft(false)}
      onBlur={() => setLeft(true)}
      onChange={(event) => give(event.target.value)}
      beside={
        <>
          <input
            ref={calendar}
            type="date"
            className={styles.calendar}
            value={value}
            tabIndex={-1}
            aria-hidden="true"
            onChange={(event) => give(printDateForEditing(event.target.value, locale))}
          />
          <button
            type="button"
            className={styles.show}
            aria-label={`${t.common.calendar}: ${label}`}
            onClick={() => calendar.current?.showPicker()}
          >
            <Icon name="day" size={20} />
          </button>
        </>
      }
    />
  );
}
