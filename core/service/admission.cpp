#include "core/service/admission.hpp"

#include <algorithm>

#include "core/base/json_writer.hpp"
#include "core/ratelimit/rate_limiter.hpp"
#include "core/ratelimit/source_prefix.hpp"

namespace bank::service {
namespace {

constexpr std::uint32_t calls_per_permit = 100;
constexpr std::size_t permits_max = 16'384;
constexpr std::size_t permits_of_user_max = 64;

RateBudget budget_of(RateBudgets const& budgets, operations::Budget route) {
    switch (route) {
    case operations::Budget::login: return budgets.login;
    case operations::Budget::read: return budgets.read;
    case operations::Budget::write: return budgets.write;
    case operations::Budget::money: return budgets.money;
    }
    BANK_UNREACHABLE();
}

api::RateDecision decision_of(ratelimit::Admission const& admission) {
    return {.is_admitted = admission.is_admitted,
            .quota = admission.quota,
            .window_s = admission.window_s,
            .remaining = admission.remaining,
            .reset_s = admission.reset_s,
            .retry_after_s = admission.retry_after_s};
}

metrics::Throttle throttle_of(operations::Budget route) {
    switch (route) {
    case operations::Budget::login: return metrics::Throttle::login_rate;
    case operations::Budget::read: return metrics::Throttle::read_rate;
    case operations::Budget::write: return metrics::Throttle::write_rate;
    case operations::Budget::money: return metrics::Throttle::money_rate;
    }
    BANK_UNREACHABLE();
}

std::string details_of(operations::Budget route) {
    JsonWriter details;
    details.begin_object();
    details.key("route").text(api::to_string(route));
    details.end_object();
    return std::move(details).take();
}

// A permit pays for transactions, not for the next permit.
bool pays_by_permit(operations::Facts const& facts) {
    return facts.entry == operations::Entry::by_kind;
}

}  // namespace

Admission::Admission(Context& context)
    : context_(context),
      limiter_(context.settings.get()->rates.sources_max),
      permits_(permits_max, permits_of_user_max) {}

void Admission::give_back(std::optional<Uuid> const& batch, operations::Facts const& facts) {
    if (pays_by_permit(facts) && batch) permits_.give_back(*batch);
}

Result<api::BatchPermit> Admission::reserve_batch(auth::Principal const& who) {
    api::BatchPermit const permit{new_uuid(context_.clock.now()), calls_per_permit};
    permits_.add(permit.id, who.user_id, permit.calls);
    return permit;
}

api::RateDecision Admission::charge_permit(Uuid const& permit) {
    auto const is_paid = permits_.take(permit);
    return {.is_admitted = is_paid, .retry_after_s = is_paid ? 0U : 1U};
}

api::RateDecision Admission::charge_budgets(Request const& request, operations::Budget route) {
    auto const settings = context_.settings.get();
    auto const budget = budget_of(settings->rates, route);
    auto const take = [&](std::string const& who) {
        auto const key = std::string(api::to_string(route)) + ' ' + who;
        return decision_of(
            limiter_.take(key, {budget.requests, budget.window_s}, context_.clock.steady()));
    };
    auto decision = take(ratelimit::source_prefix(request.caller.source_ip));
    if (decision.is_admitted && route != operations::Budget::login) {
        auto const user = context_.authenticator.user_of(request.caller.access_token);
        if (user) {
            auto const by_user = take("user " + std::to_string(user.value));
            if (!by_user.is_admitted || by_user.remaining < decision.remaining) decision = by_user;
        }
    }
    return decision;
}

api::RateDecision Admission::charge(Request const& request, operations::Facts const& facts) {
    // The machine's administrators are few, known, and must get through in a flood.
    if (request.front_end == api::FrontEnd::admin) return {};
    if (!facts.budget) return {};
    auto const& batch = request.caller.batch;
    auto const decision = pays_by_permit(facts) && batch ? charge_permit(*batch)
                                                         : charge_budgets(request, *facts.budget);
    if (!decision.is_admitted) {
        context_.meters.note(throttle_of(*facts.budget));
        auto const origin = origin_of(request.caller);
        context_.refusals.stranger(origin.ip, {.action = audit::Action::throttle,
                                               .outcome = Code::rate_limited,
                                               .details = details_of(*facts.budget),
                                               .origin = origin});
    }
    return decision;
}

}  // namespace bank::service
