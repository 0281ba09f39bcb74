// The pages of each role.
import type { Role } from "../api/client";
import type { Catalogue } from "../text/text";
import type { IconName } from "../ui/icon";

export interface Entry {
  readonly to: string;
  readonly icon: IconName;
  readonly label: keyof Omit<Catalogue["nav"], "label">;
}

const security: Entry = { to: "/security", icon: "security", label: "security" };
const users: Entry = { to: "/users", icon: "users", label: "users" };
const audit: Entry = { to: "/audit", icon: "audit", label: "audit" };
const system: Entry = { to: "/system", icon: "system", label: "system" };
const limits: Entry = { to: "/limits", icon: "limits", label: "limits" };
const open: Entry = { to: "/open", icon: "open", label: "open" };
const day: Entry = { to: "/day", icon: "day", label: "day" };
const find: Entry = { to: "/", icon: "search", label: "counter" };

export const navigation: Record<Role, readonly Entry[]> = {
  customer: [
    { to: "/", icon: "accounts", label: "overview" },
    { to: "/move", icon: "move", label: "move" },
    security,
  ],
  teller: [find, open, day, security],
  admin: [find, users, audit, system, limits, open, day, security],
  auditor: [find, users, audit, system, limits, security],
};
