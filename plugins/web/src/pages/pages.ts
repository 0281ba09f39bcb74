// What a customer uses, and what all others use too.
export { AccountPage } from "./account";
export { MovePage } from "./move";
export { Overview } from "./overview";
export { Security } from "./security";
export { TransferPage } from "./transfer";
