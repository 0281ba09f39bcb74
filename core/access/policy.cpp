#include "core/access/policy.hpp"

#include "core/base/json_writer.hpp"

namespace bank::access {

bool may_move_cash(api::Role role, bool is_customer_cash) noexcept {
    if (scope_of(Permission::deposit, role) == Scope::none) return false;
    return role != api::Role::customer || is_customer_cash;
}

Decision decide(UserId user, api::Role role, Permission permission, UserId owner) {
    Decision decision{
        .permission = permission, .role = role, .granted = scope_of(permission, role)};
    // User id 0 means no user: it must not match an object without an owner.
    if (!user) return decision;
    decision.needed = owner == user ? Scope::own : Scope::any;
    decision.is_allowed = decision.granted >= decision.needed;
    return decision;
}

std::string Decision::details() const {
    JsonWriter json;
    json.begin_object();
    json.key("permission").text(to_string(permission));
    json.key("role").text(api::to_string(role));
    json.key("granted").text(to_string(granted));
    json.key("needed").text(to_string(needed));
    json.end_object();
    return std::move(json).take();
}

}  // namespace bank::access
