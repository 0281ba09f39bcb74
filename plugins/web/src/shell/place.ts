import type { ReactNode } from "react";
import type { Role } from "../api/client";

// A page, its path and its roles.
export interface Place {
  readonly path: string;
  readonly roles: readonly Role[];
  readonly page: ReactNode;
}

export const everybody: readonly Role[] = ["customer", "teller", "admin", "auditor"];
