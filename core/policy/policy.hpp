// Whether a role may do something, and why. Pure: no database, no clock, no state. SQL checks the
// same again by itself; permission.def is the one table of this side.
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

// How far a permission reaches; each includes the ones before it.
enum class Scope : std::uint8_t { none, own, any };

struct Principal {
    UserId user_id;
    api::Role role = api::Role::customer;
};

// Keeps what it was decided on, ready for the audit record.
struct Decision {
    bool is_allowed = false;
    Permission permission{};
    api::Role role{};
    Scope granted = Scope::none;  // What the table gives the role.
    Scope needed = Scope::any;    // What this very request needs.

    // {"permission":"transfer","role":"customer","granted":"own","needed":"any"}
    [[nodiscard]] std::string details() const;
};

// Whether `principal` may do it to something of `owner`; none means the bank's own, or nobody's in
// particular: a listing of all users. To ask whether a role may do it at all, pass the principal
// itself as owner. A principal without a user may nothing.
[[nodiscard]] Decision decide(Principal const& principal, Permission permission, UserId owner);

// Whether the role may deposit and withdraw, to whatever extent: as the table says, but no customer
// where the bank has switched that off, [bank] customer_cash.
[[nodiscard]] bool may_move_cash(api::Role role, bool is_customer_cash) noexcept;

// Whether it gives power or takes money back: what must not happen while the audit log cannot be
// sealed.
[[nodiscard]] bool is_high_risk(Permission permission) noexcept;

[[nodiscard]] std::string_view to_string(Permission permission) noexcept;
[[nodiscard]] std::string_view to_string(Scope scope) noexcept;

// What the table says, for documents and for the test that compares it with SQL.
[[nodiscard]] std::span<Permission const> permissions() noexcept;
[[nodiscard]] Scope scope_of(Permission permission, api::Role role) noexcept;
[[nodiscard]] std::string_view meaning(Permission permission) noexcept;

}  // namespace bank::policy
