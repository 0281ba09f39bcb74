// Pays for the items of a batch in advance: the core charges the caller's budget for a permit, and
// the permit pays for the calls that name it.
//
// Threads: that of the batch.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>

#include "core/operations/transfers.hpp"
#include "plugins/api/plugin.hpp"

namespace bank::rest {

class BatchBudget {
public:
    using Time = std::chrono::steady_clock::time_point;

    // paid: spend() for the next item. waits: ask again at next_at(). refused: see refusal().
    enum class State : std::uint8_t { paid, waits, refused };

    // Both must outlive it. `first` was charged when the batch was opened.
    BatchBudget(operations::BankApi& bank, api::Caller const& caller, api::BatchPermit first);

    // Gets another permit when one is needed. Waits for a budget that comes back soon and for a
    // busy core; a session that has ended is refused for good.
    [[nodiscard]] State ask();
    [[nodiscard]] bool is_waiting() const noexcept { return state_ == State::waits; }
    [[nodiscard]] Time next_at() const noexcept { return next_at_; }
    [[nodiscard]] Error const& refusal() const noexcept { return refusal_; }

    // The permit that pays for an item of so many transfers.
    [[nodiscard]] Uuid spend(std::size_t transfers);
    // The core does not accept the permit any more: it restarted, or has had too many since.
    void forget(Uuid const& permit);

private:
    void note(Error const& error, Time now);

    operations::BankApi& bank_;
    api::Caller const& caller_;
    api::BatchPermit permit_;
    std::int64_t credit_;  // Transfers that are paid for.
    State state_ = State::paid;
    bool is_final_ = false;
    Error refusal_;
    Time next_at_{};
    std::optional<Time> end_;  // Of waiting.
    std::chrono::milliseconds delay_{0};
};

}  // namespace bank::rest
