// Checks a copy of the bank's database that was restored to be looked at: its ledger, and its audit
// trail as an export for bankd-verify. It logs in to the copy and leaves records of it there: never
// for the database of a bank that serves.
#pragma once
#include "daemon/modes.hpp"

namespace bank::daemon {

// One JSON object to `streams.out`.
[[nodiscard]] ExitCode examine_copy(CommandLine const& line, Streams streams);

}  // namespace bank::daemon
