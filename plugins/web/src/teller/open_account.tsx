import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { useNavigate } from "react-router";
import { bank, take, type Schema } from "../api/client";
import { currencyCodes } from "../money/currencies";
import { useText } from "../text/text";
import { Button } from "../ui/button";
import { ProblemNotice } from "../ui/feedback";
import { FormActions, FormGrid, SecretField, SelectField, TextField } from "../ui/field";
import { Card, Page } from "../ui/page";

export function OpenAccount() {
  const { t } = useText();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const open = useMutation({
    mutationFn: (body: Schema["OpenAccountRequest"]) => take(bank.POST("/v1/accounts", { body })),
    onSuccess: async (account) => {
      await queries.invalidateQueries({ queryKey: ["accounts"] });
      await navigate(`/accounts/${account.id}`, { replace: true });
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    if (open.isPending) return;
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "").trim();
    const pin = text("pin");
    open.mutate({
      owner: text("owner").toLowerCase(),
      name: text("name"),
      currency: text("currency"),
      ...(pin ? { pin } : {}),
    });
  };
  return (
    <Page title={t.open.title} lead={t.open.lead} isNarrow>
      <Card>
        <form onSubmit={submit}>
          <FormGrid>
            <ProblemNotice error={open.error} />
            <TextField
              label={t.open.owner}
              hint={t.open.ownerHint}
              name="owner"
              maxLength={64}
              autoCapitalize="none"
              autoComplete="off"
              spellCheck={false}
              autoFocus
              required
            />
            <TextField
              label={t.open.name}
              hint={t.open.nameHint}
              name="name"
              maxLength={140}
              autoComplete="off"
              required
            />
            <SelectField label={t.open.currency} name="currency" defaultValue="EUR">
              {currencyCodes().map((code) => (
                <option key={code}>{code}</option>
              ))}
            </SelectField>
            <SecretField
              label={t.open.pin}
              hint={`${t.open.pinHint} ${t.account.newPinHint}`}
              name="pin"
              inputMode="numeric"
              pattern="[0-9]*"
              minLength={4}
              maxLength={12}
              autoComplete="off"
              isOptional
            />
            <FormActions>
              <Button type="submit" isBusy={open.isPending}>
                {t.open.submit}
              </Button>
            </FormActions>
          </FormGrid>
        </form>
      </Card>
    </Page>
  );
}
