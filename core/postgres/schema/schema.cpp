#include "core/postgres/schema/schema.hpp"

#include <fmt/format.h>

#include "core/postgres/client/session.hpp"
#include "core/postgres/schema/migrations.hpp"

namespace bank::postgres {
namespace {
constexpr RareStatement has_migrations{"select to_regclass('bank.migrations') is not null", 1};
constexpr RareStatement list_migrations{
    "select m.number, m.name, encode(m.digest, 'hex') from bank.migrations m order by m.number", 3};
}  // namespace

Result<std::vector<AppliedMigration>> read_applied(Connection& connection) {
    auto const exists = connection.run(has_migrations);
    if (!exists) return exists.error();
    std::vector<AppliedMigration> applied;
    if (!(*exists)[0].boolean()) return applied;
    auto const rows = connection.run(list_migrations);
    if (!rows) return rows.error();
    for (int i = 0; i < rows->count(); ++i) {
        auto row = (*rows)[i];
        auto const number = row.integer();
        auto name = row.text();
        applied.push_back({number, std::move(name), row.text()});
    }
    return applied;
}

SchemaComparison compare(std::vector<AppliedMigration> const& applied) {
    auto const& known = embedded_migrations();
    SchemaComparison result;
    if (!applied.empty()) result.version = applied.back().number;
    for (std::size_t i = 0; i < applied.size(); ++i) {
        auto const& there = applied[i];
        if (i >= known.size()) {
            result.mismatch = fmt::format(
                "The database is newer than this program: it has migration {:04}-{}, this program "
                "ends at {:04}.",
                there.number, there.name, known.back().number);
            return result;
        }
        if (there.number != known[i].number || there.digest != known[i].digest) {
            result.mismatch = fmt::format(
                "Migration {:04}-{} in the database differs from {:04}-{} of this program.",
                there.number, there.name, known[i].number, known[i].name);
            return result;
        }
    }
    if (applied.size() < known.size()) {
        result.is_behind = true;
        result.mismatch =
            fmt::format("The database is at migration {:04}, this program needs {:04}.",
                        result.version, known.back().number);
    }
    return result;
}

}  // namespace bank::postgres
