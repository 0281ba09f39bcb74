#include "core/access/pin_authorizations.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "core/base/log.hpp"

namespace bank::access {
namespace {

std::string key_of(SessionId session, AccountId account) {
    std::int64_t const ids[] = {session.value, account.value};
    std::string key(sizeof ids, '\0');
    std::memcpy(key.data(), ids, sizeof ids);
    return key;
}

}  // namespace

Result<api::PinAuthorization> PinAuthorizations::authorize(Principal const& who, AccountId account,
                                                           PinVerifier const& verify,
                                                           Terms const& terms) {
    PinGrant const grant{
        .lifetime = terms.lifetime, .only_for = terms.only_for, .bind = [&](Timestamp expires_at) {
            return bindings_.of_pin(who.session_id, account, {terms.only_for, expires_at});
        }};
    auto authorized = store_.authorize(who.acting, account, verify, terms.attempts_max, grant);
    if (authorized && terms.only_for == Uuid{}) {
        remember(who.session_id, account, authorized->expires_at);
    }
    return authorized;
}

void PinAuthorizations::remember(SessionId session, AccountId account, Timestamp until) {
    seen_.with(key_of(session, account), [until](Seen& value) { value.expires_at = until; });
}

Result<bool> PinAuthorizations::covers(Principal const& who, AccountId account,
                                       Uuid const& transfer) {
    auto const seen = seen_.with(key_of(who.session_id, account),
                                 [](Seen const& value) { return value.expires_at; });
    if (seen > clock_.now()) return true;
    auto const stored = store_.authorizations(who.acting, account, transfer);
    if (!stored) return stored.error();
    bool is_covered = false;
    for (auto const& one : *stored) {
        if (!bindings_.is_pin(who.session_id, one.account, one.scope, one.mac)) {
            log::error("access",
                       "The PIN authorization of session {} for account {} is not one that the "
                       "bank gave, and is ignored: its row in the database was altered.",
                       who.session_id.value, one.account.value);
            continue;
        }
        is_covered = is_covered || one.account == account;
        if (one.scope.only_for == Uuid{}) {
            remember(who.session_id, one.account, one.scope.expires_at);
        }
    }
    return is_covered;
}

}  // namespace bank::access
