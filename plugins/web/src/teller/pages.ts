export { Counter } from "./counter";
export { Day } from "./day";
export { OpenAccount } from "./open_account";
