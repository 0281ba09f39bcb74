// The files of core/sql, as they were when this program was built. Written by embed_sql.cmake.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bank::postgres {

// A file of core/sql/schema, or a number of core/sql/schema/retired.txt: databases made by an
// earlier program have it, new ones do not get it.
struct Migration {
    std::int64_t number = 0;
    std::string name;
    std::string digest;              // SHA-256 of the file, lower-case hexadecimal.
    std::optional<std::string> sql;  // None: retired.
};

// By number.
[[nodiscard]] std::vector<Migration> const& embedded_migrations();

struct FunctionFile {
    std::string name;  // "functions/posting".
    std::string sql;
};

// Everything in the schema that is replaced as a whole: functions, views, triggers, policies and
// grants. The first file drops what an earlier set made.
struct FunctionSet {
    std::string digest;   // SHA-256 over names and digests of the files, lower-case hexadecimal.
    std::string program;  // Version of this program, "1.2.3".
    std::vector<FunctionFile> files;  // In the order in which they run.
};

[[nodiscard]] FunctionSet const& embedded_functions();

}  // namespace bank::postgres
