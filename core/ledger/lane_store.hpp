// What a posting lane needs from a database: one transaction at a time.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/api/accounts.hpp"
#include "core/api/users.hpp"
#include "core/base/result.hpp"
#include "core/ledger/transfer_order.hpp"

namespace bank::ledger {

// What deciding must know of an account: locked, or as it was at `version`, which any change of it
// raises.
struct LockedAccount {
    AccountId id;
    std::string account_no;
    api::AccountKind kind = api::AccountKind::customer;
    UserId user_id;  // None: the bank's own.
    money::Currency currency;
    std::int64_t balance = 0;
    std::int64_t held = 0;                        // By open holds; not negative.
    std::optional<std::int64_t> overdraft_limit;  // Nothing: may go below zero without limit.
    std::int64_t minimum_balance = 0;
    api::Limits limits;
    api::Spending spending;  // Of the day, week and month of the batch.
    bool is_locked = false;
    bool is_debit_frozen = false;
    bool is_credit_frozen = false;
    bool is_closed = false;
    std::int64_t version = 0;
};

// What the database says of the session behind an order.
struct OrderAuthority {
    bool is_live = false;  // Not expired, not revoked, user not disabled, role as claimed.
    UserId user_id;
    api::Role role = api::Role::customer;
    // Whether the session may move the order's customer-side account without its PIN: always for
    // tellers and admins, for a customer while a PIN authorization lasts.
    bool has_pin_authorization = false;
    // Whether the bank lets the role deposit and withdraw; see bank.rules.
    bool may_move_cash = true;
    AccountId cash_account;   // The actor's, in the order's currency; none if the bank keeps none.
    api::Limits role_limits;  // Of the role, in the order's currency.
};

// The hold or transfer that an order names as its origin.
struct Origin {
    TransferId id;
    api::TransferKind kind = api::TransferKind::transfer;
    Code status = Code::posted;
    AccountId debit_account;
    AccountId credit_account;
    money::Money amount;
    bool is_settled = false;  // A hold: captured, released or expired. A transfer: reversed.
    bool is_past = false;     // A hold whose time is over, settled or not.
};

// A request that was decided before, under the same idempotency id.
struct KnownTransfer {
    Digest request_digest{};
    api::Transfer answer;
};

struct LockedBatch {
    std::unordered_map<AccountId, LockedAccount> accounts;
    std::vector<OrderAuthority> authorities;  // One per order, in order.
    std::unordered_map<TransferId, Origin> origins;
    std::unordered_map<Uuid, KnownTransfer> known;
};

// The engine's word on one order.
struct Decision {
    Code code = Code::internal_error;  // A transfer status is kept; anything else is only audited.
    bool is_replay = false;            // code and answer are those of a KnownTransfer, or of an
                                       // earlier order of the same batch (replay_of).
    std::optional<std::size_t> replay_of;
    AccountId debit_account;   // As moved: cash account and origin filled in; none if missing.
    AccountId credit_account;  //
    money::Money amount;       // As decided: "all of it" filled in.
    std::int64_t debit_balance = 0;   // After this order; before it, if refused.
    std::int64_t credit_balance = 0;  //
    std::int64_t debit_held = 0;      // Of the debit account, after this order.
    std::int64_t available = 0;       // Of the side that is answered, after this order.
};

// What the database made of a decision that is a transfer status and no replay.
struct Posted {
    TransferId id;
    Timestamp created_at;
    std::optional<Timestamp> expires_at;  // Of a posted hold.
};

// Owned by one lane. Threads: that lane's only.
class LaneStore {
public:
    virtual ~LaneStore() = default;

    // What is known of accounts now, nothing locked; those that do not exist are missing. For
    // deciding what post() will compare. storage_unavailable.
    virtual Result<std::vector<LockedAccount>> read(std::span<AccountId const> ids) = 0;

    // Begins a transaction, locks all accounts of `orders` in the order of their ids, and reads
    // what deciding needs. Errors leave no transaction open: storage_unavailable.
    virtual Result<LockedBatch> lock(std::span<TransferOrder const> orders) = 0;

    // Posts and commits; one Posted per order, empty where nothing was kept. After lock() in its
    // transaction; else in one of its own, in one round trip, where what was decided counts only as
    // long as the accounts have the versions of `batch`.
    // overloaded: they have not, or an idempotency id was used meanwhile; nothing was kept.
    // decision_refused: SQL did not agree, or a constraint did not; nothing was kept.
    // storage_unavailable: nothing was kept.
    // outcome_unknown: the commit was sent, its answer lost.
    virtual Result<std::vector<Posted>> post(std::span<TransferOrder const> orders,
                                             std::span<Decision const> decisions,
                                             LockedBatch const& batch) = 0;

    // Rolls back what lock() began. Does nothing without an open transaction.
    virtual void abandon() noexcept = 0;
};

// The entries of a posted transfer: two for each, where money moved.
[[nodiscard]] constexpr EntryId debit_entry(TransferId id) noexcept {
    return {2 * id.value};
}
[[nodiscard]] constexpr EntryId credit_entry(TransferId id) noexcept {
    return {2 * id.value + 1};
}

}  // namespace bank::ledger
