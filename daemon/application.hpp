// The bank as a running process.
#pragma once
#include <filesystem>

#include "daemon/exit_codes.hpp"

namespace bank::daemon {

// Serves until SIGTERM or SIGINT. Called once, before the process has threads.
[[nodiscard]] ExitCode serve(std::filesystem::path const& config_file);

}  // namespace bank::daemon
