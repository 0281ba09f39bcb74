// What the audit log says, in the language of the page. Loaded with the pages of staff alone.
import * as german from "../text/audit_de";
import * as english from "../text/audit_en";
import { useText } from "../text/text";

interface Words {
  readonly actions: typeof english.actions;
  readonly outcomes: Readonly<Record<string, string>>;
}

export function useAuditWords(): Words {
  return useText().language === "de" ? german : english;
}

// For a choice, by what is read.
export function sorted(words: Readonly<Record<string, string>>, locale: string) {
  return Object.entries(words).sort(([, a], [, b]) => a.localeCompare(b, locale));
}
