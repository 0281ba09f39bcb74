// Audited actions, as an enumeration of actions.def.
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>

namespace bank::audit {

enum class Action : std::uint8_t {
#define BANK_AUDIT_ACTION(word, message_id, severity, meaning) word,
#include "core/audit/actions.def"
#undef BANK_AUDIT_ACTION
};

struct ActionFacts {
    std::string_view word;
    std::string_view message_id;  // 32 hexadecimal digits.
    int severity = 6;             // Syslog priority.
    std::string_view meaning;
};

[[nodiscard]] ActionFacts const& facts(Action action) noexcept;
[[nodiscard]] std::optional<Action> parse_action(std::string_view word) noexcept;

}  // namespace bank::audit
