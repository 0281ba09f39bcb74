// Accounts and their history.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/api/page.hpp"
#include "core/api/transfer_kind.hpp"
#include "core/api/type.hpp"
#include "core/api/users.hpp"
#include "core/base/secret.hpp"
#include "core/base/strong_id.hpp"
#include "core/base/time.hpp"
#include "core/money/money.hpp"

namespace bank::api {

// customer: what the bank owes a customer. The others are the bank's own side of double entry.
enum class AccountKind : std::uint8_t { customer, cash, suspense, fees };

[[nodiscard]] std::string_view to_string(AccountKind kind) noexcept;
[[nodiscard]] std::optional<AccountKind> parse_account_kind(std::string_view text) noexcept;

// The largest amounts that may leave an account, in minor units; nullopt: no limit. Days are UTC
// days, weeks start on Monday. A hold counts when it is placed, and still counts after its release;
// captures and reversals do not count.
struct Limits {
    std::optional<std::int64_t> per_transfer;
    std::optional<std::int64_t> per_day;
    std::optional<std::int64_t> per_week;
    std::optional<std::int64_t> per_month;
    bool operator==(Limits const&) const = default;
};

// The amounts that have left an account and count towards its limits, in minor units.
struct Spending {
    std::int64_t today = 0;
    std::int64_t this_week = 0;
    std::int64_t this_month = 0;
    bool operator==(Spending const&) const = default;
};

struct Account {
    AccountId id;
    std::string account_no;  // IBAN.
    std::string name;
    AccountKind kind = AccountKind::customer;
    UserId user_id;     // None for the bank's own accounts, except a teller's cash drawer.
    std::string owner;  // The user's name, or empty.
    money::Currency currency;
    std::int64_t balance = 0;          // Minor units; a credit balance is positive.
    std::int64_t held = 0;             // The sum of open holds.
    std::int64_t available = 0;        // The largest amount that can be debited now.
    std::int64_t overdraft_limit = 0;  // How far below zero the balance may go; not negative.
    std::int64_t minimum_balance = 0;  // Must remain; deducted from `available`; not negative.
    Limits limits;
    Spending spending;
    bool has_pin = false;
    bool is_locked = false;
    std::string lock_reason;
    bool is_debit_frozen = false;
    bool is_credit_frozen = false;
    std::string freeze_reason;
    bool is_closed = false;
    Timestamp created_at;
};

struct OpenAccountRequest {
    std::string owner;  // User name.
    std::string name;
    money::Currency currency;
    std::int64_t overdraft_limit = 0;
    Secret pin;  // Empty: the account has no PIN until one is set.
};

struct ListAccountsRequest {
    std::string owner;       // User name; empty: all that the caller may see.
    std::string account_no;  // Exact; empty: any.
    // The beginning of the owner's name, the beginning or end of the number, or a part of the
    // account's name, without regard to case; empty: any.
    std::string search;
    std::optional<AccountKind> kind;
    PageRequest page;
};

struct AccountById {
    AccountId account_id;
};

struct LockAccountRequest {
    AccountId account_id;
    std::string reason;
};

struct UnlockAccountRequest {
    AccountId account_id;
    std::string reason;
};

struct SetPinRequest {
    AccountId account_id;
    Secret current_pin;  // Required of a customer whose account has a PIN.
    Secret new_pin;
};

struct SetOverdraftRequest {
    AccountId account_id;
    std::int64_t overdraft_limit = 0;
    money::Currency currency = {};  // Of the limit: the account's.
};

struct SetLimitsRequest {
    AccountId account_id;
    Limits limits;
    std::int64_t minimum_balance = 0;
    money::Currency currency = {};  // Of all these amounts: the account's.
};

struct RenameAccountRequest {
    AccountId account_id;
    std::string name;  // 1..bounds::name_size_max characters.
};

// Both false: the account is no longer frozen.
struct FreezeAccountRequest {
    AccountId account_id;
    bool is_debit_frozen = false;
    bool is_credit_frozen = false;
    std::string reason;
};

// The limits of each user of a role on one account. The lower of these and the account's limits
// applies.
struct RoleLimits {
    Role role = Role::customer;
    money::Currency currency;
    Limits limits;
};

struct BalanceRequest {
    AccountId account_id;
    std::optional<Timestamp> at;  // Nothing: now.
};

// The posted balance: open holds are not deducted.
struct Balance {
    AccountId account_id;
    money::Currency currency;
    std::int64_t balance = 0;
    EntryId entry_id;  // The last entry up to `at`; none before the first.
    Timestamp at;
};

struct AuthorizePinRequest {
    AccountId account_id;
    Secret pin;
};

// Until it expires, this session may debit or credit this account without its PIN.
struct PinAuthorization {
    Timestamp expires_at;
};

// A debit takes from the account, a credit adds to it.
enum class Side : std::uint8_t { debit, credit };

[[nodiscard]] std::string_view to_string(Side side) noexcept;

struct HistoryEntry {
    EntryId id;
    TransferId transfer_id;
    AccountId account_id;
    TransferKind kind = TransferKind::transfer;  // The transfer's.
    money::Currency currency;                    // The account's.
    std::int64_t amount = 0;                     // Minor units; a credit is positive.
    std::int64_t balance = 0;                    // After this entry.
    std::string counterparty_account_no;
    std::string reference;
    Timestamp created_at;
};

struct HistoryRequest {
    AccountId account_id;
    std::optional<Timestamp> from;   // Inclusive.
    std::optional<Timestamp> until;  // Exclusive.
    PageRequest page;                // Newest first.
};

// The descriptions of all of these.
[[nodiscard]] Type const& describe(std::type_identity<Limits>);
[[nodiscard]] Type const& describe(std::type_identity<Spending>);
[[nodiscard]] Type const& describe(std::type_identity<Account>);
[[nodiscard]] Type const& describe(std::type_identity<OpenAccountRequest>);
[[nodiscard]] Type const& describe(std::type_identity<ListAccountsRequest>);
[[nodiscard]] Type const& describe(std::type_identity<AccountById>);
[[nodiscard]] Type const& describe(std::type_identity<LockAccountRequest>);
[[nodiscard]] Type const& describe(std::type_identity<UnlockAccountRequest>);
[[nodiscard]] Type const& describe(std::type_identity<SetPinRequest>);
[[nodiscard]] Type const& describe(std::type_identity<SetOverdraftRequest>);
[[nodiscard]] Type const& describe(std::type_identity<SetLimitsRequest>);
[[nodiscard]] Type const& describe(std::type_identity<RenameAccountRequest>);
[[nodiscard]] Type const& describe(std::type_identity<FreezeAccountRequest>);
[[nodiscard]] Type const& describe(std::type_identity<RoleLimits>);
[[nodiscard]] Type const& describe(std::type_identity<BalanceRequest>);
[[nodiscard]] Type const& describe(std::type_identity<Balance>);
[[nodiscard]] Type const& describe(std::type_identity<AuthorizePinRequest>);
[[nodiscard]] Type const& describe(std::type_identity<PinAuthorization>);
[[nodiscard]] Type const& describe(std::type_identity<HistoryEntry>);
[[nodiscard]] Type const& describe(std::type_identity<HistoryRequest>);

}  // namespace bank::api
