#include "core/access/gate.hpp"

#include <utility>

#include "core/base/check.hpp"
#include "core/codec/shape.hpp"

namespace bank::access {
namespace {

constexpr std::uint32_t obstacle_retry_s = 10;

// Whether it has to wait until changes are possible.
bool is_change(operations::Facts const& facts) {
    // Each movement of a batch passes by itself, so that a decided one gets its first answer.
    return facts.effect == operations::Effect::changes && !facts.works_in_halt &&
           facts.entry != operations::Entry::by_kind;
}

// A decision against the caller is recorded; malformed input and an outage are not.
bool is_refusal(Code code) {
    auto const k = kind(code);
    return k == CodeKind::refused || k == CodeKind::forbidden || k == CodeKind::conflict;
}

}  // namespace

Status Gate::enter(Request const& request, operations::Operation const& operation,
                   void const* input, std::optional<audit::Action> action, Visit& visit) {
    auto const& facts = operation.facts;
    if (!operations::may_call(facts.callers, request.front_end)) return Code::permission_denied;
    visit.rate = admission_.charge(request, facts);
    if (!visit.rate.is_admitted) {
        return Error{.code = Code::rate_limited, .retry_after_s = visit.rate.retry_after_s};
    }
    visit.is_admitted = true;
    if (facts.entry == operations::Entry::anyone) {
        return codec::check_shape(operation.input(), input);
    }
    BANK_CHECK(action.has_value());
    auto principal = authenticate(request, *action);
    if (!principal.ok()) return std::move(principal).error();
    auto const& who = visit.principal.emplace(std::move(principal).value());
    // As in SQL: the password comes first, so that a one-time session does not learn what it might
    // do.
    if (who.must_change_password && facts.entry != operations::Entry::any_password) {
        return refused(who, *action, Error{Code::password_change_required});
    }
    // The shape of a movement depends on its kind.
    if (facts.entry != operations::Entry::by_kind) {
        auto const shape = codec::check_shape(operation.input(), input);
        if (!shape.ok()) return shape;
    }
    if (!facts.permission) return Done{};
    if (auto refusal = authorise(who, *facts.permission, is_change(facts))) {
        return record(who, *action, *std::move(refusal));
    }
    return Done{};
}

Status Gate::pass(Principal const& who, Movement& movement) {
    auto const purpose = movement.purpose();
    auto denied = authorise(who, purpose.permission, true);
    auto const known = denied ? Status{Done{}} : movement.preflight(who);
    if (!denied && known.ok() && !movement.has_pin(who)) return Done{};

    auto const is_decided = movement.replay();
    if (!is_decided.ok()) return is_decided.error();
    if (*is_decided) return Done{};

    if (denied) return record(who, purpose.action, *std::move(denied));
    if (!known.ok()) {
        return is_refusal(known.code()) ? refused(who, purpose.action, known.error())
                                        : known.error();
    }
    return movement.prove_pin(who);
}

void Gate::leave(Visit const& visit, operations::Facts const& facts,
                 std::optional<Uuid> const& batch, Error const* error) {
    if (error == nullptr) return;
    if (error->code == Code::session_ended && visit.principal) {
        authenticator_.forget_session(visit.principal->session_id);
    }
    // Nothing was done, and the front end tries again.
    if (error->code == Code::overloaded) admission_.give_back(batch, facts);
}

Status Gate::may(Principal const& who, Purpose purpose, UserId owner) {
    auto const decision = decide(who.user_id, who.role, purpose.permission, owner);
    if (decision.is_allowed) return Done{};
    return refused(who, purpose.action, Error{Code::permission_denied}, decision.details());
}

Error Gate::refused(Principal const& who, audit::Action action, Error error, std::string details) {
    return record(who, action, {std::move(error), std::move(details)});
}

Result<Principal> Gate::authenticate(Request const& request, audit::Action action) {
    auto const source = source_of(request.caller);
    auto principal = [&]() -> Result<Principal> {
        if (request.front_end == api::FrontEnd::rest) {
            return authenticator_.by_token(request.caller.access_token, source);
        }
        if (!request.caller.local_peer) return Code::not_authenticated;
        return authenticator_.by_peer(*request.caller.local_peer, source);
    }();
    if (principal.ok()) return principal;
    auto const& error = principal.error();
    if (is_transient(error.code) || error.code == Code::internal_error) return error;
    refusals_.stranger(source.ip, {.action = action, .outcome = error.code, .source = source});
    return error;
}

std::optional<Gate::Refusal> Gate::authorise(Principal const& who, Permission permission,
                                             bool is_change) {
    auto const decision = decide(who.user_id, who.role, permission, who.user_id);
    if (!decision.is_allowed) return Refusal{{Code::permission_denied}, decision.details()};
    if (is_change) {
        if (auto const obstacle = state_.obstacle()) {
            return Refusal{{.code = *obstacle, .retry_after_s = obstacle_retry_s}};
        }
    }
    if (is_high_risk(permission) && state_.sealing_lag() > sealing_lag_max) {
        return Refusal{{.code = Code::audit_behind, .retry_after_s = 10}};
    }
    return std::nullopt;
}

Error Gate::record(Principal const& who, audit::Action action, Refusal refusal) {
    refusals_.known({.action = action,
                     .outcome = refusal.error.code,
                     .details = std::move(refusal.details),
                     .source = who.acting.source,
                     .session = who.acting.session});
    return std::move(refusal.error);
}

}  // namespace bank::access
