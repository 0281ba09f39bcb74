// The audit log's words in the language of the page. Loaded with the staff pages only.
import { useMemo } from "react";
import * as german from "../text/audit_de";
import * as english from "../text/audit_en";
import { useText } from "../text/text";

interface Words {
  readonly actions: typeof english.actions;
  readonly outcomes: Readonly<Record<string, string>>;
}

export function useAuditWords(): Words {
  const { language, t } = useText();
  const { actions, outcomes } = language === "de" ? german : english;
  return useMemo(() => ({ actions: { ...t.kinds, ...actions }, outcomes }), [t, actions, outcomes]);
}

// Sorted by the displayed word, for a selection list.
export function sorted(words: Readonly<Record<string, string>>, locale: string) {
  return Object.entries(words).sort(([, a], [, b]) => a.localeCompare(b, locale));
}
