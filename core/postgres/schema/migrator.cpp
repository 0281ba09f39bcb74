#include "core/postgres/schema/migrator.hpp"

#include <fmt/format.h>

#include <chrono>
#include <vector>

#include "core/postgres/client/connection.hpp"
#include "core/postgres/client/transaction.hpp"
#include "core/postgres/schema/migrations.hpp"
#include "core/postgres/schema/schema.hpp"

namespace bank::postgres {
namespace {

constexpr Statement wait_for_turn{"", "select pg_advisory_lock(3, 0)"};
constexpr Statement begin_statement{"", "begin"};
constexpr Statement commit_statement{"", "commit"};
constexpr Statement rollback_statement{"", "rollback"};
constexpr Statement record_migration{
    "", "insert into bank.migrations (number, name, digest) values ($1, $2, decode($3, 'hex'))"};
constexpr Statement record_functions{
    "", "insert into bank.function_sets (digest, program) values (decode($1, 'hex'), $2)"};

// So many rows in a transaction: it is sealed as a whole.
constexpr Statement record_state{"", "select bank.begin_state(10000)"};

Error fault(std::string detail) {
    return {Code::internal_error, std::move(detail)};
}

std::string name_of(Migration const& migration) {
    return fmt::format("{:04}-{}", migration.number, migration.name);
}

Status run_file(Connection& connection, std::string const& name, std::string const& sql) {
    auto const done = connection.run_script(sql);
    if (done || connection.is_lost()) return done;
    return Error{done.code(), fmt::format("{}: {}", name, done.error().detail)};
}

Status apply(Connection& connection, Migration const& migration) {
    if (auto const done = run_file(connection, name_of(migration), *migration.sql); !done)
        return done;
    Parameters record;
    record.add(migration.number).add(migration.name).add(migration.digest);
    auto const recorded = connection.run(record_migration, record);
    return recorded ? Status{Done{}} : recorded.error();
}

Status install_functions(Connection& connection) {
    auto const& set = embedded_functions();
    for (auto const& file : set.files) {
        if (auto const done = run_file(connection, file.name, file.sql); !done) return done;
    }
    Parameters record;
    record.add(set.digest).add(set.program);
    auto const recorded = connection.run(record_functions, record);
    return recorded ? Status{Done{}} : recorded.error();
}

Status bring_up(Connection& connection, std::int64_t version) {
    if (auto const begun = connection.run(begin_statement); !begun) return begun.error();
    // Dropped first, so the previous set does not block changes of tables.
    if (auto const& clear = embedded_functions().files.front(); version != 0) {
        if (auto const done = run_file(connection, clear.name, clear.sql); !done) return done;
    }
    for (auto const& migration : embedded_migrations()) {
        if (migration.number <= version || !migration.sql) continue;
        if (auto const done = apply(connection, migration); !done) return done;
    }
    if (auto const done = install_functions(connection); !done) return done;
    auto const answer = connection.run(commit_statement);
    return answer ? check_commit(answer->command_tag()) : Status{answer.error()};
}

// After the migration, which an interruption may have left without it.
Status record_older_state(Connection& connection) {
    for (auto is_more = true; is_more;) {
        auto const recorded = connection.run(record_state);
        if (!recorded) return recorded.error();
        is_more = (*recorded)[0].boolean();
    }
    return Done{};
}

// clear.sql locks tables one by one, and running daemons use other orders: on a deadlock one side
// fails and retries.
constexpr int tries_max = 30;

Status bring_up_between_others(Connection& connection, std::int64_t version) {
    for (int tries = 1;; ++tries) {
        auto const done = bring_up(connection, version);
        if (done || done.code() != Code::overloaded || tries == tries_max) return done;
        if (auto const undone = connection.run(rollback_statement); !undone) return undone.error();
    }
}

}  // namespace

Status migrate(std::string const& connection_text,
               std::function<void(MigrationStep const&)> const& progress) {
    ConnectionSettings settings;
    settings.connection = connection_text;
    // An index on a large table takes long.
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
    if (known.is_behind) {
        auto const done = bring_up_between_others(connection, known.version);
        if (!done) return done;
    }
    if (auto const recorded = record_older_state(connection); !recorded) return recorded;
    if (!progress) return Done{};
    for (auto const& migration : embedded_migrations()) {
        if (migration.sql) progress({name_of(migration), migration.number <= known.version});
    }
    progress({"functions", !known.is_behind});
    return Done{};
}

}  // namespace bank::postgres
