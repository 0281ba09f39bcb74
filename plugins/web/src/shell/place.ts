import type { ReactNode } from "react";
import type { Role } from "../api/client";

// A page, where it is, and whose it is.
export interface Place {
  readonly path: string;
  readonly roles: readonly Role[];
  readonly page: ReactNode;
}

export const everybody: readonly Role[] = ["customer", "teller", "admin", "auditor"];
