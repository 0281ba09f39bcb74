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
        .text =
            "Opens an account for a user in one of the bank's currencies and assigns an "
            "account number. Tellers and administrators may call it. The request is not "
            "idempotent: repeating it opens another account.",
        .tag = "Accounts",
        .command =
            {
                .words = "account open",
                .examples =
                    {{{"bankctl account open --owner bob --name Salary --currency EUR --ask-pin",
                       "Prompts for a PIN."},
                      {"bankctl account open --owner bob --name Shop --currency EUR --overdraft "
                       "'500.00 EUR'",
                       "The balance may go down to -500.00 EUR."}}},
                .text = "Without a PIN the owner cannot authorize payments until one is set.",
            },
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
        .text =
            "Lists accounts, paginated. Customers see their own accounts; tellers, "
            "administrators and auditors see all, including the bank's own, and can filter by "
            "owner, number, kind or search text.",
        .tag = "Accounts",
        .command =
            {
                .words = "account list",
                .examples = {{{"bankctl account list --owner bob", "The accounts of bob."},
                              {"bankctl account list --kind cash",
                               "The bank's own cash accounts."}}},
                .text = "Accounts of customers and of the bank itself. Filters can be combined.",
            },
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
        .text =
            "Returns an account with its balance, limits and state. Customers may read their "
            "own accounts, tellers, administrators and auditors any.",
        .tag = "Accounts",
        .command =
            {
                .words = "account show",
                .examples = {{{"bankctl account show 'DE87 9999 9999 0000 0000 12'",
                               "Blanks are ignored."}}},
                .text = "The account with its balance, limits and state, and the reason for a lock "
                        "or freeze.",
            },
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
        .text =
            "Stops debits until the account is unlocked. Tellers and administrators may call "
            "it. The reason is audited and appears in lock_reason, for staff only: the "
            "customer sees that the account is locked, not why.",
        .tag = "Accounts",
        .command =
            {
                .words = "account lock",
                .examples = {{{"bankctl account lock 17 --reason 'card reported stolen'",
                               "Prompts for confirmation, then blocks debits."}}},
                .question = "Lock account {}?",
                .text =
                    "Blocks debits until the account is unlocked. The reason is recorded in the "
                    "audit log and shown to staff only: the customer sees that the account is "
                    "locked, not why.",
            },
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
        .text =
            "Unlocks an account and resets its count of wrong PINs. Tellers and "
            "administrators may call it; the reason is audited. The request fails with "
            "audit_behind while the audit log is behind.",
        .tag = "Accounts",
        .command =
            {
                .words = "account unlock",
                .examples = {{{"bankctl account unlock 17 --reason 'card was found'",
                               "Also resets the count of wrong PINs."}}},
                .text = "Allows debits again and resets the count of wrong PINs. The reason is "
                        "recorded in the audit log. Fails while the audit log is behind.",
            },
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
        .text =
            "Permanently closes an account. Tellers and administrators may call it. The "
            "balance must be zero and no hold may be open (account_not_empty).",
        .tag = "Accounts",
        .command =
            {
                .words = "account close",
                .examples = {{{"bankctl account close 17", "The balance must be zero."}}},
                .question = "Close account {} for good?",
                .text =
                    "A closed account accepts no more transactions; its history remains. Only an "
                    "account with a balance of zero and no pending holds can be closed, and it "
                    "cannot be reopened.",
            },
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
        .text =
            "Sets how far below zero the balance may go. Only administrators may call it. The "
            "limit cannot be lower than the overdraft in use (limit_below_use), and the "
            "request fails with audit_behind while the audit log is behind.",
        .tag = "Accounts",
        .command =
            {
                .words = "account overdraft",
                .examples = {{{"bankctl account overdraft 17 500.00",
                               "The balance may go down to -500.00."},
                              {"bankctl account overdraft 17 none",
                               "The balance must not go below zero."}}},
                .text =
                    "The limit cannot be lower than the overdraft in use. Fails while the audit "
                    "log is behind.",
            },
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
        .text =
            "Replaces all limits and the minimum balance of the account; null removes a "
            "limit. Only administrators may call it. It fails with audit_behind while the "
            "audit log is behind.",
        .tag = "Accounts",
    };
};

