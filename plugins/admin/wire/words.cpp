#include "plugins/admin/wire/words.hpp"

#include <algorithm>
#include <array>

#include "core/base/code.hpp"

namespace bank::admin::wire {
namespace {

constexpr auto actions = std::to_array<std::string_view>({
#define BANK_AUDIT_ACTION(word, message_id, severity, meaning) #word,
#include "core/audit/actions.def"
#undef BANK_AUDIT_ACTION
});

}  // namespace

std::span<std::string_view const> audit_actions() noexcept {
    return actions;
}

bool is_audit_action(std::string_view text) noexcept {
    return std::find(actions.begin(), actions.end(), text) != actions.end();
}

bool is_outcome(std::string_view text) noexcept {
    return text == "ok" || code_of(text).has_value();
}

bool is_transfer_status(std::string_view text) noexcept {
    auto const code = code_of(text);
    return code && bank::is_transfer_status(*code);
}

}  // namespace bank::admin::wire
