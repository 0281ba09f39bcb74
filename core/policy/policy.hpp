// Decides whether a role may do something, with reasons. Pure: no database, no clock, no state. SQL
// checks the same independently; permission.def is the only table on this side.
//
// Threads: any.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "core/api/users.hpp"
#include "core/base/strong_id.hpp"

namespace bank::policy {

enum class Permission : std::uint8_t {
#define BANK_PERMISSION(word, customer, teller, admin, auditor, meaning) word,
#include "core/policy/permission.def"
#undef BANK_PERMISSION
};

// Scope of a permission; each includes the previous ones.
enum class Scope : std::uint8_t { none, own, any };

struct Principal {
    UserId user_id;
    api::Role role = api::Role::customer;
};

// Contains the reasons of the decision, for the audit record.
struct Decision {
    bool is_allowed = false;
    Permission permission{};
    api::Role role{};
    Scope granted = Scope::none;  // By the table, for the role.
    Scope needed = Scope::any;    // By this request.

    // {"permission":"transfer","role":"customer","granted":"own","needed":"any"}
    [[nodiscard]] std::string details() const;
};

// Whether `principal` has the permission on an object of `owner`. No owner means the bank's own
// object, or no particular owner, as in a listing of all users. To check whether the role has the
// permission at all, pass the principal itself as owner. A principal without a user has no
// permissions.
[[nodiscard]] Decision decide(Principal const& principal, Permission permission, UserId owner);

// Whether the role may deposit and withdraw in any scope: according to the table, but never for
// customers if [bank] customer_cash is off.
[[nodiscard]] bool may_move_cash(api::Role role, bool is_customer_cash) noexcept;

// Whether it grants privileges or takes money back. Such operations are blocked while the audit log
// cannot be sealed.
[[nodiscard]] bool is_high_risk(Permission permission) noexcept;

[[nodiscard]] std::string_view to_string(Permission permission) noexcept;
[[nodiscard]] std::string_view to_string(Scope scope) noexcept;

// The table, for documents and for the test that compares it with SQL.
[[nodiscard]] std::span<Permission const> permissions() noexcept;
[[nodiscard]] Scope scope_of(Permission permission, api::Role role) noexcept;
[[nodiscard]] std::string_view meaning(Permission permission) noexcept;

}  // namespace bank::policy
