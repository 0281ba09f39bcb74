#include "core/service/role_limits.hpp"

#include <algorithm>

namespace bank::service {

Result<std::vector<api::RoleLimits>> RoleLimits::list(access::Principal const& who) {
    return context_.stores.ledger.list_role_limits(who.acting);
}

Status RoleLimits::set(access::Principal const& who, api::RoleLimits const& change) {
    Purpose const purpose{operations::Permission::set_role_limits, audit::Action::set_role_limits};
    if (change.role == api::Role::auditor) {
        return Error{.code = Code::invalid_field,
                     .field = "/role",
                     .message = "Auditors cannot make transactions."};
    }
    auto const settings = context_.settings.get();
    auto const& kept = settings->currencies;
    if (std::find(kept.begin(), kept.end(), change.currency) == kept.end()) {
        return context_.gate.refused(who, purpose.action,
                                     {.code = Code::unknown_currency, .field = "/currency"});
    }
    return context_.stores.ledger.set_role_limits(who.acting, change);
}

}  // namespace bank::service
