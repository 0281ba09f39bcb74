// An independent replay of a decided batch from its initial balances. The invariants compare the
// result with the decisions; no code is shared with the engine.
#pragma once
#include <span>
#include <unordered_map>
#include <vector>

#include "core/ledger/lane_store.hpp"
#include "core/ledger/transfer_order.hpp"

namespace bank::ledger {

// An order that is stored and not a replay.
struct ReplayedOrder {
    TransferOrder const* order = nullptr;
    OrderAuthority const* authority = nullptr;
    Decision const* decision = nullptr;
    LockedAccount const* debit = nullptr;  // As decided; null if the account does not exist.
    LockedAccount const* credit = nullptr;
    Origin const* origin = nullptr;  // As ordered; null if absent.
    bool is_posted = false;
    bool is_possible = true;  // False on overflow; the balances then stay unchanged.
    // After this order.
    std::int64_t debit_balance = 0;
    std::int64_t debit_held = 0;
    std::int64_t credit_balance = 0;
};

class ReplayedBatch {
public:
    // The arguments must outlive it.
    ReplayedBatch(std::span<TransferOrder const> orders, std::span<Decision const> decisions,
                  LockedBatch const& batch);

    [[nodiscard]] std::span<TransferOrder const> orders() const noexcept { return orders_; }
    [[nodiscard]] std::span<Decision const> decisions() const noexcept { return decisions_; }
    [[nodiscard]] std::span<ReplayedOrder const> kept() const noexcept { return kept_; }
    // Requests decided before this batch.
    [[nodiscard]] std::unordered_map<Uuid, KnownTransfer> const& known() const noexcept {
        return known_;
    }

private:
    std::span<TransferOrder const> orders_;
    std::span<Decision const> decisions_;
    std::unordered_map<Uuid, KnownTransfer> const& known_;
    std::vector<ReplayedOrder> kept_;
};

}  // namespace bank::ledger
