// The session. The access token exists only in this module; the refresh token is a cookie that no
// script can read. So a reload keeps the user signed in, and an injected script cannot steal the
// session.
//
// All tabs share the cookie, and it works once: tabs renew one after the other, under a lock. A
// renewal invalidates earlier access tokens, so the tab that renews notifies the others.
import { authorizeWith, bank, type User } from "../api/client";
import { Problem } from "../api/problem";

export type Ending = "signed_out" | "idle" | "ended" | "other_user";

export type SessionState =
  | { readonly phase: "starting" }
  | { readonly phase: "unreachable" }
  | { readonly phase: "signed_out"; readonly ending?: Ending }
  | {
      readonly phase: "signed_in";
      readonly user: User;
      readonly sessionId: string;
      readonly mayMoveCash: boolean; // Whether the bank allows this user deposits and withdrawals.
    };

interface Tokens {
  readonly access_token: string;
  readonly expires_in: number;
  readonly session_id: string;
  readonly user: User;
  readonly may_move_cash: boolean;
}

const own = { header: { "Bankd-Client": "web" } } as const;
const renewBefore_ms = 30_000;
const lockName = "bankd-web-session";
const channel = new BroadcastChannel("bankd-web-session");

let state: SessionState = { phase: "starting" };
let accessToken = "";
let renewAt_ms = 0;
const listeners = new Set<() => void>();

export function sessionState(): SessionState {
  return state;
}

export function onSessionChange(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function become(next: SessionState): void {
  state = next;
  for (const listener of listeners) listener();
}

function forget(ending?: Ending): void {
  accessToken = "";
  renewAt_ms = 0;
  become(ending ? { phase: "signed_out", ending } : { phase: "signed_out" });
}

function adopt(tokens: Tokens): void {
  if (state.phase === "signed_in" && state.user.id !== tokens.user.id) {
    // Another user signed in in another tab. This tab still shows the previous user's data.
    forget("other_user");
    return;
  }
  accessToken = tokens.access_token;
  renewAt_ms = performance.now() + tokens.expires_in * 1000 - renewBefore_ms;
  const { user, session_id: sessionId, may_move_cash: mayMoveCash } = tokens;
  const isSame =
    state.phase === "signed_in" &&
    state.sessionId === sessionId &&
    state.mayMoveCash === mayMoveCash &&
    state.user.password_state === user.password_state;
  if (!isSame) become({ phase: "signed_in", user, sessionId, mayMoveCash });
}

// Throws Problem with status 401 if there is no session to renew.
async function renew(): Promise<void> {
  await navigator.locks.request(lockName, async () => {
    if (state.phase === "signed_in" && performance.now() < renewAt_ms) return;
    // keepalive: a reload during the request must not lose the cookie that replaces the used one.
    const { data } = await bank.POST("/v1/web-session/refresh", {
      params: own as never,
      keepalive: true,
    });
    if (data) {
      adopt(data);
      channel.postMessage({ renewed: data });
    } else if (state.phase === "starting") {
      forget();
    }
  });
}

function isEnd(error: unknown): boolean {
  return error instanceof Problem && error.body.status === 401;
}

// On page load.
export async function resume(): Promise<void> {
  become({ phase: "starting" });
  try {
    await renew();
  } catch (error) {
    if (isEnd(error)) forget();
    else become({ phase: "unreachable" });
  }
}

export async function signIn(user_name: string, password: string): Promise<void> {
  await navigator.locks.request(lockName, async () => {
    const { data } = await bank.POST("/v1/web-session", {
      params: own,
      body: { user_name, password },
    });
    if (!data) return;
    state = { phase: "signed_out" };
    adopt(data);
    channel.postMessage({ signedIn: data.user.id });
  });
}

function passwordChosen(): void {
  if (state.phase !== "signed_in") return;
  become({
    ...state,
    user: { ...state.user, password_state: "chosen", password_expires_at: null },
  });
}

// After the user has replaced the one-time password, the session has full permissions in all tabs.
export function tellPasswordChosen(): void {
  passwordChosen();
  channel.postMessage({ passwordChosen: true });
}

export async function signOut(ending: Ending = "signed_out"): Promise<void> {
  try {
    await renew();
  } catch {
    // The session has already ended or will expire.
  }
  const token = accessToken;
  forget(ending);
  channel.postMessage({ signedOut: ending });
  try {
    await bank.DELETE("/v1/web-session", {
      params: own,
      headers: { Authorization: `Bearer ${token}` },
    });
  } catch {
    // The session will expire; the token is already discarded.
  }
}

interface Told {
  readonly signedOut?: Ending;
  readonly signedIn?: string;
  readonly renewed?: Tokens;
  readonly passwordChosen?: boolean;
}

channel.onmessage = (event: MessageEvent<Told>) => {
  if (event.data.renewed && state.phase === "signed_in") adopt(event.data.renewed);
  if (event.data.passwordChosen) passwordChosen();
  if (event.data.signedOut && state.phase === "signed_in") forget(event.data.signedOut);
  const name = event.data.signedIn;
  if (name === undefined) return;
  if (state.phase === "signed_in" && state.user.id !== name) forget("other_user");
  else if (state.phase === "signed_out") void resume();
};

authorizeWith({
  async token() {
    if (state.phase === "signed_in" && performance.now() >= renewAt_ms) {
      try {
        await renew();
      } catch (error) {
        if (isEnd(error)) forget("ended");
        throw error;
      }
    }
    return accessToken;
  },
  // Another tab may have renewed, and its notification may still be on its way.
  async tokenInsteadOf(refused) {
    if (state.phase !== "signed_in") return "";
    if (accessToken === refused) renewAt_ms = 0;
    try {
      await renew();
    } catch {
      return "";
    }
    return accessToken === refused ? "" : accessToken;
  },
  ended() {
    if (state.phase === "signed_in") forget("ended");
  },
});
