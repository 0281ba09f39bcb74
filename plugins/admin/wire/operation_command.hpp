// The command that is one operation: its words are a fact of it, its arguments the fields of its
// input. An account is the argument "account", an IBAN or an id; a user the argument "user_name".
#pragma once
#include "core/api/type.hpp"
#include "plugins/admin/wire/vocabulary.hpp"

namespace bank::admin::wire {

// `operation` must outlive the command. Precondition: its input has no list, bytes or struct but
// a page and Money.
[[nodiscard]] CommandSpec command_of(operations::Operation const& operation);

// The argument that is a field of an input.
[[nodiscard]] ArgumentSpec argument_of(api::Field const& field, api::Type const& input);
[[nodiscard]] std::string_view argument_name(api::Field const& field) noexcept;

// Whether the field is an account or a user, which the argument names in another way.
[[nodiscard]] bool is_looked_up(api::Field const& field) noexcept;

[[nodiscard]] bool is_page(api::Field const& field) noexcept;

// Whether an input says in which currency its minor units are.
[[nodiscard]] bool has_currency(api::Type const& input) noexcept;

}  // namespace bank::admin::wire
