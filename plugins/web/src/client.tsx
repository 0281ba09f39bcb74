// The client around all of its pages.
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { startTransition, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { NoAnswer, Problem } from "./api/problem";
import { App } from "./app";
import { loadCurrencies } from "./money/currencies";
import { onReachChange, reachState, watchReach } from "./session/reach";
import { onSessionChange, resume, sessionState } from "./session/session";
import { english, loadLanguage, preferredLanguage, TextProvider } from "./text/text";
import { Boundary } from "./ui/boundary";

const queries = new QueryClient({
  defaultOptions: {
    queries: {
      // A rejection is final; an unavailable bank may recover soon.
      retry: (count, error) =>
        count < 2 &&
        (error instanceof NoAnswer || (error instanceof Problem && error.body.status === 503)),
      refetchOnWindowFocus: true,
      staleTime: 5_000,
    },
    // A payment is never retried automatically.
    mutations: { retry: false },
  },
});

// One user's data must not be shown to the next.
let shownTo: string | undefined;
onSessionChange(() => {
  const state = sessionState();
  const now = state.phase === "signed_in" ? state.user.id : undefined;
  if (now !== shownTo) queries.clear();
  shownTo = now;
});

// Refetches everything when the bank is reachable again.
onReachChange(() => {
  if (reachState().isAway) return;
  if (sessionState().phase === "unreachable") void resume();
  void queries.invalidateQueries();
});
watchReach();

// The content of index.html stays until session and language are known.
export async function show(resumed: Promise<void>): Promise<void> {
  // Needed soon. If this fails, the pages that need it retry and report the error.
  loadCurrencies().catch(() => undefined);
  const [first] = await Promise.all([
    loadLanguage(preferredLanguage()).catch(() => english),
    resumed,
  ]);
  const root = createRoot(document.getElementById("root") as HTMLElement);
  startTransition(() =>
    root.render(
      <StrictMode>
        <QueryClientProvider client={queries}>
          <TextProvider first={first}>
            <Boundary>
              <App />
            </Boundary>
          </TextProvider>
        </QueryClientProvider>
      </StrictMode>,
    ),
  );
}
