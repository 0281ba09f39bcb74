// bankd as the host of one front end: no database, no keys of the core.
#pragma once
#include <filesystem>
#include <string>

#include "daemon/os/exit_codes.hpp"

namespace bank::daemon {

// Serves with the plugin `name`, which reaches the core through its socket, until SIGTERM or
// SIGINT. Called once, before the process has threads.
[[nodiscard]] ExitCode host(std::filesystem::path const& config_file, std::string const& name);

}  // namespace bank::daemon
