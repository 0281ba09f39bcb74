#include "core/service/role_limits.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/bounds.hpp"

namespace bank::service {

Status check_limits(api::Limits const& limits) {
    struct Named {
        char const* field;
        std::optional<std::int64_t> value;
    };
    for (auto const& [field, value] :
         {Named{"/per_transfer", limits.per_transfer}, Named{"/per_day", limits.per_day},
          Named{"/per_week", limits.per_week}, Named{"/per_month", limits.per_month}}) {
        if (!value || (*value >= 0 && *value <= bounds::amount_max)) continue;
        return Error{
            .code = Code::invalid_field,
            .field = field,
            .message = fmt::format("Must be from 0 to {} minor units, or null for no limit.",
                                   bounds::amount_max)};
    }
    return Done{};
}

Result<std::vector<api::RoleLimits>> RoleLimits::list(access::Principal const& who) {
    return context_.stores.ledger.list_role_limits(who.acting);
}

Status RoleLimits::set(access::Principal const& who, api::RoleLimits const& change) {
    Purpose const purpose{operations::Permission::set_role_limits, audit::Action::set_role_limits};
    if (auto const limits = check_limits(change.limits); !limits.ok()) return limits;
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
