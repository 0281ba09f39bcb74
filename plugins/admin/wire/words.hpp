// The closed vocabularies that a search may ask for: a word outside them finds nothing, ever.
#pragma once
#include <span>
#include <string_view>

namespace bank::admin::wire {

// As core/audit/actions.def has them.
[[nodiscard]] std::span<std::string_view const> audit_actions() noexcept;
[[nodiscard]] bool is_audit_action(std::string_view text) noexcept;

// "ok", or a word of core/base/codes.def.
[[nodiscard]] bool is_outcome(std::string_view text) noexcept;

// posted, or why the ledger declined: a word of codes.def.
[[nodiscard]] bool is_transfer_status(std::string_view text) noexcept;

}  // namespace bank::admin::wire
