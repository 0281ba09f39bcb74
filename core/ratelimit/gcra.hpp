// The generic cell rate algorithm: a budget of requests that refills evenly, stored as one instant.
// Integers only; the caller supplies the time.
#pragma once
#include <chrono>
#include <cstdint>

namespace bank::ratelimit {

using Instant = std::chrono::steady_clock::time_point;

// A burst of up to `requests`, which refill evenly over the window.
struct Budget {
    std::uint32_t requests = 0;  // 0: no limit.
    std::uint32_t window_s = 60;
};

// As in the RateLimit headers; see api::RateDecision.
struct Admission {
    bool is_admitted = true;
    std::uint32_t quota = 0;          // 0: no limit; the members below are unused.
    std::uint32_t window_s = 0;       //
    std::uint32_t remaining = 0;      // Requests that would be admitted immediately after this one.
    std::uint32_t reset_s = 0;        // Until the quota is full again.
    std::uint32_t retry_after_s = 0;  // Non-zero only if refused; sufficient wait.
};

// When the budget will be full again; in the past: it is full, the default.
struct RateState {
    Instant full_at{};
};

// Takes one request from the budget; a refused one takes nothing.
[[nodiscard]] Admission take(RateState& state, Budget budget, Instant now) noexcept;

}  // namespace bank::ratelimit
