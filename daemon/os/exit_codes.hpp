// Exit codes of bankd, as in sysexits.h; scripts and units depend on them.
#pragma once

namespace bank::daemon {

enum class ExitCode : int {
    ok = 0,
    unsound = 1,  // --examine-copy: the ledger of the copy is inconsistent.
    usage = 64,
    unavailable = 69,    // A service is unavailable: the database at --migrate, a port in use.
    internal = 70,       // A bug of bankd.
    cannot_create = 73,  // A file could not be created.
    configuration = 78,  // Fix the configuration; a restart alone cannot help.
};

[[nodiscard]] constexpr int number(ExitCode code) noexcept {
    return static_cast<int>(code);
}

}  // namespace bank::daemon
