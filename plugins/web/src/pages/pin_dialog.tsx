import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { bank, take, type Account } from "../api/client";
import { useUser } from "../session/use_session";
import { useText } from "../text/text";
import { Button } from "../ui/button";
import { Dialog, DialogActions } from "../ui/dialog";
import { Notice, ProblemNotice, useWait } from "../ui/feedback";
import { FormGrid, SecretField } from "../ui/field";

const digits = { inputMode: "numeric", pattern: "[0-9]*", maxLength: 12 } as const;

export function PinDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  const { t } = useText();
  const { role } = useUser();
  const queries = useQueryClient();
  const [differs, setDiffers] = useState(false);
  const change = useMutation({
    mutationFn: (body: { current_pin?: string; new_pin: string }) =>
      take(bank.PUT("/v1/accounts/{id}/pin", { params: { path: { id: account.id } }, body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["accounts"] }),
  });
  const left = useWait(change.error);
  const needsCurrent = account.has_pin && role === "customer";

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const new_pin = String(form.get("new"));
    setDiffers(new_pin !== form.get("again"));
    if (new_pin !== form.get("again")) return;
    change.mutate(
      needsCurrent ? { current_pin: String(form.get("current")), new_pin } : { new_pin },
    );
  };

  const title = account.has_pin ? t.account.changePin : t.account.setPin;
  if (change.isSuccess) {
    return (
      <Dialog title={title} onClose={onClose}>
        <Notice tone="good">{t.account.pinSaved}</Notice>
        <DialogActions>
          <Button onClick={onClose}>{t.common.close}</Button>
        </DialogActions>
      </Dialog>
    );
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={submit}>
        <FormGrid>
          <ProblemNotice error={change.error} />
          {needsCurrent && (
            <SecretField
              label={t.account.currentPin}
              name="current"
              autoComplete="off"
              required
              {...digits}
            />
          )}
          <SecretField
            label={t.account.newPin}
            hint={t.account.newPinHint}
            name="new"
            autoComplete="off"
            minLength={4}
            required
            {...digits}
          />
          <SecretField
            label={t.account.repeatPin}
            name="again"
            autoComplete="off"
            error={differs ? t.account.pinsDiffer : undefined}
            required
            {...digits}
          />
          <DialogActions>
            <Button look="secondary" onClick={onClose}>
              {t.common.cancel}
            </Button>
            <Button type="submit" isBusy={change.isPending} disabled={left > 0}>
              {t.common.save}
            </Button>
          </DialogActions>
        </FormGrid>
      </form>
    </Dialog>
  );
}
