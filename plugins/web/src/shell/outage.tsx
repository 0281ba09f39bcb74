// A notice on every page while the bank is unavailable, with the age of the figures shown, or while
// it is read-only.
import { useSyncExternalStore } from "react";
import { onReachChange, reachState, type Reach } from "../session/reach";
import { printSeconds } from "../text/dates";
import { useText } from "../text/text";
import { Notice } from "../ui/feedback";

export function useReach(): Reach {
  return useSyncExternalStore(onReachChange, reachState);
}

export function OutageNotice() {
  const { t, locale } = useText();
  const { isAway, readOnly, seen_ms } = useReach();
  if (readOnly) {
    return (
      <Notice tone="warning" title={t.common.readOnly}>
        {t.common.readOnlyBody[readOnly]}
      </Notice>
    );
  }
  if (!isAway) return null;
  return (
    <Notice tone="danger" title={t.signIn.unreachable}>
      {t.common.lastSeen(printSeconds(new Date(seen_ms), locale))}
    </Notice>
  );
}
