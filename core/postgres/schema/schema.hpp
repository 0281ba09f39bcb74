// A database's schema, and its comparison with this program's.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/base/result.hpp"
#include "core/postgres/client/connection.hpp"
#include "core/postgres/schema/migrations.hpp"

namespace bank::postgres {

struct AppliedMigration {
    std::int64_t number = 0;
    std::string name;
    std::string digest;  // Lower-case hexadecimal.
};

struct InstalledFunctions {
    std::string digest;     // Lower-case hexadecimal.
    std::string program;    // Version of the bankd that installed them.
    bool is_newer = false;  // Than this program.
};

struct AppliedSchema {
    std::vector<AppliedMigration> migrations;     // By number; none in an empty database.
    std::optional<InstalledFunctions> functions;  // None: empty, or older than sets.
};

[[nodiscard]] Result<AppliedSchema> read_applied(Connection& connection);

struct SchemaComparison {
    std::int64_t version = 0;  // Of the last applied migration; 0: empty.
    std::string mismatch;      // One sentence; empty if the schema is this program's.
    bool is_behind = false;    // A migration would fix it.
};

[[nodiscard]] SchemaComparison compare(AppliedSchema const& applied);

}  // namespace bank::postgres
