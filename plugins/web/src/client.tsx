// The client itself, around all of its pages.
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
      // What the bank refused it will refuse again; what it could not do now it may do soon.
      retry: (count, error) =>
        count < 2 &&
        (error instanceof NoAnswer || (error instanceof Problem && error.body.status === 503n)),
      refetchOnWindowFocus: true,
      staleTime: 5_000,
      queryKeyHashFn: (key) =>
        JSON.stringify(key, (_name, value: unknown) =>
          typeof value === "bigint" ? `${value}n` : value,
        ),
    },
    // A movement of money is never repeated by itself.
    mutations: { retry: false },
  },
});

// What one user saw is nothing for the next.
let shownTo: bigint | undefined;
onSessionChange(() => {
  const state = sessionState();
  const now = state.phase === "signed_in" ? state.user.id : undefined;
  if (now !== shownTo) queries.clear();
  shownTo = now;
});

// What could not be had meanwhile is asked for when the bank is back.
onReachChange(() => {
  if (reachState().isAway) return;
  if (sessionState().phase === "unreachable") void resume();
  void queries.invalidateQueries();
});
watchReach();

// What index.html shows stays until it is known who is here and which language is spoken.
export async function show(resumed: Promise<void>): Promise<void> {
  // Needed soon. What fails here is asked for again, and said, where it is needed.
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
