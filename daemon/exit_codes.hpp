// How bankd ends, as sysexits.h numbers it; scripts and units rely on these.
#pragma once

namespace bank::daemon {

enum class ExitCode : int {
    ok = 0,
    unsound = 1,  // The ledger of a copy.
    usage = 64,
    unavailable = 69,    // A service is away: the database at --migrate, a port taken at start.
    internal = 70,       // Ours.
    cannot_create = 73,  // A file could not be made.
    configuration = 78,  // Mend the configuration; a restart alone cannot help.
};

[[nodiscard]] constexpr int number(ExitCode code) noexcept {
    return static_cast<int>(code);
}

}  // namespace bank::daemon
