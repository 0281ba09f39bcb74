// The generic cell rate algorithm: a budget of requests that refills evenly, stored as one instant.
// Integers only; the caller supplies the time.
#pragma once
#include <chrono>
#include <cstdint>

#include "core/api/rate.hpp"

namespace bank::access {

using Instant = std::chrono::steady_clock::time_point;

// A burst of up to `requests`, which refill evenly over the window.
struct RateBudget {
    std::uint32_t requests = 0;  // 0: no limit.
    std::uint32_t window_s = 60;
};

// When the budget will be full again; in the past: it is full, the default.
struct RateState {
    Instant full_at{};
};

// Takes one request from the budget; a refused one takes nothing. Without a limit
// the decision has a quota of 0.
[[nodiscard]] api::RateDecision take(RateState& state, RateBudget budget, Instant now) noexcept;

}  // namespace bank::access
