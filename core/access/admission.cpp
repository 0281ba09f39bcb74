#include "core/access/admission.hpp"

#include <utility>

#include "core/access/source_prefix.hpp"
#include "core/base/json_writer.hpp"

namespace bank::access {
namespace {

constexpr std::uint32_t calls_per_permit = 100;
constexpr std::size_t permits_max = 16'384;
constexpr std::size_t permits_of_user_max = 64;

RateBudget budget_of(RateBudgets const& budgets, operations::Budget budget) {
    switch (budget) {
    case operations::Budget::login: return budgets.login;
    case operations::Budget::read: return budgets.read;
    case operations::Budget::write: return budgets.write;
    case operations::Budget::money: return budgets.money;
    }
    BANK_UNREACHABLE();
}

std::string details_of(operations::Budget budget) {
    JsonWriter details;
    details.begin_object();
    details.key("route").text(api::to_string(budget));
    details.end_object();
    return std::move(details).take();
}

// A permit pays for transactions, not for the next permit.
bool pays_by_permit(operations::Facts const& facts) {
    return facts.entry == operations::Entry::by_kind;
}

}  // namespace

Admission::Admission(RateBudgets const& budgets, Authenticator& authenticator, RefusalLog& refusals,
                     Clock const& clock, std::function<void(operations::Budget)> on_refusal)
    : authenticator_(authenticator),
      refusals_(refusals),
      clock_(clock),
      on_refusal_(std::move(on_refusal)),
      budgets_(budgets),
      limiter_(budgets.sources_max),
      permits_(permits_max, permits_of_user_max) {}

void Admission::give_back(std::optional<Uuid> const& batch, operations::Facts const& facts) {
    if (pays_by_permit(facts) && batch) permits_.give_back(*batch);
}

Result<api::BatchPermit> Admission::reserve_batch(Principal const& who) {
    api::BatchPermit const permit{new_uuid(clock_.now()), calls_per_permit};
    permits_.add(permit.id, who.user_id, permit.calls);
    return permit;
}

api::RateDecision Admission::charge_permit(Uuid const& permit) {
    auto const is_paid = permits_.take(permit);
    return {.is_admitted = is_paid, .retry_after_s = is_paid ? 0U : 1U};
}

api::RateDecision Admission::charge_budgets(Request const& request, operations::Budget budget) {
    auto const rate = budget_of(*budgets_.get(), budget);
    auto const take = [&](std::string const& who) {
        auto const key = std::string(api::to_string(budget)) + ' ' + who;
        return limiter_.take(key, rate, clock_.steady());
    };
    auto decision = take(source_prefix(request.caller.source_ip));
    if (decision.is_admitted && budget != operations::Budget::login) {
        auto const user = authenticator_.user_of(request.caller.access_token);
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
        on_refusal_(*facts.budget);
        auto const source = source_of(request.caller);
        refusals_.stranger(source.ip, {.action = audit::Action::throttle,
                                       .outcome = Code::rate_limited,
                                       .details = details_of(*facts.budget),
                                       .source = source});
    }
    return decision;
}

}  // namespace bank::access
