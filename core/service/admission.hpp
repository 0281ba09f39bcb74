// The budgets of requests: per source, and per user once a token proves one.
//
// Threads: any.
#pragma once
#include "core/api/caller.hpp"
#include "core/api/rate.hpp"
#include "core/ratelimit/rate_limiter.hpp"
#include "core/service/context.hpp"

namespace bank::service {

class Admission {
public:
    // `context` must outlive it.
    explicit Admission(Context& context);

    // The tighter of the budgets that the request counts against. A refusal is recorded.
    api::RateDecision admit(Request const& request, api::RouteClass route);

private:
    Context& context_;
    ratelimit::RateLimiter limiter_;
};

}  // namespace bank::service
