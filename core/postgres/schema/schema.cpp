#include "core/postgres/schema/schema.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/postgres/client/session.hpp"

namespace bank::postgres {
namespace {

constexpr RareStatement has_tables{
    "select to_regclass('bank.migrations') is not null,"
    " to_regclass('bank.function_sets') is not null",
    2};
constexpr RareStatement list_migrations{
    "select m.number, m.name, encode(m.digest, 'hex') from bank.migrations m order by m.number", 3};
constexpr RareStatement last_functions{
    "select encode(f.digest, 'hex'), f.program,"
    " string_to_array(f.program, '.')::bigint[] > string_to_array($1, '.')::bigint[]"
    " from bank.function_sets f order by f.id desc limit 1",
    3};

std::string title_of(AppliedMigration const& migration) {
    return fmt::format("{:04}-{}", migration.number, migration.name);
}

// A mismatch that no migration can fix: the database has a file that this program lacks, or has
// with other content.
std::string stranger_among(std::vector<AppliedMigration> const& applied) {
    auto const& known = embedded_migrations();
    for (auto const& there : applied) {
        auto const same = std::ranges::find(known, there.number, &Migration::number);
        if (same == known.end()) {
            return fmt::format(
                "The database is newer than this program: it has migration {}, this program ends "
                "at {:04}.",
                title_of(there), known.back().number);
        }
        if (same->digest != there.digest) {
            return fmt::format(
                "Migration {} in the database differs from {:04}-{} of this program.",
                title_of(there), same->number, same->name);
        }
    }
    return {};
}

std::string gap_in(std::vector<AppliedMigration> const& applied) {
    for (auto const& known : embedded_migrations()) {
        if (applied.empty() || known.number > applied.back().number) break;
        if (known.sql &&
            !std::ranges::binary_search(applied, known.number, {}, &AppliedMigration::number))
            return fmt::format("The database is at migration {}, but has no {:04}-{}.",
                               title_of(applied.back()), known.number, known.name);
    }
    return {};
}

std::string newer_functions(std::optional<InstalledFunctions> const& there) {
    if (!there || !there->is_newer || there->digest == embedded_functions().digest) return {};
    return fmt::format("The database is newer than this program: bankd {} installed its functions.",
                       there->program);
}

std::string what_is_behind(AppliedSchema const& applied, std::int64_t version) {
    auto const last = embedded_migrations().back().number;
    if (version < last) {
        return fmt::format("The database is at migration {:04}, this program needs {:04}.", version,
                           last);
    }
    if (!applied.functions || applied.functions->digest != embedded_functions().digest)
        return "The database does not have the functions of this program.";
    return {};
}

}  // namespace

Result<AppliedSchema> read_applied(Connection& connection) {
    auto const exist = connection.run(has_tables);
    if (!exist) return exist.error();
    auto found = (*exist)[0];
    auto const has_migrations = found.boolean();
    auto const has_sets = found.boolean();
    AppliedSchema applied;
    if (has_migrations) {
        auto const rows = connection.run(list_migrations);
        if (!rows) return rows.error();
        for (int i = 0; i < rows->count(); ++i) {
            auto row = (*rows)[i];
            auto const number = row.integer();
            auto name = row.text();
            applied.migrations.push_back({number, std::move(name), row.text()});
        }
    }
    if (has_sets) {
        Parameters own;
        own.add(embedded_functions().program);
        auto const rows = connection.run(last_functions, own);
        if (!rows) return rows.error();
        if (rows->count() != 0) {
            auto row = (*rows)[0];
            auto digest = row.text();
            auto program = row.text();
            applied.functions = {std::move(digest), std::move(program), row.boolean()};
        }
    }
    return applied;
}

SchemaComparison compare(AppliedSchema const& applied) {
    SchemaComparison result;
    if (!applied.migrations.empty()) result.version = applied.migrations.back().number;
    for (auto mismatch : {stranger_among(applied.migrations), gap_in(applied.migrations),
                          newer_functions(applied.functions)}) {
        if (mismatch.empty()) continue;
        result.mismatch = std::move(mismatch);
        return result;
    }
    result.mismatch = what_is_behind(applied, result.version);
    result.is_behind = !result.mismatch.empty();
    return result;
}

}  // namespace bank::postgres
