// Invariants of every decided batch, independent of the engine. Each may veto; a veto means a bug,
// stops the whole batch and raises an alarm.
#pragma once
#include <optional>
#include <span>
#include <string_view>

#include "core/ledger/lane_store.hpp"
#include "core/ledger/replayed_batch.hpp"
#include "core/ledger/transfer_order.hpp"

namespace bank::ledger {

// Threads: any; they have no state.
class Invariant {
public:
    Invariant() = default;
    Invariant(Invariant const&) = delete;
    Invariant& operator=(Invariant const&) = delete;
    virtual ~Invariant() = default;

    [[nodiscard]] virtual std::string_view name() const noexcept = 0;
    // False is a veto.
    [[nodiscard]] virtual bool holds(ReplayedBatch const& batch) const = 0;
};

// All invariants; they live as long as the process.
[[nodiscard]] std::span<Invariant const* const> invariants() noexcept;

// The name of the first invariant that the decisions violate; nullopt if all hold.
[[nodiscard]] std::optional<std::string_view> broken_invariant(
    std::span<TransferOrder const> orders, std::span<Decision const> decisions,
    LockedBatch const& batch);

}  // namespace bank::ledger
