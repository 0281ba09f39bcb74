// Accounts, their PINs, limits and entries.
#pragma once
#include "core/api/accounts.hpp"
#include "core/api/transfers.hpp"
#include "core/operations/facts.hpp"

namespace bank::operations {

struct OpenAccount {
    using Input = api::OpenAccountRequest;
    using Output = api::Account;
    static constexpr Facts facts{
        .number = 14,
        .name = "open_account",
        .effect = Effect::changes,
        .budget = Budget::write,
        .permission = Permission::open_account,
        .action = Action::open_account,
        .route = {Method::post, "/v1/accounts", 201},
        .summary = "Open an account",
    };
};

struct ListAccounts {
    using Input = api::ListAccountsRequest;
    using Output = api::Page<api::Account>;
    static constexpr Facts facts{
        .number = 15,
        .name = "list_accounts",
        .budget = Budget::read,
        .permission = Permission::view_account,
        .action = Action::view_account,
        .route = {Method::get, "/v1/accounts"},
        .summary = "List accounts",
    };
};

struct FindAccount {
    using Input = api::AccountById;
    using Output = api::Account;
    static constexpr Facts facts{
        .number = 16,
        .name = "find_account",
        .budget = Budget::read,
        .permission = Permission::view_account,
        .action = Action::view_account,
        .route = {Method::get, "/v1/accounts/{id}"},
        .summary = "Show an account",
    };
};

struct LockAccount {
    using Input = api::LockAccountRequest;
    using Output = api::Account;
    static constexpr Facts facts{
        .number = 17,
        .name = "lock_account",
        .effect = Effect::changes,
        .budget = Budget::write,
        .permission = Permission::lock_account,
        .action = Action::lock_account,
        .route = {Method::post, "/v1/accounts/{id}/lock"},
        .summary = "Lock an account",
    };
};

struct UnlockAccount {
    using Input = api::UnlockAccountRequest;
    using Output = api::Account;
    static constexpr Facts facts{
        .number = 18,
        .name = "unlock_account",
        .effect = Effect::changes,
        .budget = Budget::write,
        .permission = Permission::unlock_account,
        .action = Action::unlock_account,
        .route = {Method::post, "/v1/accounts/{id}/unlock"},
        .summary = "Unlock an account",
    };
};

struct CloseAccount {
    using Input = api::AccountById;
    using Output = api::Account;
    static constexpr Facts facts{
        .number = 19,
        .name = "close_account",
        .effect = Effect::changes,
        .budget = Budget::write,
        .permission = Permission::close_account,
        .action = Action::close_account,
        .route = {Method::post, "/v1/accounts/{id}/close"},
        .summary = "Close an account",
    };
};

struct SetOverdraft {
    using Input = api::SetOverdraftRequest;
    using Output = api::Account;
    static constexpr Facts facts{
        .number = 20,
        .name = "set_overdraft",
        .effect = Effect::changes,
        .budget = Budget::write,
        .permission = Permission::set_overdraft,
        .action = Action::set_overdraft,
        .route = {Method::put, "/v1/accounts/{id}/overdraft-limit"},
        .summary = "Set an overdraft limit",
    };
};

struct SetLimits {
    using Input = api::SetLimitsRequest;
    using Output = api::Account;
    static constexpr Facts facts{
        .number = 21,
        .name = "set_limits",
        .effect = Effect::changes,
        .budget = Budget::write,
        .permission = Permission::set_limits,
        .action = Action::set_limits,
        .route = {Method::put, "/v1/accounts/{id}/limits"},
        .summary = "Set limits and the minimum balance",
    };
};

struct FreezeAccount {
    using Input = api::FreezeAccountRequest;
    using Output = api::Account;
    static constexpr Facts facts{
        .number = 22,
        .name = "freeze_account",
        .effect = Effect::changes,
        .budget = Budget::write,
        .permission = Permission::freeze_account,
        .action = Action::freeze_account,
        .route = {Method::put, "/v1/accounts/{id}/freeze"},
        .summary = "Freeze or unfreeze an account",
    };
};

// All roles and currencies that have limits.
struct ListRoleLimits {
    using Input = Done;
    using Output = std::vector<api::RoleLimits>;
    static constexpr Facts facts{
        .number = 23,
        .name = "list_role_limits",
        .budget = Budget::read,
        .permission = Permission::view_role_limits,
        .action = Action::view_role_limits,
        .route = {Method::get, "/v1/role-limits"},
        .summary = "List the limits of roles",
    };
};

// Empty limits remove them.
struct SetRoleLimits {
    using Input = api::RoleLimits;
    using Output = Done;
    static constexpr Facts facts{
        .number = 24,
        .name = "set_role_limits",
        .effect = Effect::changes,
        .budget = Budget::write,
        .permission = Permission::set_role_limits,
        .action = Action::set_role_limits,
        .route = {Method::put, "/v1/role-limits", 204},
        .summary = "Set the limits of a role",
    };
};

struct SetPin {
    using Input = api::SetPinRequest;
    using Output = Done;
    static constexpr Facts facts{
        .number = 25,
        .name = "set_pin",
        .effect = Effect::changes,
        .callers = Callers::rest,
        .budget = Budget::write,
        .permission = Permission::set_pin,
        .action = Action::set_pin,
        .route = {Method::put, "/v1/accounts/{id}/pin", 204},
        .summary = "Set an account's PIN",
    };
};

// pin_wrong, account_locked, pin_not_set.
struct AuthorizePin {
    using Input = api::AuthorizePinRequest;
    using Output = api::PinAuthorization;
    static constexpr Facts facts{
        .number = 26,
        .name = "authorize_pin",
        .effect = Effect::changes,
        .callers = Callers::rest,
        .budget = Budget::write,
        .permission = Permission::authorize_pin,
        .action = Action::authorize_pin,
        .route = {Method::post, "/v1/accounts/{id}/pin-authorization", 201},
        .summary = "Get a PIN authorization",
    };
};

struct History {
    using Input = api::HistoryRequest;
    using Output = api::Page<api::HistoryEntry>;
    static constexpr Facts facts{
        .number = 27,
        .name = "history",
        .budget = Budget::read,
        .permission = Permission::view_history,
        .action = Action::view_account,
        .route = {Method::get, "/v1/accounts/{id}/history"},
        .summary = "List an account's entries",
    };
};

struct Balance {
    using Input = api::BalanceRequest;
    using Output = api::Balance;
    static constexpr Facts facts{
        .number = 28,
        .name = "balance",
        .budget = Budget::read,
        .permission = Permission::view_account,
        .action = Action::view_account,
        .route = {Method::get, "/v1/accounts/{id}/balance"},
        .summary = "Show a balance at an instant",
    };
};

struct ListHolds {
    using Input = api::ListHoldsRequest;
    using Output = api::Page<api::Hold>;
    static constexpr Facts facts{
        .number = 29,
        .name = "list_holds",
        .budget = Budget::read,
        .permission = Permission::view_history,
        .action = Action::view_account,
        .route = {Method::get, "/v1/accounts/{id}/holds"},
        .summary = "List an account's open holds",
    };
};

}  // namespace bank::operations
