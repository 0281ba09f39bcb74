// bankctl's terminal: its capabilities, and prompts to the user.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "core/base/secret.hpp"
#include "plugins/bankctl/table.hpp"

namespace bank::bankctl {

// Respects NO_COLOR (if not empty) and TERM=dumb.
[[nodiscard]] Layout layout_of(int descriptor);

enum class Asked : std::uint8_t {
    answered,
    no_terminal,  // There is no terminal to prompt on.
    broken_off,   // Cancelled by a signal, Ctrl-C or Ctrl-D.
    too_long,
};

struct SecretAnswer {
    Asked asked = Asked::no_terminal;
    Secret secret;
};

// Prompts on the controlling terminal without echo. The echo is always restored.
[[nodiscard]] SecretAnswer ask_secret(std::string_view question);

// The first line of standard input, without its line break.
[[nodiscard]] SecretAnswer read_secret_line(int descriptor);

// Prompts on standard error, reads standard input. Only "y" and "yes" confirm.
[[nodiscard]] bool ask_yes_or_no(std::string_view question);

}  // namespace bank::bankctl
