// The filters of the audit log. The address contains them too, so that other pages can link here.
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { useLocation, useSearchParams } from "react-router";
import { accountOfNo, type AuditFilter } from "../api/queries";
import { compactIban, checkIban } from "../money/iban";
import { beginOfDay } from "../text/dates";
import { useText } from "../text/text";
import { Button } from "../ui/button";
import { DateField } from "../ui/date_field";
import { CheckField, SelectField, TextField } from "../ui/field";
import styles from "./admin.module.css";
import { sorted, useAuditWords } from "./audit_words";

const names = [
  "actor",
  "action",
  "outcome",
  "account",
  "ip",
  "from",
  "until",
  "transfer",
  "refreshes",
] as const;
type Name = (typeof names)[number];

export type Given = Readonly<Record<Name, string>>;

function givenBy(search: URLSearchParams): Given {
  return Object.fromEntries(names.map((name) => [name, search.get(name) ?? ""])) as Given;
}

// The fields change at once, the address shortly after. The fields follow the address only if a
// link has changed it.
export function useGiven() {
  const [search, setSearch] = useSearchParams();
  const { state } = useLocation();
  const [given, setGiven] = useState(() => givenBy(search));
  const isOwn = (state as { isOwn?: boolean } | null)?.isOwn === true;
  useEffect(() => {
    if (!isOwn) setGiven(givenBy(search));
  }, [search, isOwn]);
  const give = (name: Name, value: string) => {
    const next = { ...given, [name]: value };
    setGiven(next);
    const filled = Object.entries(next).filter(([, each]) => each !== "");
    setSearch(filled, { replace: true, state: { isOwn: true } });
  };
  return { given, give };
}

// `filter` is undefined until the account in question is known.
export function useFilter(given: Given) {
  const no = compactIban(given.account);
  const isNo = checkIban(no) === "sound";
  const isId = /^[1-9]\d{0,17}$/.test(no);
  const found = useQuery({ ...accountOfNo(no), enabled: isNo });
  const account_id = isId ? no : isNo ? found.data?.id : "";
  const isWrong = no !== "" && !isId && (!isNo || found.data === null);
  const filter = useMemo<AuditFilter | undefined>(
    () =>
      isWrong || account_id === undefined
        ? undefined
        : {
            actor: given.actor,
            action: given.action,
            outcome: given.outcome,
            ip: given.ip,
            account_id,
            from: given.from ? beginOfDay(given.from) : undefined,
            until: given.until ? beginOfDay(given.until, 1) : undefined,
          },
    [given, account_id, isWrong],
  );
  return { filter, isWrong };
}

const hasRoom = matchMedia("(min-width: 46rem)").matches; // For the filters beside the records.

interface FiltersProps {
  readonly given: Given;
  readonly give: (name: Name, value: string) => void;
  readonly isAccountWrong: boolean;
}

export function Filters({ given, give, isAccountWrong }: FiltersProps) {
  const { t, locale } = useText();
  const words = useAuditWords();
  const text = (name: "actor" | "ip" | "account", error?: string) => (
    <TextField
      label={t.audit[name]}
      value={given[name]}
      maxLength={64}
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
      error={error}
      onChange={(event) => give(name, event.target.value.trim())}
    />
  );
  const choice = (name: "action" | "outcome", all: Readonly<Record<string, string>>) => (
    <SelectField
      label={t.audit[name]}
      value={given[name]}
      onChange={(event) => give(name, event.target.value)}
    >
      <option value="">{t.common.all}</option>
      {sorted(all, locale).map(([value, word]) => (
        <option key={value} value={value}>
          {word}
        </option>
      ))}
    </SelectField>
  );
  const date = (name: "from" | "until") => (
    <DateField
      label={t.account[name]}
      value={given[name]}
      onChange={(value) => give(name, value)}
    />
  );
  return (
    <details className={styles.filters} open={hasRoom}>
      <summary>{t.audit.filters}</summary>
      <div className={styles.fields} role="search" aria-label={t.audit.filters}>
        {text("actor")}
        {choice("action", words.actions)}
        {choice("outcome", words.outcomes)}
        {text("account", isAccountWrong ? t.audit.accountWrong : undefined)}
        {text("ip")}
        {date("from")}
        {date("until")}
      </div>
      <CheckField
        label={t.audit.refreshes}
        checked={given.refreshes !== ""}
        onChange={(event) => give("refreshes", event.target.checked ? "1" : "")}
      />
      {given.transfer && (
        <div>
          <Button look="secondary" onClick={() => give("transfer", "")}>
            {t.audit.about.transfer(given.transfer)} ×
          </Button>
        </div>
      )}
    </details>
  );
}
