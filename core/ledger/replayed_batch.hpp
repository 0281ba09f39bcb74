// A decided batch played through once more, from the balances before, by what the decisions say was
// posted. The invariants compare what comes out with what was decided; nothing here is the
// engine's.
#pragma once
#include <span>
#include <unordered_map>
#include <vector>

#include "core/ledger/lane_store.hpp"
#include "core/ledger/transfer_order.hpp"

namespace bank::ledger {

// An order that is kept and no replay.
struct ReplayedOrder {
    TransferOrder const* order = nullptr;
    OrderAuthority const* authority = nullptr;
    Decision const* decision = nullptr;
    LockedAccount const* debit = nullptr;  // As decided; null if there is no such account.
    LockedAccount const* credit = nullptr;
    Origin const* origin = nullptr;  // As ordered; null if there is none.
    bool is_posted = false;
    bool is_possible = true;  // False if a number left its range; then it stayed as it was.
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
    // The requests that were decided before this batch.
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
