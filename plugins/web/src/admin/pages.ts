export { Audit } from "./audit";
export { LimitsPage } from "./limits";
export { System } from "./system";
export { Users } from "./users";
