// Request budgets per key: a source or a user, by class of route.
//
// Threads: any. Bounded: beyond `keys_max` keys it evicts the one with the fullest budget among the
// least recently used.
#pragma once
#include <cstddef>
#include <memory>
#include <string_view>

#include "core/access/gcra.hpp"

namespace bank::access {

class RateLimiter {
public:
    explicit RateLimiter(std::size_t keys_max);
    RateLimiter(RateLimiter const&) = delete;
    RateLimiter& operator=(RateLimiter const&) = delete;
    ~RateLimiter();

    // Takes one request from the budget of `key`, which contains the class and the client: "read
    // 192.0.2.7/32". The budget may differ from the last call's: a reload takes effect at once.
    [[nodiscard]] api::RateDecision take(std::string_view key, RateBudget budget, Instant now);

    [[nodiscard]] std::size_t size() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace bank::access
