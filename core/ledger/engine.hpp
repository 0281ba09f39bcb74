// Decides a batch of transfers. Pure: no clock, no input or output, no state of its own.
#pragma once
#include <span>
#include <vector>

#include "core/ledger/lane_store.hpp"
#include "core/ledger/transfer_order.hpp"

namespace bank::ledger {

// One Decision per order, in the order of arrival: each sees the balances that its predecessors
// leave. A refused order changes nothing for those behind it.
//
// Precondition: `batch` was read for these very orders.
[[nodiscard]] std::vector<Decision> decide(std::span<TransferOrder const> orders,
                                           LockedBatch const& batch);

}  // namespace bank::ledger
