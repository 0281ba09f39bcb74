// PostgreSQL's catalog of the schema bank, as lines that can be compared.
#pragma once
#include <string>
#include <vector>

#include "tests/support/temp_postgres.hpp"

namespace bank::test {

// Sorted. Tables with columns in order, constraints, indexes, sequences, triggers, policies, types,
// views, functions with their bodies, owners, comments and grants; no object ids, no rows.
[[nodiscard]] std::vector<std::string> catalog_of(TempPostgres const& database);

}  // namespace bank::test
