// Programs of the administrator that are told something.
#pragma once
#include <chrono>
#include <string>

#include "core/base/result.hpp"

namespace bank::daemon {

struct HookPatience {
    std::chrono::milliseconds usual;
    int hurry = -1;                               // Once this descriptor is readable,
    std::chrono::milliseconds in_a_hurry{usual};  // it is no more than this. -1: never.
};

// Starts `program`, without arguments and shell, with `input` on its standard input, and waits.
// Its output goes where the daemon's goes. Error: internal_error with one sentence, also if it
// ends otherwise than with 0 or takes longer than `patience`; then it is killed.
[[nodiscard]] Status run_hook(std::string const& program, std::string const& input,
                              HookPatience const& patience);

}  // namespace bank::daemon
