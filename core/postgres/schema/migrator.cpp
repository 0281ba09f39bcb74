#include "core/postgres/schema/migrator.hpp"

#include <fmt/format.h>

#include <chrono>

#include "core/postgres/client/connection.hpp"
#include "core/postgres/client/transaction.hpp"
#include "core/postgres/schema/migrations.hpp"
#include "core/postgres/schema/schema.hpp"

namespace bank::postgres {
namespace {

constexpr Statement wait_for_turn{"", "select pg_advisory_lock(3, 0)"};
constexpr Statement begin_statement{"", "begin"};
constexpr Statement commit_statement{"", "commit"};
constexpr Statement record_migration{
    "", "insert into bank.migrations (number, name, digest) values ($1, $2, decode($3, 'hex'))"};

Error fault(std::string detail) {
    return {Code::internal_error, std::move(detail)};
}

Status apply(Connection& connection, Migration const& migration) {
    if (auto const begun = connection.run(begin_statement); !begun) return begun.error();
    if (auto const done = connection.run_script(migration.sql); !done) {
        if (connection.is_lost()) return done.error();
        return fault(fmt::format("migration {:04}-{}: {}", migration.number, migration.name,
                                 done.error().detail));
    }
    Parameters record;
    record.add(migration.number).add(migration.name).add(migration.digest);
    if (auto const recorded = connection.run(record_migration, record); !recorded)
        return recorded.error();
    auto const answer = connection.run(commit_statement);
    if (!answer) return answer.error();
    return check_commit(answer->command_tag());
}

}  // namespace

Status migrate(std::string const& connection_text,
               std::function<void(MigrationStep const&)> const& progress) {
    ConnectionSettings settings;
    settings.connection = connection_text;
    // An index on a large table takes its time.
    settings.statement_timeout = std::chrono::milliseconds{0};
    auto opened = Connection::open(settings);
    if (!opened) return opened.error();
    auto& connection = **opened;
    connection.set_patience(std::chrono::hours{24});

    if (auto const turn = connection.run(wait_for_turn); !turn) return turn.error();
    auto const applied = read_applied(connection);
    if (!applied) return applied.error();
    auto const known = compare(*applied);
    if (!known.mismatch.empty() && !known.is_behind) return fault(known.mismatch);
    for (auto const& migration : embedded_migrations()) {
        auto const was_applied = migration.number <= known.version;
        if (!was_applied) {
            if (auto const done = apply(connection, migration); !done) return done;
        }
        if (progress) progress({migration.number, migration.name, was_applied});
    }
    return Done{};
}

}  // namespace bank::postgres
