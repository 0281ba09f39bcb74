// Modes of bankd besides serving; each writes to the given streams and returns.
#pragma once
#include <iosfwd>

#include "daemon/command_line.hpp"
#include "daemon/os/exit_codes.hpp"

namespace bank::daemon {

struct Streams {
    std::ostream& out;
    std::ostream& error;
};

// Precondition: not a serving mode.
[[nodiscard]] ExitCode run_mode(CommandLine const& line, Streams streams);

}  // namespace bank::daemon
