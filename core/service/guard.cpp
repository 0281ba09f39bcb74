#include "core/service/guard.hpp"

#include <utility>

#include "core/base/bounds.hpp"
#include "core/base/check.hpp"
#include "core/base/text.hpp"

namespace bank::service {

auth::Origin origin_of(api::Caller const& caller) {
    return {.ip = plain_text(caller.source_ip, 64),
            .user_agent = plain_text(caller.user_agent, bounds::user_agent_size_max),
            .request_id = caller.request_id};
}

Guard::Guard(auth::Authenticator& authenticator, RefusalLog& refusals, SealingLag sealing_lag)
    : authenticator_(authenticator), refusals_(refusals), sealing_lag_(std::move(sealing_lag)) {}

// As in SQL: the password comes first, so that a one-time session does not learn what it might do.
Result<auth::Principal> Guard::enter(Request const& request, Purpose purpose) {
    auto principal = authenticated(request, purpose.action);
    if (!principal.ok()) return principal;
    if (principal->must_change_password) {
        return refused(*principal, purpose.action, Error{Code::password_change_required});
    }
    return authorised(*std::move(principal), purpose);
}

Result<auth::Principal> Guard::enter(Request const& request, operations::Facts const& facts) {
    BANK_CHECK(facts.action.has_value());
    auto principal = authenticated(request, *facts.action);
    if (!principal.ok()) return principal;
    if (principal->must_change_password && facts.entry != operations::Entry::any_password) {
        return refused(*principal, *facts.action, Error{Code::password_change_required});
    }
    if (!facts.permission) return principal;
    return authorised(*std::move(principal), {*facts.permission, *facts.action});
}

Result<auth::Principal> Guard::authenticated(Request const& request, audit::Action action) {
    auto const origin = origin_of(request.caller);
    auto principal = [&]() -> Result<auth::Principal> {
        if (request.front_end == api::FrontEnd::rest) {
            return authenticator_.by_token(request.caller.access_token, origin);
        }
        if (!request.caller.local_peer) return Code::not_authenticated;
        return authenticator_.by_peer(*request.caller.local_peer, origin);
    }();
    if (principal.ok()) return principal;
    auto const& error = principal.error();
    if (is_transient(error.code) || error.code == Code::internal_error) return error;
    refusals_.stranger(origin.ip, {.action = action, .outcome = error.code, .origin = origin});
    return error;
}

Result<auth::Principal> Guard::authorised(auth::Principal principal, Purpose purpose) {
    auto const decision =
        policy::decide({principal.user_id, principal.role}, purpose.permission, principal.user_id);
    if (!decision.is_allowed) {
        return refused(principal, purpose.action, Error{Code::permission_denied},
                       decision.details());
    }
    if (policy::is_high_risk(purpose.permission) && sealing_lag_() > sealing_lag_max) {
        return refused(principal, purpose.action,
                       Error{.code = Code::audit_behind, .retry_after_s = 10});
    }
    return principal;
}

Status Guard::may(auth::Principal const& principal, Purpose purpose, UserId owner) {
    auto const decision =
        policy::decide({principal.user_id, principal.role}, purpose.permission, owner);
    if (decision.is_allowed) return Done{};
    return refused(principal, purpose.action, Error{Code::permission_denied}, decision.details());
}

Error Guard::refused(auth::Principal const& principal, audit::Action action, Error error,
                     std::string details) {
    refusals_.known({.action = action,
                     .outcome = error.code,
                     .details = std::move(details),
                     .origin = principal.acting.origin,
                     .session = principal.acting.session});
    return error;
}

void Guard::heed(auth::Principal const& principal, Error const& error) {
    if (error.code == Code::session_ended) authenticator_.forget_session(principal.session_id);
}

}  // namespace bank::service
