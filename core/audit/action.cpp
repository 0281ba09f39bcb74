#include "core/audit/action.hpp"

#include <array>

namespace bank::audit {
namespace {
constexpr auto registry = std::to_array<ActionFacts>({
#define BANK_AUDIT_ACTION(word, message_id, severity, meaning) \
    {#word, message_id, severity, meaning},
#include "core/audit/actions.def"
#undef BANK_AUDIT_ACTION
});

// The journal catalog looks up an action's explanation by its message id.
consteval bool has_each_message_id_once() {
    for (std::size_t i = 0; i < registry.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            if (registry[i].message_id == registry[j].message_id) return false;
        }
    }
    return true;
}
static_assert(has_each_message_id_once());
}  // namespace

ActionFacts const& facts(Action action) noexcept {
    return registry[static_cast<std::size_t>(action)];
}

std::optional<Action> parse_action(std::string_view word) noexcept {
    for (std::size_t i = 0; i < registry.size(); ++i) {
        if (registry[i].word == word) return static_cast<Action>(i);
    }
    return std::nullopt;
}

}  // namespace bank::audit
