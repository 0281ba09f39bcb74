// The files of core/sql, as they were when this program was built.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace bank::postgres {

struct Migration {
    std::int64_t number = 0;
    std::string name;
    std::string digest;  // SHA-256 of `sql`, lower-case hexadecimal.
    std::string sql;
};

// In order. Written by embed_sql.cmake.
[[nodiscard]] std::vector<Migration> const& embedded_migrations();

}  // namespace bank::postgres
