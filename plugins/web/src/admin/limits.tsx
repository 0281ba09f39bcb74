import { useMutation, usePrefetchQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { bank, take, type Role, type Schema } from "../api/client";
import { roleLimits, serverSettings } from "../api/queries";
import { moneyOf, parseAmount, printForEditing, unitsOf } from "../money/amount";
import { currencyCodes, exponentOf } from "../money/currencies";
import { useUser } from "../session/use_session";
import { useText } from "../text/text";
import { Button } from "../ui/button";
import { Dialog, DialogActions } from "../ui/dialog";
import { Empty, Failed, Loading, ProblemNotice } from "../ui/feedback";
import { FormGrid, FormRow, SelectField, TextField } from "../ui/field";
import { useMoneyText } from "../ui/money";
import { Card, Page } from "../ui/page";
import { Table } from "../ui/table";
import { ServerSettings } from "./settings";

type Limits = Schema["RoleLimits"];
type Name = "per_transfer" | "per_day" | "per_week" | "per_month";
const names: readonly Name[] = ["per_transfer", "per_day", "per_week", "per_month"];
const roles: readonly Exclude<Role, "auditor">[] = ["customer", "teller", "admin"];

function useNames() {
  const { t } = useText();
  return {
    per_transfer: t.account.perTransfer,
    per_day: t.account.perDay,
    per_week: t.account.perWeek,
    per_month: t.account.perMonth,
  };
}

function Edit({ limits, onClose }: { limits: Limits | undefined; onClose: () => void }) {
  const { t, locale } = useText();
  const nameOf = useNames();
  const queries = useQueryClient();
  const [bad, setBad] = useState<Name>();
  const [currency, setCurrency] = useState(limits?.currency ?? "EUR");
  const exponent = exponentOf(currency);
  const set = useMutation({
    mutationFn: (body: Limits) => take(bank.PUT("/v1/role-limits", { body })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["role-limits"] });
      onClose();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const body: Limits = {
      role: limits?.role ?? (form.get("role") as Role),
      currency,
      per_transfer: null,
      per_day: null,
      per_week: null,
      per_month: null,
    };
    for (const name of names) {
      const text = String(form.get(name)).trim();
      const amount = parseAmount(text, exponent, locale);
      if (text !== "" && amount === undefined) return setBad(name);
      body[name] = text === "" ? null : moneyOf(amount as bigint, currency);
    }
    setBad(undefined);
    set.mutate(body);
  };
  const value = (name: Name) => {
    const amount = limits?.[name];
    return amount ? printForEditing(unitsOf(amount), exponent, locale) : "";
  };
  return (
    <Dialog
      title={limits ? t.limits.editTitle(t.roles[limits.role], currency) : t.limits.add}
      onClose={onClose}
    >
      <form onSubmit={submit} noValidate>
        <FormGrid>
          <ProblemNotice error={set.error} />
          {!limits && (
            <FormRow>
              <SelectField label={t.limits.role} name="role">
                {roles.map((role) => (
                  <option key={role} value={role}>
                    {t.roles[role]}
                  </option>
                ))}
              </SelectField>
              <SelectField
                label={t.limits.currency}
                value={currency}
                onChange={(event) => setCurrency(event.target.value)}
              >
                {currencyCodes().map((code) => (
                  <option key={code}>{code}</option>
                ))}
              </SelectField>
            </FormRow>
          )}
          <p>{t.limits.emptyMeansNone}</p>
          {names.map((name) => (
            <TextField
              key={name}
              label={nameOf[name]}
              name={name}
              defaultValue={value(name)}
              error={bad === name ? t.limits.bad : undefined}
              inputMode="decimal"
              autoComplete="off"
              maxLength={24}
            />
          ))}
          <DialogActions>
            <Button look="secondary" onClick={onClose}>
              {t.common.cancel}
            </Button>
            <Button type="submit" isBusy={set.isPending}>
              {t.common.save}
            </Button>
          </DialogActions>
        </FormGrid>
      </form>
    </Dialog>
  );
}

export function LimitsPage() {
  const { t } = useText();
  const { role } = useUser();
  const print = useMoneyText();
  const nameOf = useNames();
  const query = useQuery(roleLimits());
  // Shown below the limits, so requested after them.
  usePrefetchQuery(serverSettings());
  const [open, setOpen] = useState<{ limits: Limits | undefined }>();
  const isAdmin = role === "admin";
  const items = query.data?.items ?? [];
  const shown = (limits: Limits, name: Name) => {
    const amount = limits[name];
    return amount === null ? t.account.noLimit : print(amount);
  };
  return (
    <Page
      title={t.limits.title}
      lead={t.limits.lead}
      actions={
        isAdmin && <Button onClick={() => setOpen({ limits: undefined })}>{t.limits.add}</Button>
      }
    >
      <Card isFlush>
        {query.isError && <Failed error={query.error} again={() => void query.refetch()} />}
        {query.isPending && <Loading />}
        {query.isSuccess && items.length === 0 && (
          <Empty icon="limits" title={t.limits.none}>
            {t.limits.noneBody}
          </Empty>
        )}
        {items.length > 0 && (
          <Table
            label={t.limits.title}
            head={[
              t.limits.role,
              t.limits.currency,
              ...names.map((name) => [nameOf[name], "end"] as const),
              ...(isAdmin ? ([[t.users.actions, "end"]] as const) : []),
            ]}
            rows={items.map((limits) => ({
              key: `${limits.role} ${limits.currency}`,
              cells: [
                <strong key="role">{t.roles[limits.role]}</strong>,
                limits.currency,
                ...names.map((name) => shown(limits, name)),
                ...(isAdmin
                  ? [
                      <Button
                        key="edit"
                        look="quiet"
                        onClick={() => setOpen({ limits })}
                        aria-label={`${t.limits.edit}: ${t.roles[limits.role]} ${limits.currency}`}
                      >
                        {t.limits.edit}
                      </Button>,
                    ]
                  : []),
              ],
            }))}
          />
        )}
      </Card>
      {!query.isPending && <ServerSettings />}
      {open && <Edit limits={open.limits} onClose={() => setOpen(undefined)} />}
    </Page>
  );
}
