// Decides a batch of transfers. Pure: no clock, no I/O, no state of its own.
#pragma once
#include <span>
#include <vector>

#include "core/ledger/lane_store.hpp"
#include "core/ledger/transfer_order.hpp"

namespace bank::ledger {

// One Decision per order, in the order of arrival: each sees the effects of its predecessors. A
// refused order, or a linked group with a refused member, has no effect on later orders.
//
// Regardless of its code, a decision contains all known accounts, amounts and balances.
//
// Preconditions: `batch` was read for exactly these orders. No order is an expiry, which only SQL
// creates. Amounts are positive, except that orders with api::has_origin() may have 0, and releases
// always do.
[[nodiscard]] std::vector<Decision> decide(std::span<TransferOrder const> orders,
                                           LockedBatch const& batch);

}  // namespace bank::ledger
