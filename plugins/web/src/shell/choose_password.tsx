// The only page of a session that was started with a one-time password.
import { PasswordForm } from "../pages/password_form";
import { signOut, tellPasswordChosen } from "../session/session";
import { useUser } from "../session/use_session";
import { printTime } from "../text/dates";
import { useText } from "../text/text";
import { Button } from "../ui/button";
import { Door } from "./door";

export function ChoosePassword() {
  const { t, locale } = useText();
  const expires = printTime(useUser().password_expires_at ?? "", locale);
  return (
    <Door title={t.choosePassword.title} lead={t.choosePassword.lead(expires)}>
      <PasswordForm
        currentLabel={t.choosePassword.oneTime}
        currentHint={t.choosePassword.oneTimeHint}
        submitLabel={t.choosePassword.save}
        actions={
          <Button look="secondary" onClick={() => void signOut()}>
            {t.nav.signOut}
          </Button>
        }
        onSaved={tellPasswordChosen}
      />
    </Door>
  );
}
