// The budgets of calls: per source, and per user once a token proves one; and the permits that pay
// for batches in advance.
//
// Threads: any.
#pragma once
#include "core/api/caller.hpp"
#include "core/api/rate.hpp"
#include "core/api/transfers.hpp"
#include "core/ratelimit/permits.hpp"
#include "core/ratelimit/rate_limiter.hpp"
#include "core/service/context.hpp"

namespace bank::service {

class Admission {
public:
    // `context` must outlive it.
    explicit Admission(Context& context);

    // Takes one call from the caller's budgets, or from the permit of its batch; the tighter of the
    // budgets. A refusal is recorded.
    api::RateDecision charge(Request const& request, operations::Facts const& facts);
    // Of a call that did nothing and is made again: the permit that paid for it, if one did.
    void give_back(std::optional<Uuid> const& batch, operations::Facts const& facts);

    // The gate has charged the budget.
    Result<api::BatchPermit> reserve_batch(auth::Principal const& who);

private:
    api::RateDecision charge_permit(Uuid const& permit);
    api::RateDecision charge_budgets(Request const& request, operations::Budget route);

    Context& context_;
    ratelimit::RateLimiter limiter_;
    ratelimit::Permits permits_;
};

}  // namespace bank::service
