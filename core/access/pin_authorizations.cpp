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
    return store_.authorize(who.acting, account, verify, terms.attempts_max, grant);
}

Result<bool> PinAuthorizations::covers(Principal const& who, AccountId account,
                                       Uuid const& transfer) {
    auto const key = key_of(who.session_id, account);
    auto const seen = seen_.with(key, [](Seen const& value) { return value.expires_at; });
    if (seen > clock_.now()) return true;
    auto const stored = store_.authorizations(who.acting, account, transfer);
    if (!stored) return stored.error();
    bool is_covered = false;
    for (auto const& [scope, mac] : *stored) {
        if (!bindings_.is_pin(who.session_id, account, scope, mac)) {
            log::error("access",
                       "The PIN authorization of session {} for account {} is not one that the "
                       "bank gave, and is ignored: its row in the database was altered.",
                       who.session_id.value, account.value);
            continue;
        }
        is_covered = true;
        if (scope.only_for != Uuid{}) continue;
        seen_.with(key, [until = scope.expires_at](Seen& value) { value.expires_at = until; });
    }
    return is_covered;
}

}  // namespace bank::access
