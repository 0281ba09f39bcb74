#include "core/access/rate_limiter.hpp"

#include "core/access/bounded_table.hpp"

namespace bank::access {
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

api::RateDecision RateLimiter::take(std::string_view key, RateBudget budget, Instant now) {
    if (budget.requests == 0) return {};
    return state_->table.with(key,
                              [&](Entry& entry) { return access::take(entry.rate, budget, now); });
}

std::size_t RateLimiter::size() const {
    return state_->table.size();
}

}  // namespace bank::access
