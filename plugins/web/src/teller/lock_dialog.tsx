import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { bank, take, type Account } from "../api/client";
import { useText } from "../text/text";
import { Button } from "../ui/button";
import { Dialog, DialogActions } from "../ui/dialog";
import { ProblemNotice } from "../ui/feedback";
import { FormGrid, TextField } from "../ui/field";

export function LockDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  const { t } = useText();
  const queries = useQueryClient();
  const path = { id: account.id };
  const change = useMutation({
    mutationFn: (reason: string) =>
      take(
        account.is_locked
          ? bank.POST("/v1/accounts/{id}/unlock", { params: { path }, body: { reason } })
          : bank.POST("/v1/accounts/{id}/lock", { params: { path }, body: { reason } }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["accounts"] });
      onClose();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    change.mutate(String(new FormData(event.currentTarget).get("reason") ?? "").trim());
  };
  const isLocked = account.is_locked;
  return (
    <Dialog title={isLocked ? t.account.unlockTitle : t.account.lockTitle} onClose={onClose}>
      <form onSubmit={submit}>
        <FormGrid>
          <p>{isLocked ? t.account.unlockBody : t.account.lockBody}</p>
          <ProblemNotice error={change.error} />
          <TextField
            label={t.common.reason}
            hint={isLocked ? t.account.unlockReasonHint : t.account.lockReasonHint}
            name="reason"
            maxLength={200}
            required
          />
          <DialogActions>
            <Button look="secondary" onClick={onClose}>
              {t.common.cancel}
            </Button>
            <Button type="submit" look={isLocked ? "primary" : "danger"} isBusy={change.isPending}>
              {isLocked ? t.account.unlock : t.account.lock}
            </Button>
          </DialogActions>
        </FormGrid>
      </form>
    </Dialog>
  );
}
