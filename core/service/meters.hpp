// What the use cases count.
#pragma once
#include <array>
#include <chrono>

#include "core/api/transfers.hpp"
#include "core/base/result.hpp"
#include "core/metrics/cells.hpp"

namespace bank::service {

// What became of a request: "ok", or a word of codes.def.
template <typename T>
[[nodiscard]] std::uint16_t outcome_of(Result<T> const& result) noexcept {
    return result.ok() ? metrics::ok_place : metrics::place_of(result.code());
}
[[nodiscard]] inline std::uint16_t outcome_of(Result<api::Transfer> const& result) noexcept {
    return metrics::place_of(result.ok() ? result->status : result.code());
}
[[nodiscard]] inline std::uint16_t outcome_of(Result<api::LinkedTransfers> const& result) noexcept {
    if (!result.ok()) return metrics::place_of(result.code());
    auto const refused = result->refused_index;
    return metrics::place_of(refused ? result->transfers[*refused].status : Code::posted);
}

// Threads: any.
struct Meters {
    using Steady = std::chrono::steady_clock;

    metrics::PairCounters<metrics::operations_count, metrics::outcomes_count> requests;
    std::array<metrics::Latencies, metrics::operations_count> durations;
    metrics::Counters<metrics::throttles_count> throttled;
    metrics::Counters<metrics::front_ends_count> refused_operations;
    metrics::Counter ledger_alarms;

    void note(operations::Facts const& facts, std::uint16_t outcome,
              Steady::duration time) noexcept {
        auto const place = operations::place_of(facts);
        requests.at(place, outcome).add();
        durations[place].observe(time);
    }
    void note(metrics::Throttle throttle) noexcept {
        throttled.at(static_cast<std::size_t>(throttle)).add();
    }
};

// Of calls that exceeded a budget.
[[nodiscard]] constexpr metrics::Throttle throttle_of(operations::Budget budget) noexcept {
    switch (budget) {
    case operations::Budget::login: return metrics::Throttle::login_rate;
    case operations::Budget::read: return metrics::Throttle::read_rate;
    case operations::Budget::write: return metrics::Throttle::write_rate;
    case operations::Budget::money: return metrics::Throttle::money_rate;
    }
    BANK_UNREACHABLE();
}

}  // namespace bank::service
