// The serving process of the bank.
#pragma once
#include <cstdint>
#include <filesystem>

#include "daemon/os/exit_codes.hpp"

namespace bank::daemon {

// together: plugins in this process. apart: separate processes that connect to the core's sockets.
enum class FrontEndsAre : std::uint8_t { together, apart };

// Serves until SIGTERM or SIGINT. Called once, before the process has threads.
[[nodiscard]] ExitCode serve(std::filesystem::path const& config_file, FrontEndsAre setting);

}  // namespace bank::daemon
