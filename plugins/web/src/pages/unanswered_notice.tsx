// A notice on every page but the transfer page: an order of this person has no answer yet.
import { useLocation } from "react-router";
import { useUser } from "../session/use_session";
import { useText } from "../text/text";
import { ButtonLink } from "../ui/button";
import { Notice } from "../ui/feedback";
import { unanswered } from "./unanswered";

export function UnansweredNotice() {
  const { t } = useText();
  const user = useUser();
  const { pathname } = useLocation();
  if (pathname === "/move" || !unanswered(user.id)) return null;
  return (
    <Notice tone="warning" title={t.move.keptTitle}>
      <p>{t.move.keptBody}</p>
      <div>
        <ButtonLink look="secondary" to="/move">
          {t.move.unknownAgain}
        </ButtonLink>
      </div>
    </Notice>
  );
}
