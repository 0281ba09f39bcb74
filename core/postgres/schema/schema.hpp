// Which migrations a database has, and how that compares with this program.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/postgres/client/connection.hpp"

namespace bank::postgres {

struct AppliedMigration {
    std::int64_t number = 0;
    std::string name;
    std::string digest;  // Lower-case hexadecimal.
};

// In order; none in an empty database.
[[nodiscard]] Result<std::vector<AppliedMigration>> read_applied(Connection& connection);

struct SchemaComparison {
    std::int64_t version = 0;  // Of the last applied migration; 0: empty.
    std::string mismatch;      // One sentence; empty if the schema is this program's.
    bool is_behind = false;    // Migrating would mend it.
};

[[nodiscard]] SchemaComparison compare(std::vector<AppliedMigration> const& applied);

}  // namespace bank::postgres
