// Migrates a database to this program's schema, in one transaction: the missing files of
// core/sql/schema in order, then the set of functions unless it is installed. Forward only.
#pragma once
#include <functional>
#include <string>

#include "core/base/result.hpp"

namespace bank::postgres {

struct MigrationStep {
    std::string name;          // "0017-function-sets", "functions".
    bool was_applied = false;  // Before this run.
};

// `connection` is libpq key=value pairs as the role bank_owner. `progress` is called for each step
// after the commit, on this thread. Waits for other migrators (advisory lock) and for the
// transactions of daemons. Errors, which leave the database unchanged: storage_unavailable;
// overloaded if running daemons blocked every attempt; internal_error or another code of a failed
// statement, with a detail for the administrator: a recorded digest that differs, a database newer
// than this program, or the statement that failed.
// outcome_unknown: the connection was lost during the commit.
[[nodiscard]] Status migrate(std::string const& connection,
                             std::function<void(MigrationStep const&)> const& progress);

}  // namespace bank::postgres
