import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { NoAnswer, Problem } from "./api/problem";
import { App, hurry } from "./app";
import { onSessionChange, resume, sessionState } from "./session/session";
import { applyTheme, keptTheme } from "./shell/theme";
import { TextProvider } from "./text/text";
import "./ui/tokens.css";
import "./ui/base.css";

applyTheme(keptTheme());

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

createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <TextProvider>
        <App />
      </TextProvider>
    </QueryClientProvider>
  </StrictMode>,
);
void resume();
hurry();
