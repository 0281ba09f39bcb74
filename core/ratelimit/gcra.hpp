// The generic cell rate algorithm: a budget of requests that refills evenly, kept in one instant.
// Integers only; the caller brings the time.
#pragma once
#include <chrono>
#include <cstdint>

namespace bank::ratelimit {

using Instant = std::chrono::steady_clock::time_point;

// `requests` may come at once, and come back evenly over the window.
struct Budget {
    std::uint32_t requests = 0;  // 0: no limit.
    std::uint32_t window_s = 60;
};

// As the RateLimit headers show it; see api::RateDecision.
struct Admission {
    bool is_admitted = true;
    std::uint32_t quota = 0;          // 0: no limit, and nothing below counts.
    std::uint32_t window_s = 0;       //
    std::uint32_t remaining = 0;      // Requests that would be admitted right after this one.
    std::uint32_t reset_s = 0;        // Until the full quota is back.
    std::uint32_t retry_after_s = 0;  // Not 0 only if refused; waiting that long is enough.
};

// When the budget will be full again; the past means that it is. The default is full.
struct RateState {
    Instant full_at{};
};

// Takes one request from the budget; a refused one takes nothing.
[[nodiscard]] Admission take(RateState& state, Budget budget, Instant now) noexcept;

}  // namespace bank::ratelimit
