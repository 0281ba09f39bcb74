#include "core/service/admission.hpp"

#include <algorithm>

#include "core/base/json_writer.hpp"
#include "core/ratelimit/rate_limiter.hpp"
#include "core/ratelimit/source_prefix.hpp"

namespace bank::service {
namespace {

RateBudget budget_of(RateBudgets const& budgets, api::RouteClass route) {
    switch (route) {
    case api::RouteClass::login: return budgets.login;
    case api::RouteClass::read: return budgets.read;
    case api::RouteClass::write: return budgets.write;
    case api::RouteClass::money: return budgets.money;
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

metrics::Throttle throttle_of(api::RouteClass route) {
    switch (route) {
    case api::RouteClass::login: return metrics::Throttle::login_rate;
    case api::RouteClass::read: return metrics::Throttle::read_rate;
    case api::RouteClass::write: return metrics::Throttle::write_rate;
    case api::RouteClass::money: return metrics::Throttle::money_rate;
    }
    BANK_UNREACHABLE();
}

std::string details_of(api::RouteClass route) {
    JsonWriter details;
    details.begin_object();
    details.key("route").text(api::to_string(route));
    details.end_object();
    return std::move(details).take();
}

}  // namespace

Admission::Admission(Context& context)
    : context_(context), limiter_(context.settings.get()->rates.sources_max) {}

api::RateDecision Admission::admit(Request const& request, api::RouteClass route) {
    // The machine's administrators are few, known, and must get through in a flood.
    if (request.front_end == FrontEnd::admin) return {};
    auto const settings = context_.settings.get();
    auto const budget = budget_of(settings->rates, route);
    auto const take = [&](std::string const& who) {
        auto const key = std::string(api::to_string(route)) + ' ' + who;
        return decision_of(
            limiter_.take(key, {budget.requests, budget.window_s}, context_.clock.steady()));
    };
    auto decision = take(ratelimit::source_prefix(request.caller.source_ip));
    if (decision.is_admitted && route != api::RouteClass::login) {
        auto const user = context_.authenticator.user_of(request.caller.access_token);
        if (user) {
            auto const by_user = take("user " + std::to_string(user.value));
            if (!by_user.is_admitted || by_user.remaining < decision.remaining) decision = by_user;
        }
    }
    if (!decision.is_admitted) {
        context_.meters.note(throttle_of(route));
        auto const origin = origin_of(request.caller);
        context_.refusals.stranger(origin.ip, {.action = audit::Action::throttle,
                                               .outcome = Code::rate_limited,
                                               .details = details_of(route),
                                               .origin = origin});
    }
    return decision;
}

}  // namespace bank::service
