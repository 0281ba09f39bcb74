// Retention: ranges of the trail that go elsewhere, and the records that go from here.
#pragma once
#include <string>

#include "core/api/audit.hpp"
#include "core/postgres/client/pool.hpp"
#include "core/storage/acting.hpp"

namespace bank::postgres {

// Writes what may be archived of the time before `before`, and remembers it by its digest. `acting`
// must be an admin. Errors: those of AuditStore::archive().
[[nodiscard]] Result<api::Archive> write_archive(Pool& pool, storage::Acting const& acting,
                                                 std::string const& origin, Timestamp before,
                                                 api::ExportSink const& sink);

// Removes the records of that archive, as many transactions as it takes; asked again, it goes on
// where it was interrupted. Errors: those of AuditStore::prune().
[[nodiscard]] Result<api::Archive> prune_archive(Pool& pool, storage::Acting const& acting,
                                                 std::string const& digest);

}  // namespace bank::postgres
