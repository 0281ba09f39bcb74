#include "core/operations/permission.hpp"

#include <array>

#include "core/base/check.hpp"

namespace bank::operations {
namespace {

enum class Risk : std::uint8_t { normal, high };

struct Row {
    std::string_view word;
    Scope customer;
    Scope teller;
    Scope admin;
    Scope auditor;
    Risk risk;
    std::string_view meaning;
};

constexpr auto rows = std::to_array<Row>({
#define BANK_PERMISSION(word, customer, teller, admin, auditor, risk, meaning) \
    Row{#word, Scope::customer, Scope::teller, Scope::admin, Scope::auditor, Risk::risk, meaning},
#include "core/operations/permissions.def"
#undef BANK_PERMISSION
});

constexpr auto all_permissions = std::to_array<Permission>({
#define BANK_PERMISSION(word, customer, teller, admin, auditor, risk, meaning) Permission::word,
#include "core/operations/permissions.def"
#undef BANK_PERMISSION
});

Row const& row_of(Permission permission) noexcept {
    auto const place = static_cast<std::size_t>(permission);
    BANK_CHECK(place < rows.size());
    return rows[place];
}

}  // namespace

std::string_view to_string(Permission permission) noexcept {
    return row_of(permission).word;
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
    auto const& row = row_of(permission);
    switch (role) {  // No default: a new role must be placed in the table.
    case api::Role::customer: return row.customer;
    case api::Role::teller: return row.teller;
    case api::Role::admin: return row.admin;
    case api::Role::auditor: return row.auditor;
    }
    BANK_UNREACHABLE();
}

std::string_view meaning(Permission permission) noexcept {
    return row_of(permission).meaning;
}

bool is_high_risk(Permission permission) noexcept {
    return row_of(permission).risk == Risk::high;
}

}  // namespace bank::operations
