// Runs an administrator-supplied hook with one message on stdin.
#pragma once
#include <chrono>
#include <string>

#include "core/base/result.hpp"

namespace bank::daemon {

struct HookPatience {
    std::chrono::milliseconds usual;
    int hurry = -1;                               // Once this descriptor is readable, the
    std::chrono::milliseconds in_a_hurry{usual};  // limit is this one. -1: never.
};

// Runs `program` without arguments or a shell, with `input` on its standard input, and waits for
// it. It inherits the daemon's output. Error: internal_error with one sentence, also for a non-zero
// exit status or if it exceeds `patience`, after which it is killed.
[[nodiscard]] Status run_hook(std::string const& program, std::string const& input,
                              HookPatience const& patience);

}  // namespace bank::daemon
