// Programs of the administrator that are told something.
#pragma once
#include <chrono>
#include <string>

#include "core/base/result.hpp"

namespace bank::daemon {

// Starts `program`, without arguments and shell, with `input` on its standard input, and waits.
// Its output goes where the daemon's goes. Error: internal_error with one sentence, also if it
// ends otherwise than with 0 or takes longer than `patience`; then it is killed.
[[nodiscard]] Status run_hook(std::string const& program, std::string const& input,
                              std::chrono::milliseconds patience);

}  // namespace bank::daemon
