import { useSyncExternalStore } from "react";
import type { Role, User } from "../api/client";
import { onSessionChange, sessionState, type SessionState } from "./session";

export function useSession(): SessionState {
  return useSyncExternalStore(onSessionChange, sessionState);
}

// Of who is signed in; pages are shown to nobody else.
export function useUser(): User {
  const session = useSession();
  if (session.phase !== "signed_in") throw new Error("nobody is signed in");
  return session.user;
}

export function isStaff(role: Role): boolean {
  return role !== "customer";
}

export function readsAudit(role: Role): boolean {
  return role === "admin" || role === "auditor";
}

// Staff that may move money: the auditor only looks.
export function movesMoney(role: Role): boolean {
  return role !== "auditor";
}
