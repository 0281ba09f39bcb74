// Permissions, and their scope for each role: the role matrix. SQL checks them independently;
// permissions.def is the only table on this side.
//
// Threads: any.
#pragma once
#include <cstdint>
#include <span>
#include <string_view>

#include "core/api/users.hpp"

namespace bank::operations {

enum class Permission : std::uint8_t {
#define BANK_PERMISSION(word, customer, teller, admin, auditor, risk, meaning) word,
#include "core/operations/permissions.def"
#undef BANK_PERMISSION
};

// Scope of a permission; each includes the previous ones.
enum class Scope : std::uint8_t { none, own, any };

[[nodiscard]] std::string_view to_string(Permission permission) noexcept;
[[nodiscard]] std::string_view to_string(Scope scope) noexcept;

[[nodiscard]] std::span<Permission const> permissions() noexcept;
[[nodiscard]] Scope scope_of(Permission permission, api::Role role) noexcept;
[[nodiscard]] std::string_view meaning(Permission permission) noexcept;

// Whether it grants privileges or takes money back. Such operations are refused while the audit log
// cannot be sealed.
[[nodiscard]] bool is_high_risk(Permission permission) noexcept;

}  // namespace bank::operations
