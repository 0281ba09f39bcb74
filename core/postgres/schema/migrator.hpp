// Brings a database to the schema of this program, in one transaction: the missing files of
// core/sql/schema in order, then the set of functions, unless it is there already. Forward only.
#pragma once
#include <functional>
#include <string>

#include "core/base/result.hpp"

namespace bank::postgres {

struct MigrationStep {
    std::string name;          // "0017-function-sets", "functions".
    bool was_applied = false;  // Before this run.
};

// `connection` is libpq key=value pairs as the role bank_owner. `progress` hears of each step
// after the commit, on this thread. Errors, after which the database is as it was:
// storage_unavailable; overloaded if daemons that are running
// stood in the way each time; with a detail fit for an administrator internal_error and whatever
// else a statement ends with: a recorded digest that differs, a database newer than this program,
// or the statement that failed. outcome_unknown: the connection broke at the commit. Waits for
// another migrator to finish (advisory lock), and for the transactions of daemons.
[[nodiscard]] Status migrate(std::string const& connection,
                             std::function<void(MigrationStep const&)> const& progress);

}  // namespace bank::postgres
