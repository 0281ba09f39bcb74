// Brings a database to the schema of this program: core/sql in order, each file one transaction,
// recorded with its SHA-256. Forward only.
#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "core/base/result.hpp"

namespace bank::postgres {

struct MigrationStep {
    std::int64_t number = 0;
    std::string name;
    bool was_applied = false;  // Before this run.
};

// `connection` is libpq key=value pairs as the role bank_owner. `progress` hears of each step
// after it is committed, on this thread. Errors: storage_unavailable; internal_error with a detail
// fit for an administrator: a recorded digest that differs, a database newer than this program, or
// the statement that failed. Waits for another migrator to finish (advisory lock).
[[nodiscard]] Status migrate(std::string const& connection,
                             std::function<void(MigrationStep const&)> const& progress);

}  // namespace bank::postgres
