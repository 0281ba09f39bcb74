#include "core/policy/policy.hpp"

#include <algorithm>
#include <array>

#include "core/base/check.hpp"
#include "core/base/json_writer.hpp"

namespace bank::policy {
namespace {

struct Rule {
    std::string_view word;
    Scope customer;
    Scope teller;
    Scope admin;
    Scope auditor;
    std::string_view meaning;
};

constexpr auto rules = std::to_array<Rule>({
#define BANK_PERMISSION(word, customer, teller, admin, auditor, meaning) \
    Rule{#word, Scope::customer, Scope::teller, Scope::admin, Scope::auditor, meaning},
#include "core/policy/permission.def"
#undef BANK_PERMISSION
});

constexpr auto all_permissions = std::to_array<Permission>({
#define BANK_PERMISSION(word, customer, teller, admin, auditor, meaning) Permission::word,
#include "core/policy/permission.def"
#undef BANK_PERMISSION
});

Rule const& rule_of(Permission permission) noexcept {
    auto const place = static_cast<std::size_t>(permission);
    BANK_CHECK(place < rules.size());
    return rules[place];
}

}  // namespace

bool may_move_cash(api::Role role, bool is_customer_cash) noexcept {
    if (scope_of(Permission::deposit, role) == Scope::none) return false;
    return role != api::Role::customer || is_customer_cash;
}

bool is_high_risk(Permission permission) noexcept {
    constexpr std::array risky{
        Permission::reverse,       Permission::unlock_account, Permission::set_limits,
        Permission::set_overdraft, Permission::set_role,       Permission::set_role_limits,
        Permission::add_user,      Permission::set_disabled,   Permission::reset_password,
        Permission::erase_subject, Permission::archive_audit};
    return std::ranges::find(risky, permission) != risky.end();
}

Decision decide(Principal const& principal, Permission permission, UserId owner) {
    Decision decision{.permission = permission,
                      .role = principal.role,
                      .granted = scope_of(permission, principal.role)};
    // User id 0 means no user: it must not match an object without an owner.
    if (!principal.user_id) return decision;
    decision.needed = owner == principal.user_id ? Scope::own : Scope::any;
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

std::string_view to_string(Permission permission) noexcept {
    return rule_of(permission).word;
}

std::string_view to_string(Scope scope) noexcept {
    switch (scope) {
    case Scope::none: return "none";
    case Scope::own: return "own";
    case Scope::any: return "any";
    }
    BANK_UNREACHABLE();
}

std::span<Permission const> permissions() noexcept {
    return all_permissions;
}

Scope scope_of(Permission permission, api::Role role) noexcept {
    auto const& rule = rule_of(permission);
    switch (role) {  // No default: a new role must be placed in the table.
    case api::Role::customer: return rule.customer;
    case api::Role::teller: return rule.teller;
    case api::Role::admin: return rule.admin;
    case api::Role::auditor: return rule.auditor;
    }
    BANK_UNREACHABLE();
}

std::string_view meaning(Permission permission) noexcept {
    return rule_of(permission).meaning;
}

}  // namespace bank::policy
