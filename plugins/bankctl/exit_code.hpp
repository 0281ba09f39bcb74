// bankctl's exit codes, those of sysexits.h where it has one. Never changed: scripts depend on
// them.
#pragma once

namespace bank::bankctl {

enum class Exit : int {
    ok = 0,
    refused = 1,       // The bank declined, or the check failed.
    usage = 64,        // The command line is wrong, or a confirmation is missing. Nothing was sent.
    bad_input = 65,    // A file is invalid or cannot be read. Nothing was sent.
    unreachable = 69,  // No bankd answers at the socket.
    internal = 70,     // A bug in bankd or bankctl.
    try_later = 75,    // The same command may succeed shortly.
};

}  // namespace bank::bankctl
