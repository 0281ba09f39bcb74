import { useSyncExternalStore } from "react";
import type { Role, User } from "../api/client";
import { onSessionChange, sessionState, type SessionState } from "./session";

export function useSession(): SessionState {
  return useSyncExternalStore(onSessionChange, sessionState);
}

// Pages are rendered for signed-in users only.
function useSignedIn() {
  const session = useSession();
  if (session.phase !== "signed_in") throw new Error("nobody is signed in");
  return session;
}

export function useUser(): User {
  return useSignedIn().user;
}

// Whether deposits and withdrawals are offered: a bank may reserve them for staff.
export function useMayMoveCash(): boolean {
  return useSignedIn().mayMoveCash;
}

export function isStaff(role: Role): boolean {
  return role !== "customer";
}

export function readsAudit(role: Role): boolean {
  return role === "admin" || role === "auditor";
}

// The auditor is the only staff role that cannot make payments.
export function movesMoney(role: Role): boolean {
  return role !== "auditor";
}
