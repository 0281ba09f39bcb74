#include "core/ratelimit/rate_limiter.hpp"

#include "core/ratelimit/bounded_table.hpp"

namespace bank::ratelimit {
namespace {

struct Entry {
    RateState rate;
    [[nodiscard]] auto weight() const noexcept { return rate.full_at.time_since_epoch().count(); }
};

}  // namespace

struct RateLimiter::State {
    explicit State(std::size_t keys_max) : table(keys_max) {}
    BoundedTable<Entry> table;
};

RateLimiter::RateLimiter(std::size_t keys_max) : state_(std::make_unique<State>(keys_max)) {}
RateLimiter::~RateLimiter() = default;

Admission RateLimiter::take(std::string_view key, Budget budget, Instant now) {
    if (budget.requests == 0) return {};
    return state_->table.with(
        key, [&](Entry& entry) { return ratelimit::take(entry.rate, budget, now); });
}

std::size_t RateLimiter::size() const {
    return state_->table.size();
}

}  // namespace bank::ratelimit
