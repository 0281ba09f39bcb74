// On every page while the bank cannot be reached: what is shown may be old, and how old. Or while it
// only answers what it is asked.
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
  const { isAway, isReadOnly, seen_ms } = useReach();
  if (isReadOnly) {
    return (
      <Notice tone="warning" title={t.common.readOnly}>
        {t.common.readOnlyBody}
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
