#include "core/access/gcra.hpp"

#include <algorithm>

namespace bank::access {
namespace {

using std::chrono::nanoseconds;

constexpr std::uint32_t window_s_max = 86'400;

std::uint32_t seconds_up(nanoseconds wait) noexcept {
    auto const whole = std::chrono::ceil<std::chrono::seconds>(wait).count();
    return static_cast<std::uint32_t>(std::max<std::int64_t>(whole, 0));
}

}  // namespace

api::RateDecision take(RateState& state, RateBudget budget, Instant now) noexcept {
    if (budget.requests == 0) return {};
    budget.window_s = std::clamp(budget.window_s, 1U, window_s_max);
    // Rounded down: the bank is generous by less than a nanosecond per request.
    nanoseconds const interval = std::max(
        nanoseconds{std::chrono::seconds{budget.window_s}} / budget.requests, nanoseconds{1});
    nanoseconds const capacity = interval * budget.requests;

    // Clamped, so debt from a larger budget before a reload does not exceed the new one.
    nanoseconds const used = std::clamp<nanoseconds>(state.full_at - now, nanoseconds{0}, capacity);
    api::RateDecision decision{.is_admitted = used + interval <= capacity,
                               .quota = budget.requests,
                               .window_s = budget.window_s};
    auto const used_after = decision.is_admitted ? used + interval : used;
    if (decision.is_admitted) {
        state.full_at = now + used_after;
    } else {
        decision.retry_after_s = seconds_up(used + interval - capacity);
    }
    decision.remaining = static_cast<std::uint32_t>((capacity - used_after) / interval);
    decision.reset_s = seconds_up(used_after);
    return decision;
}

}  // namespace bank::access
