import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { FormEvent } from "react";
import { bank, take, type Account } from "../api/client";
import { useText } from "../text/text";
import { Button } from "../ui/button";
import { Dialog, DialogActions } from "../ui/dialog";
import { ProblemNotice } from "../ui/feedback";
import { FormGrid, TextField } from "../ui/field";

export function RenameDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  const { t } = useText();
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (name: string) =>
      take(
        bank.PUT("/v1/accounts/{id}/name", { params: { path: { id: account.id } }, body: { name } }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ["accounts"] });
      onClose();
    },
  });
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    change.mutate(String(new FormData(event.currentTarget).get("name") ?? "").trim());
  };
  return (
    <Dialog title={t.account.rename} onClose={onClose}>
      <form onSubmit={submit}>
        <FormGrid>
          <ProblemNotice error={change.error} />
          <TextField
            label={t.open.name}
            name="name"
            defaultValue={account.name}
            maxLength={140}
            required
          />
          <DialogActions>
            <Button look="secondary" onClick={onClose}>
              {t.common.cancel}
            </Button>
            <Button type="submit" isBusy={change.isPending}>
              {t.account.rename}
            </Button>
          </DialogActions>
        </FormGrid>
      </form>
    </Dialog>
  );
}
