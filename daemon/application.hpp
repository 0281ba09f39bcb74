// The bank as a running process.
#pragma once
#include <cstdint>
#include <filesystem>

#include "daemon/exit_codes.hpp"

namespace bank::daemon {

// In this process, as plugins that it loads; or in processes of their own, which come through the
// core's sockets.
enum class FrontEndsAre : std::uint8_t { together, apart };

// Serves until SIGTERM or SIGINT. Called once, before the process has threads.
[[nodiscard]] ExitCode serve(std::filesystem::path const& config_file, FrontEndsAre setting);

}  // namespace bank::daemon
