// The budgets of calls: per source, and per user once a token proves one; and the permits that pay
// for batches in advance.
//
// Threads: any.
#pragma once
#include <functional>
#include <optional>

#include "core/access/authenticator.hpp"
#include "core/access/permits.hpp"
#include "core/access/rate_budgets.hpp"
#include "core/access/rate_limiter.hpp"
#include "core/access/refusal_log.hpp"
#include "core/access/request.hpp"
#include "core/api/rate.hpp"
#include "core/api/transfers.hpp"
#include "core/base/live.hpp"
#include "core/base/time.hpp"
#include "core/operations/facts.hpp"

namespace bank::access {

class Admission {
public:
    // `on_refusal` counts a call that exceeded its budget. The references must outlive it.
    Admission(RateBudgets const& budgets, Authenticator& authenticator, RefusalLog& refusals,
              Clock const& clock, std::function<void(operations::Budget)> on_refusal);

    // Takes one call from the caller's budgets, or from the permit of its batch; the tighter of the
    // budgets. A refusal is recorded.
    [[nodiscard]] api::RateDecision charge(Request const& request, operations::Facts const& facts);
    // Of a call that did nothing and is made again: the permit that paid for it, if one did.
    void give_back(std::optional<Uuid> const& batch, operations::Facts const& facts);

    // The gate has charged the budget.
    Result<api::BatchPermit> reserve_batch(Principal const& who);

    // All but sources_max take effect at once.
    void reload(RateBudgets const& budgets) { budgets_.set(budgets); }

private:
    [[nodiscard]] api::RateDecision charge_permit(Uuid const& permit);
    [[nodiscard]] api::RateDecision charge_budgets(Request const& request,
                                                   operations::Budget budget);

    Authenticator& authenticator_;
    RefusalLog& refusals_;
    Clock const& clock_;
    std::function<void(operations::Budget)> on_refusal_;
    Live<RateBudgets> budgets_;
    RateLimiter limiter_;
    Permits permits_;
};

}  // namespace bank::access
