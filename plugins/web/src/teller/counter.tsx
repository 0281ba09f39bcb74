// Finds a customer's account, fully operable by keyboard.
import { useQuery } from "@tanstack/react-query";
import { useEffect, useId, useRef, useState, type KeyboardEvent } from "react";
import { useNavigate, useSearchParams } from "react-router";
import type { Account } from "../api/client";
import { foundAccounts } from "../api/queries";
import { AccountBadges } from "../pages/account_card";
import { useUser } from "../session/use_session";
import { useText } from "../text/text";
import { ButtonLink } from "../ui/button";
import { Empty, Failed, Loading } from "../ui/feedback";
import { Icon } from "../ui/icon";
import { AccountNo, Amount } from "../ui/money";
import { Card, Page } from "../ui/page";
import styles from "./counter.module.css";

function useDelayed(value: string, delay_ms: number): string {
  const [delayed, setDelayed] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setDelayed(value), delay_ms);
    return () => clearTimeout(timer);
  }, [value, delay_ms]);
  return delayed;
}

// Spaces are removed from a number, not from a name.
function normal(text: string): string {
  const compact = text.replace(/\s/g, "");
  return /^[A-Za-z]{0,2}\d+$/.test(compact) ? compact : text.trim();
}

function Option({
  account,
  id,
  isActive,
  onChoose,
}: {
  account: Account;
  id: string;
  isActive: boolean;
  onChoose: () => void;
}) {
  const { t } = useText();
  return (
    <li
      id={id}
      role="option"
      aria-selected={isActive}
      className={`${styles.option} ${isActive ? styles.active : ""}`}
      onClick={onChoose}
    >
      <span className={styles.who}>
        <strong>{account.name}</strong>
        <span>
          {account.owner ?? "–"} · <AccountNo number={account.account_no} />
        </span>
      </span>
      <AccountBadges account={account} />
      <span className={styles.balance}>
        <Amount money={account.balance} />
        <span>
          {t.accounts.available} <Amount money={account.available} size="small" />
        </span>
      </span>
    </li>
  );
}

// The best available indication.
const hasKeyboard = matchMedia("(hover: hover) and (pointer: fine)").matches;

export function Counter() {
  const { t } = useText();
  const { role } = useUser();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const [text, setText] = useState(params.get("q") ?? "");
  const search = normal(useDelayed(text, 150));
  const query = useQuery(foundAccounts(search));
  const found = search === "" ? [] : (query.data?.items ?? []);
  const [active, setActive] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const id = useId();

  useEffect(() => {
    setActive(0);
    setParams(search ? { q: search } : {}, { replace: true });
  }, [search, setParams]);

  useEffect(() => {
    const focus = (event: globalThis.KeyboardEvent) => {
      const isTyping =
        event.target instanceof Element && event.target.matches("input, select, textarea");
      if (event.key !== "/" || isTyping) return;
      event.preventDefault();
      field.current?.focus();
    };
    addEventListener("keydown", focus);
    return () => removeEventListener("keydown", focus);
  }, []);

  const open = (account: Account | undefined) => {
    if (account) void navigate(`/accounts/${account.id}`);
  };
  const onKey = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0 && found.length > 0) {
      event.preventDefault();
      setActive((active + step + found.length) % found.length);
    } else if (event.key === "Enter") {
      event.preventDefault();
      // The results may still belong to an earlier search text.
      if (normal(text) === search && !query.isPlaceholderData) open(found[active]);
    } else if (event.key === "Escape") {
      setText("");
    }
  };

  return (
    <Page
      title={t.counter.title}
      lead={hasKeyboard && t.counter.hint}
      actions={role !== "auditor" && <ButtonLink to="/open">{t.nav.open}</ButtonLink>}
    >
      <Card isFlush>
        <div className={styles.search}>
          <Icon name="search" />
          <input
            ref={field}
            type="search"
            role="combobox"
            aria-label={t.counter.search}
            aria-expanded={found.length > 0}
            aria-controls={`${id}-list`}
            aria-autocomplete="list"
            aria-activedescendant={found[active] ? `${id}-${active}` : undefined}
            placeholder={t.counter.search}
            value={text}
            maxLength={140}
            autoFocus
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setText(event.target.value)}
            onKeyDown={onKey}
          />
        </div>
        <p className="visually-hidden" role="status">
          {search !== "" && query.isSuccess ? t.counter.results(found.length) : ""}
        </p>
        {query.isError && <Failed error={query.error} again={() => void query.refetch()} />}
        {query.isFetching && !query.data && <Loading lines={4} />}
        <ul id={`${id}-list`} role="listbox" aria-label={t.counter.title} className={styles.list}>
          {found.map((account, index) => (
            <Option
              key={account.id}
              id={`${id}-${index}`}
              account={account}
              isActive={index === active}
              onChoose={() => open(account)}
            />
          ))}
        </ul>
        {query.data?.has_more && search !== "" && <p className={styles.more}>{t.counter.more}</p>}
        {search === "" && (
          <Empty icon="search" title={t.counter.start}>
            {t.counter.startBody}
          </Empty>
        )}
        {search !== "" && query.isSuccess && found.length === 0 && (
          <Empty icon="search" title={t.counter.none}>
            {t.counter.noneBody}
          </Empty>
        )}
      </Card>
    </Page>
  );
}
