// After a sign-in with a one-time password there is nothing else to do in this session.
import { PasswordForm } from "../pages/password_form";
import { signOut, tellPasswordChosen } from "../session/session";
import { useText } from "../text/text";
import { Button } from "../ui/button";
import { Door } from "./door";

export function ChoosePassword() {
  const { t } = useText();
  return (
    <Door title={t.choosePassword.title} lead={t.choosePassword.lead}>
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
