// What a posting lane needs from a database: one transaction at a time, in two round trips.
#pragma once
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "core/api/accounts.hpp"
#include "core/api/users.hpp"
#include "core/base/result.hpp"
#include "core/ledger/transfer_order.hpp"

namespace bank::ledger {

// An account whose row this transaction has locked.
struct LockedAccount {
    AccountId id;
    api::AccountKind kind = api::AccountKind::customer;
    UserId user_id;  // None: the bank's own.
    money::Currency currency;
    std::int64_t balance = 0;
    std::optional<std::int64_t> overdraft_limit;  // Nothing: may go below zero without limit.
    bool is_locked = false;
    bool is_closed = false;
};

// What the database says of the session behind an order.
struct OrderAuthority {
    bool is_live = false;  // Not expired, not revoked, user not disabled, role as claimed.
    UserId user_id;
    api::Role role = api::Role::customer;
    // Whether the session may move the order's customer-side account without its PIN: always for
    // tellers and admins, for a customer while a PIN authorization lasts.
    bool has_pin_authorization = false;
    AccountId cash_account;  // The actor's, in the order's currency; none if the bank keeps none.
};

// A request that was decided before, under the same idempotency id.
struct KnownTransfer {
    Digest request_digest{};
    api::Transfer answer;
};

struct LockedBatch {
    std::unordered_map<AccountId, LockedAccount> accounts;
    std::vector<OrderAuthority> authorities;  // One per order, in order.
    std::unordered_map<Uuid, KnownTransfer> known;
};

// The engine's word on one order.
struct Decision {
    Code code = Code::internal_error;  // A transfer status is kept; anything else is only audited.
    bool is_replay = false;            // code and answer are those of a KnownTransfer, or of an
                                       // earlier order of the same batch (replay_of).
    std::optional<std::size_t> replay_of;
    AccountId debit_account;          // With the cash account filled in; none if that is missing.
    AccountId credit_account;         //
    std::int64_t debit_balance = 0;   // After this order; before it, if refused.
    std::int64_t credit_balance = 0;  //
};

// What the database made of a decision that is a transfer status and no replay.
struct Posted {
    TransferId id;
    Timestamp created_at;
    EntryId debit_entry;   // None if refused.
    EntryId credit_entry;  //
    std::string debit_account_no;
    std::string credit_account_no;
};

// Owned by one lane. Threads: that lane's only.
class LaneStore {
public:
    virtual ~LaneStore() = default;

    // Round trip 1: begins a transaction, locks all accounts of `orders` in the order of their
    // ids, and reads what deciding needs. Errors leave no transaction open: storage_unavailable.
    virtual Result<LockedBatch> lock(std::span<TransferOrder const> orders) = 0;

    // Round trip 2: posts and commits; one Posted per order, empty where nothing was kept.
    // decision_refused: SQL did not agree, or a constraint did not; nothing was kept.
    // storage_unavailable: nothing was kept. outcome_unknown: the commit was sent, its answer lost.
    virtual Result<std::vector<Posted>> post(std::span<TransferOrder const> orders,
                                             std::span<Decision const> decisions) = 0;

    // Rolls back what lock() began. Does nothing without an open transaction.
    virtual void abandon() noexcept = 0;
};

}  // namespace bank::ledger
