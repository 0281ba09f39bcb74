// Examines a restored copy of the bank's database: checks its ledger, and exports its audit trail
// for bankd-verify. Opens a session, which leaves records in the copy: never use it on the database
// of a serving bank.
#pragma once
#include "daemon/modes.hpp"

namespace bank::daemon {

// Writes one JSON object to `streams.out`.
[[nodiscard]] ExitCode examine_copy(CommandLine const& line, Streams streams);

}  // namespace bank::daemon