struct RenameAccount {
    using Input = api::RenameAccountRequest;
    using Output = api::Account;
    static constexpr Facts facts{
        .number = 53,
        .name = "rename_account",
        .effect = Effect::changes,
        .budget = Budget::write,
        .permission = Permission::rename_account,
        .action = Action::rename_account,
        .route = {Method::put, "/v1/accounts/{id}/name"},
        .summary = "Rename an account",
        .text =
            "Changes the name of a customer's account. Customers may rename their own accounts, "
            "tellers and administrators any customer's.",
        .tag = "Accounts",
        .command = {.words = "account rename",
                    .examples = {{{"bankctl account rename 17 --name Savings",
                                   "Changes the name of account 17."}}},
                    .text = "The bank's own accounts cannot be renamed."},
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
        .text =
            "Stops debits, credits or both; with both false the freeze ends. Tellers and "
            "administrators may call it. The reason is audited and appears in freeze_reason, "
            "for staff only: the customer sees that the account is frozen, not why.",
        .tag = "Accounts",
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
        .text =
            "Lists the limits that apply to users of each role, per currency. Tellers, "
            "administrators and auditors may call it. The lower of role and account limit "
            "applies.",
        .tag = "Accounts",
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
        .text =
            "Replaces the limits of a role in one currency; all null removes them. Only "
            "administrators may call it. Auditors cannot make transactions, so their role has "
            "no limits. The request fails with audit_behind while the audit log is behind.",
        .tag = "Accounts",
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
        .text =
            "Sets the PIN of an account and ends its PIN authorizations. Customers may call "
            "it for their own accounts and must supply the current PIN if there is one; "
            "tellers and administrators may call it for any account. Wrong current PINs count "
            "toward the lock of the account.",
        .tag = "Accounts",
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
        .text =
            "Exchanges the PIN of an account for a PIN authorization: until it expires, this "
            "session may debit the account without the PIN. Customers may call it for their "
            "own accounts, tellers and administrators for any. Consecutive wrong PINs lock "
            "the account.",
        .tag = "Accounts",
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
        .text =
            "Lists ledger entries, paginated, newest first, optionally of a period. Customers "
            "may read their own accounts, tellers, administrators and auditors any.",
        .tag = "Accounts",
        .command =
            {
                .words = "account history",
                .examples = {{{"bankctl account history 17", "The newest 100 entries."},
                              {"bankctl account history 17 --since 2026-03-01 --until 2026-04-01 "
                               "--all > march.tsv",
                               "All entries of March."}}},
                .text = "Newest first. Each entry has the balance after it.",
            },
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
        .text =
            "Returns the posted balance at an instant, by default now. Pending holds are not "
            "deducted. Customers may read their own accounts, tellers, administrators and "
            "auditors any.",
        .tag = "Accounts",
        .command =
            {
                .words = "account balance",
                .examples = {{{"bankctl account balance 17", "Now."},
                              {"bankctl account balance 17 --at 2026-03-31T23:59:59Z",
                               "At the end of March."}}},
                .text = "The balance, without deducting pending holds.",
            },
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
        .text =
            "Lists open holds, paginated, oldest first. Customers may read their own accounts, "
            "tellers, administrators and auditors any.",
        .tag = "Accounts",
        .command =
            {
                .words = "account holds",
                .examples = {{{"bankctl account holds 17",
                               "The pending holds with their expiry times."}}},
                .text = "Oldest first.",
            },
    };
};

using Accounts =
    List<OpenAccount, ListAccounts, FindAccount, LockAccount, UnlockAccount, CloseAccount,
         SetOverdraft, SetLimits, RenameAccount, FreezeAccount, ListRoleLimits, SetRoleLimits,
         SetPin, AuthorizePin, History, Balance, ListHolds>;

}  // namespace bank::operations
