// Database interface of a posting lane: one transaction at a time.
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

// An account's data for decisions: locked, or as of `version`, which every change increments.
struct LockedAccount {
    AccountId id;
    std::string account_no;
    api::AccountKind kind = api::AccountKind::customer;
    UserId user_id;  // None: the bank's own.
    money::Currency currency;
    std::int64_t balance = 0;
    std::int64_t held = 0;                        // By open holds; never negative.
    std::optional<std::int64_t> overdraft_limit;  // nullopt: unlimited overdraft.
    std::int64_t minimum_balance = 0;
    api::Limits limits;
    api::Spending spending;  // In the batch's day, week and month.
    bool is_locked = false;
    bool is_debit_frozen = false;
    bool is_credit_frozen = false;
    bool is_closed = false;
    std::int64_t version = 0;
};

// The database's data on an order's session.
struct OrderAuthority {
    bool is_live = false;  // Not expired, not revoked, user not disabled, role as claimed.
    UserId user_id;
    api::Role role = api::Role::customer;
    // Whether the session may move the order's customer-side account without its PIN: always for
    // tellers and admins, for a customer while a PIN authorization of the core lasts.
    bool has_pin_authorization = false;
    // Whether the role may deposit and withdraw; see bank.rules.
    bool may_move_cash = true;
    AccountId cash_account;   // The actor's, in the order's currency; none if there is none.
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
    bool is_past = false;     // A hold past its expiry, settled or not.
};

// An earlier decision under the same idempotency id.
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

// The engine's decision on one order.
struct Decision {
    Code code = Code::internal_error;  // A transfer status is stored; other codes are only audited.
    bool is_replay = false;            // code and answer are those of a KnownTransfer, or of an
                                       // earlier order of the same batch (replay_of).
    std::optional<std::size_t> replay_of;
    AccountId debit_account;         // As moved: cash account and origin resolved; none if missing.
    AccountId credit_account;        //
    money::Money amount;             // As decided: "all of it" resolved.
    std::int64_t debit_balance = 0;  // After this order; before it, if refused.
    std::int64_t credit_balance = 0;  //
    std::int64_t debit_held = 0;      // Of the debit account, after this order.
    std::int64_t available = 0;       // On the side shown in the answer, after this order.
};

// The stored result of a decision that is a transfer status and not a replay.
struct Posted {
    TransferId id;
    Timestamp created_at;
    std::optional<Timestamp> expires_at;  // Of a posted hold.
};

// Owned by one lane. Threads: that lane's only.
class LaneStore {
public:
    virtual ~LaneStore() = default;

    // Reads accounts without locking; nonexistent ones are missing from the result. For decisions
    // whose versions post() compares. storage_unavailable.
    virtual Result<std::vector<LockedAccount>> read(std::span<AccountId const> ids) = 0;

    // Begins a transaction, locks all accounts of `orders` in id order, and reads the data for
    // decisions. Errors leave no transaction open: storage_unavailable.
    virtual Result<LockedBatch> lock(std::span<TransferOrder const> orders) = 0;

    // Posts and commits; one Posted per order, empty where nothing was stored. After lock(), in its
    // transaction; otherwise in its own, in one round trip, valid only if the accounts still have
    // the versions of `batch`.
    // overloaded: they do not, or an idempotency id was used meanwhile; nothing was stored.
    // decision_refused: SQL or a constraint disagreed; nothing was stored.
    // storage_unavailable: nothing was stored.
    // outcome_unknown: the commit was sent, but its result was lost.
    virtual Result<std::vector<Posted>> post(std::span<TransferOrder const> orders,
                                             std::span<Decision const> decisions,
                                             LockedBatch const& batch) = 0;

    // Rolls back the transaction of lock(), if one is open.
    virtual void abandon() noexcept = 0;
};

// The two entries of a posted transfer that moved money.
[[nodiscard]] constexpr EntryId debit_entry(TransferId id) noexcept {
    return {2 * id.value};
}
[[nodiscard]] constexpr EntryId credit_entry(TransferId id) noexcept {
    return {2 * id.value + 1};
}

}  // namespace bank::ledger
