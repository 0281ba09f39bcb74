// The form that changes one's own password or replaces a one-time password.
import { useMutation } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode } from "react";
import { bank, take } from "../api/client";
import { useUser } from "../session/use_session";
import { useText } from "../text/text";
import { Button } from "../ui/button";
import { Notice, ProblemNotice, useWait } from "../ui/feedback";
import { FormActions, FormGrid, SecretField } from "../ui/field";

interface PasswordFormProps {
  readonly currentLabel: string;
  readonly currentHint?: string;
  readonly submitLabel: string;
  readonly actions?: ReactNode;
  readonly onSaved: () => unknown;
}

export function PasswordForm(props: PasswordFormProps) {
  const { t } = useText();
  const user = useUser();
  const [differs, setDiffers] = useState(false);
  const change = useMutation({
    mutationFn: (body: { current_password: string; new_password: string }) =>
      take(bank.PUT("/v1/users/me/password", { body })),
    onSuccess: props.onSaved,
  });
  const left = useWait(change.error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const element = event.currentTarget;
    const form = new FormData(element);
    const new_password = String(form.get("new"));
    setDiffers(new_password !== form.get("again"));
    if (new_password !== form.get("again")) return;
    change.mutate(
      { current_password: String(form.get("current")), new_password },
      { onSuccess: () => element.reset() },
    );
  };
  return (
    <form onSubmit={submit}>
      <FormGrid>
        {change.isSuccess && <Notice tone="good">{t.security.passwordSaved}</Notice>}
        <ProblemNotice error={change.error} />
        {/* For password managers. */}
        <input
          type="text"
          name="username"
          autoComplete="username"
          value={user.user_name}
          readOnly
          hidden
        />
        <SecretField
          label={props.currentLabel}
          hint={props.currentHint}
          name="current"
          autoComplete="current-password"
          maxLength={256}
          required
        />
        <SecretField
          label={t.security.newPassword}
          hint={t.security.newPasswordHint}
          name="new"
          autoComplete="new-password"
          minLength={8}
          maxLength={256}
          required
        />
        <SecretField
          label={t.security.repeatPassword}
          name="again"
          autoComplete="new-password"
          maxLength={256}
          error={differs ? t.security.passwordsDiffer : undefined}
          required
        />
        <FormActions>
          {props.actions}
          <Button type="submit" isBusy={change.isPending} disabled={left > 0}>
            {props.submitLabel}
          </Button>
        </FormActions>
      </FormGrid>
    </form>
  );
}
