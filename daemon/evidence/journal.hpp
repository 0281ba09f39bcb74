// The journal as a destination of audit records.
#pragma once
#include <string>
#include <vector>

#include "core/audit/audit_store.hpp"
#include "core/base/result.hpp"

namespace bank::daemon {

// One entry: "NAME=value" fields.
using JournalFields = std::vector<std::string>;

// A record as an entry of at most 64 KiB. Unknown actions, of a newer schema, have their word but
// no MESSAGE_ID.
[[nodiscard]] JournalFields journal_fields(audit::NumberedRecord const& numbered);

// Blocks while the journal's socket is full. Error: storage_unavailable if there is no journal, a
// case in which sd_journal_sendv alone reports success.
[[nodiscard]] Status send_to_journal(JournalFields const& fields);

}  // namespace bank::daemon
