// The staff pages, in a bundle of their own: customers need not load it.
import { Audit } from "./admin/audit";
import { LimitsPage } from "./admin/limits";
import { System } from "./admin/system";
import { Users } from "./admin/users";
import type { Role } from "./api/client";
import type { Place } from "./shell/place";
import { Counter } from "./teller/counter";
import { Day } from "./teller/day";
import { OpenAccount } from "./teller/open_account";

const counterStaff: readonly Role[] = ["teller", "admin"];
const overseers: readonly Role[] = ["admin", "auditor"];

export const staffPlaces: readonly Place[] = [
  { path: "/", roles: ["teller", "admin", "auditor"], page: <Counter /> },
  { path: "/open", roles: counterStaff, page: <OpenAccount /> },
  { path: "/day", roles: counterStaff, page: <Day /> },
  { path: "/users", roles: overseers, page: <Users /> },
  { path: "/audit", roles: overseers, page: <Audit /> },
  { path: "/system", roles: overseers, page: <System /> },
  { path: "/limits", roles: overseers, page: <LimitsPage /> },
];
