// The terminal behind bankctl: what it can show, and asking its user.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "core/base/secret.hpp"
#include "plugins/admin/bankctl/table.hpp"

namespace bank::bankctl {

// NO_COLOR (not empty) and TERM=dumb are respected.
[[nodiscard]] Layout layout_of(int descriptor);

enum class Asked : std::uint8_t {
    answered,
    no_terminal,  // There is nobody to ask.
    broken_off,   // By a signal, Ctrl-C or Ctrl-D.
    too_long,
};

struct SecretAnswer {
    Asked asked = Asked::no_terminal;
    Secret secret;
};

// Asks on the controlling terminal without echo. The echo comes back whatever happens.
[[nodiscard]] SecretAnswer ask_secret(std::string_view question);

// The first line of standard input, without its end of line.
[[nodiscard]] SecretAnswer read_secret_line(int descriptor);

// Asks on standard error, reads standard input. Only "y" and "yes" are yes.
[[nodiscard]] bool ask_yes_or_no(std::string_view question);

}  // namespace bank::bankctl
