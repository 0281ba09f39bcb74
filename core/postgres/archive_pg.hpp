// Retention: archives ranges of the trail and removes archived records.
#pragma once
#include <string>

#include "core/access/acting.hpp"
#include "core/api/audit.hpp"
#include "core/postgres/client/pool.hpp"

namespace bank::postgres {

// Writes the archivable records from before `before`, and stores the archive's digest. `acting`
// must be an admin. Errors: those of AuditStore::archive().
[[nodiscard]] Result<api::Archive> write_archive(Pool& pool, access::Acting const& acting,
                                                 std::string const& origin, Timestamp before,
                                                 api::ExportSink const& sink);

// Removes the records of that archive, in as many transactions as necessary; a repeated call
// continues after an interruption. Errors: those of AuditStore::prune().
[[nodiscard]] Result<api::Archive> prune_archive(Pool& pool, access::Acting const& acting,
                                                 std::string const& digest);

}  // namespace bank::postgres
