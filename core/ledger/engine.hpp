// Decides a batch of transfers. Pure: no clock, no input or output, no state of its own.
#pragma once
#include <span>
#include <vector>

#include "core/ledger/lane_store.hpp"
#include "core/ledger/transfer_order.hpp"

namespace bank::ledger {

// One Decision per order, in the order of arrival: each sees what its predecessors leave. A refused
// order, or a linked group one of which is refused, changes nothing for those behind it.
//
// Whatever the code, a decision states the accounts, the amount and the balances that are known.
//
// Preconditions: `batch` was read for these very orders. No order is an expiry, which SQL alone
// makes; amounts are positive, but for those of api::has_origin(), which may be 0, and those of
// releases, which are.
[[nodiscard]] std::vector<Decision> decide(std::span<TransferOrder const> orders,
                                           LockedBatch const& batch);

}  // namespace bank::ledger
