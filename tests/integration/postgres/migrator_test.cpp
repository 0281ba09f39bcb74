#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <optional>

#include "core/api/transfer_kind.hpp"
#include "core/audit/action.hpp"
#include "core/postgres/client/connection.hpp"
#include "core/postgres/database.hpp"
#include "core/postgres/schema/migrations.hpp"
#include "core/postgres/schema/migrator.hpp"
#include "tests/support/temp_postgres.hpp"

namespace bank::postgres {
namespace {

using test::TempPostgres;
using ::testing::HasSubstr;

std::vector<MigrationStep> steps_of(TempPostgres const& database, Status& status) {
    std::vector<MigrationStep> steps;
    status = migrate(database.connection_as("bank_owner"),
                     [&](auto const& step) { steps.push_back(step); });
    return steps;
}

SchemaState schema_of(TempPostgres const& database) {
    Settings settings;
    settings.connection = database.connection_as("bankd");
    Database bank(settings);
    auto state = bank.schema();
    EXPECT_TRUE(state);
    return *state;
}

TEST(Migrator, FillsAnEmptyDatabaseOnceAndIsThenDone) {
    TempPostgres const database(TempPostgres::Content::empty);
    EXPECT_FALSE(schema_of(database).is_known);
    Status status = Done{};
    auto const first = steps_of(database, status);
    ASSERT_TRUE(status) << status.error().detail;
    std::vector<std::string> names;
    for (auto const& migration : embedded_migrations()) {
        if (migration.sql)
            names.push_back(fmt::format("{:04}-{}", migration.number, migration.name));
    }
    names.emplace_back("functions");
    ASSERT_EQ(first.size(), names.size());
    for (std::size_t i = 0; i < names.size(); ++i) EXPECT_EQ(first[i].name, names[i]);
    for (auto const& step : first) EXPECT_FALSE(step.was_applied) << step.name;

    auto const second = steps_of(database, status);
    ASSERT_TRUE(status);
    for (auto const& step : second) EXPECT_TRUE(step.was_applied) << step.name;
    auto const schema = schema_of(database);
    EXPECT_TRUE(schema.is_known) << schema.mismatch;
    EXPECT_EQ(schema.version, embedded_migrations().back().number);
}

TEST(Migrator, RefusesADatabaseWhoseDigestDiffers) {
    TempPostgres const database;
    database.query("update bank.migrations set digest = sha256('other') where number = 2");
    Status status = Done{};
    steps_of(database, status);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.code(), Code::internal_error);
    EXPECT_THAT(status.error().detail, HasSubstr("0002-ledger"));
    EXPECT_FALSE(schema_of(database).is_known);
}

TEST(Migrator, RefusesADatabaseThatIsNewer) {
    TempPostgres const database;
    database.query("insert into bank.migrations values (9999, 'future', sha256('future'))");
    Status status = Done{};
    steps_of(database, status);
    ASSERT_FALSE(status);
    EXPECT_THAT(status.error().detail, HasSubstr("newer"));
    EXPECT_FALSE(schema_of(database).is_known);
}

// The lock that the migrator waits for, and a table that it has locked by then.
struct Standstill {
    std::string wanted;
    std::string held;
};

std::optional<Standstill> standstill(TempPostgres const& database) {
    auto const found = database.query(
        "select w.relation::regclass || ' ' || (select min(h.relation::regclass::text) from "
        "pg_locks h"
        " where h.pid = w.pid and h.granted and h.mode = 'AccessExclusiveLock'"
        " and h.relation in (select c.oid from pg_class c where c.relkind = 'r'"
        " and c.relnamespace = 'bank'::regnamespace))"
        " from pg_locks w where not w.granted and w.mode = 'AccessExclusiveLock'"
        " and w.database = (select d.oid from pg_database d where d.datname = current_database())");
    if (found.empty() || found.front().empty()) return std::nullopt;
    auto const blank = found.front().find(' ');
    return Standstill{found.front().substr(0, blank), found.front().substr(blank + 1)};
}

TEST(Migrator, BeginsAgainIfADaemonAndItWaitForEachOther) {
    TempPostgres const database;
    database.query(
        "insert into bank.function_sets (digest, program) values (sha256('x'), '0.0.1')");
    // The migrator has the shorter timeout: it detects the deadlock, and its transaction is
    // aborted.
    database.query("alter role bank_owner set deadlock_timeout = '3s'");
    ConnectionSettings settings;
    settings.connection = database.connection_as_superuser();
    settings.statement_timeout = std::chrono::minutes{2};
    auto const daemon = Connection::open(settings);
    ASSERT_TRUE(daemon);
    auto const run = [&](std::string const& sql) { return (*daemon)->run_script(sql); };
    ASSERT_TRUE(
        run("set deadlock_timeout = '100s'; begin; lock bank.accounts in access share mode"));

    auto migrated = std::async(std::launch::async,
                               [&] { return migrate(database.connection_as("bank_owner"), {}); });
    std::optional<Standstill> found;
    while (!(found = standstill(database))) {
        ASSERT_EQ(migrated.wait_for(std::chrono::milliseconds{5}), std::future_status::timeout);
    }
    EXPECT_EQ(found->wanted, "bank.accounts");
    EXPECT_TRUE(run("lock " + found->held + " in access share mode"));
    EXPECT_EQ(database.value("select deadlocks > 0 from pg_stat_database"
                             " where datname = current_database()"),
              "t");
    ASSERT_TRUE(run("commit"));
    auto const status = migrated.get();
    EXPECT_TRUE(status) << status.error().detail;
    EXPECT_TRUE(schema_of(database).is_known);
    database.query("alter role bank_owner reset deadlock_timeout");
}

TEST(Migrator, KeepsNothingOfAMigrationThatFails) {
    TempPostgres const database(TempPostgres::Content::empty);
    // The first file tries to create it: that fails, after it has changed default privileges.
    database.query("create schema bank authorization bank_owner");
    Status status = Done{};
    EXPECT_TRUE(steps_of(database, status).empty());
    ASSERT_FALSE(status);
    EXPECT_THAT(status.error().detail, HasSubstr("0001-identity"));
    EXPECT_EQ(
        database.value("select count(*) from pg_class where relnamespace = 'bank'::regnamespace"),
        "0");
    EXPECT_EQ(database.value("select count(*) from pg_default_acl"), "0");
}

TEST(Migrator, SaysWhenTheServerIsAway) {
    auto const status = migrate("host=/nowhere dbname=none user=nobody", {});
    ASSERT_FALSE(status);
    EXPECT_EQ(status.code(), Code::storage_unavailable);
}

TEST(Schema, HasTheStatusesOfTheRegistryInItsOrder) {
    TempPostgres const database;
    std::vector<std::string> words;
#define BANK_CODE(number, word, kind, title) \
    if ((number) < 100) words.emplace_back(#word);
#include "core/base/codes.def"
#undef BANK_CODE
    EXPECT_EQ(database.query("select unnest(enum_range(null::bank.transfer_status))"), words);
}

TEST(Schema, HasTheKindsOfTheRegistryRowByRow) {
    TempPostgres const database;
    std::vector<std::string> words;
    std::vector<std::string> rows;
    auto const yes = 't';
    auto const no = 'f';
#define BANK_TRANSFER_KIND(word, requested, debit, credit, origin, amount, moves, held, counts, \
                           funds, answers, reversible, pin, permission)                         \
    words.emplace_back(#word);                                                                  \
    rows.push_back(fmt::format("{} {} {} {} {} {} {} {} {} {} {} {} {} {}", #word, requested,   \
                               #debit, #credit, #origin, #amount, moves, #held, counts, funds,  \
                               #answers, reversible, pin, #permission));
#include "core/api/kinds.def"
#undef BANK_TRANSFER_KIND
    EXPECT_EQ(database.query("select unnest(enum_range(null::bank.transfer_kind))"), words);
    EXPECT_EQ(database.query("select concat_ws(' ', kind, is_requested, debit, credit, origin, "
                             "amount, moves, held, counts, needs_funds, answers, is_reversible, "
                             "needs_pin, permission) from bank.transfer_kinds order by kind"),
              rows);
}

TEST(Schema, AnswersQuestionsAboutKindsAsCppDoes) {
    TempPostgres const database;
    struct Question {
        char const* function;
        bool (*answer)(api::TransferKind);
    };
    using api::facts;
    using Kind = api::TransferKind;
    for (auto const& [function, answer] : {
             Question{"is_requested", [](Kind kind) { return facts(kind).is_requested; }},
             Question{"moves_money", [](Kind kind) { return api::moves_money(kind); }},
             Question{"places_hold", [](Kind kind) { return api::places_hold(kind); }},
             Question{"settles_hold", [](Kind kind) { return api::settles_hold(kind); }},
             Question{"reverses", [](Kind kind) { return api::reverses(kind); }},
             Question{"debits_cash", [](Kind kind) { return api::debits_cash(kind); }},
             Question{"credits_cash", [](Kind kind) { return api::credits_cash(kind); }},
             Question{"uses_cash", [](Kind kind) { return api::uses_cash(kind); }},
             Question{"counts", [](Kind kind) { return facts(kind).counts; }},
             Question{"needs_funds", [](Kind kind) { return facts(kind).needs_funds; }},
             Question{"answers_credit_side",
                      [](Kind kind) { return api::answers_credit_side(kind); }},
             Question{"is_reversible", [](Kind kind) { return facts(kind).is_reversible; }},
             Question{"needs_pin", [](Kind kind) { return facts(kind).needs_pin; }},
         }) {
        std::vector<std::string> answers;
        for (std::size_t i = 0; i < api::kinds_count; ++i)
            answers.emplace_back(answer(static_cast<Kind>(i)) ? "t" : "f");
        EXPECT_EQ(database.query(fmt::format(
                      "select bank.{}(kind) from bank.transfer_kinds order by kind", function)),
                  answers)
            << function;
    }
}

// The constraints of bank.transfers list the kinds: a table cannot call a function that is
// replaced.
TEST(Schema, ConstrainsTransfersAsTheirKindsSay) {
    TempPostgres const database;
    // A row of each kind according to its facts, or (is_other) contrary to them.
    std::string const shapes =
        "(select k.kind, 'posted'::bank.transfer_status as status, o.is_other,"
        " case when k.moves <> o.is_other then 0::bigint end as debit_previous,"
        " case when k.moves <> o.is_other then 0::bigint end as credit_previous,"
        " case when (k.origin <> 'none') <> o.is_other then 1::bigint end as origin_id,"
        " case when k.is_requested <> o.is_other then 1::bigint end as user_id,"
        " case when k.is_requested <> o.is_other then 1::bigint end as session_id,"
        " case when k.is_requested <> o.is_other then gen_random_uuid() end as idempotency_id,"
        " case when k.is_requested <> o.is_other then sha256('') end as request_digest,"
        " case when (k.held = 'places') <> o.is_other then now() end as expires_at"
        " from bank.transfer_kinds k cross join (values (false), (true)) o (is_other)) s";
    for (auto const* name : {"moved_has_entries", "asked_for", "holds_expire", "origin_is_named"}) {
        auto const rule =
            database.value(fmt::format("select pg_get_expr(conbin, conrelid) from pg_constraint"
                                       " where conrelid = 'bank.transfers'::regclass"
                                       " and conname = '{}'",
                                       name));
        EXPECT_EQ(
            database.query(fmt::format(
                "select s.kind from {} where ({}) is not distinct from s.is_other", shapes, rule)),
            std::vector<std::string>{})
            << name;
    }
}

TEST(Schema, CommentsEveryTableColumnAndFunction) {
    TempPostgres const database;
    EXPECT_EQ(database.query(
                  "select c.relname from pg_class c where c.relnamespace = 'bank'::regnamespace"
                  " and c.relkind in ('r', 'v') and obj_description(c.oid, 'pg_class') is null"),
              std::vector<std::string>{});
    EXPECT_EQ(database.query("select c.relname || '.' || a.attname from pg_class c"
                             " join pg_attribute a on a.attrelid = c.oid and a.attnum > 0"
                             " where c.relnamespace = 'bank'::regnamespace and c.relkind = 'r'"
                             " and col_description(c.oid, a.attnum) is null"),
              std::vector<std::string>{});
    EXPECT_EQ(
        database.query("select p.proname from pg_proc p where p.pronamespace = 'bank'::regnamespace"
                       " and obj_description(p.oid, 'pg_proc') is null"),
        std::vector<std::string>{});
}

TEST(Schema, PinsTheSearchPathOfEveryDefiner) {
    TempPostgres const database;
    EXPECT_EQ(
        database.query("select p.proname from pg_proc p where p.pronamespace = 'bank'::regnamespace"
                       " and p.prosecdef and not coalesce('search_path=pg_catalog, pg_temp' = any "
                       "(p.proconfig), false)"),
        std::vector<std::string>{});
}

}  // namespace
}  // namespace bank::postgres
