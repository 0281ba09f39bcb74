// How bankctl ends; the numbers of sysexits.h where it has one. Never changed: scripts know them.
#pragma once

namespace bank::bankctl {

enum class Exit : int {
    ok = 0,
    refused = 1,       // The bank said no, or what was asked about is not in order.
    usage = 64,        // The command line is wrong, or a confirmation is missing. Nothing was sent.
    bad_input = 65,    // A file is wrong or cannot be read. Nothing was sent.
    unreachable = 69,  // No bankd answers at the socket.
    internal = 70,     // A mistake of bankd or bankctl.
    try_later = 75,    // The same command may work in a moment.
};

}  // namespace bank::bankctl
