// Copies a text and confirms it.
import { useState } from "react";
import { useText } from "../text/text";
import { Icon } from "./icon";
import styles from "./copy_button.module.css";

// `name` labels the button for screen readers.
export function CopyButton({ text, name }: { text: string; name: string }) {
  const { t } = useText();
  const [isCopied, setCopied] = useState(false);
  const copy = () => {
    void navigator.clipboard.writeText(text).then(() => {
      setCopied(true);
      setTimeout(() => setCopied(false), 2000);
    });
  };
  return (
    <button
      type="button"
      className={styles.copy}
      onClick={copy}
      aria-label={`${t.common.copy} ${name}`}
    >
      <Icon name={isCopied ? "check" : "copy"} size={16} />
      <span aria-live="polite" className="visually-hidden">
        {isCopied ? t.common.copied : ""}
      </span>
    </button>
  );
}
