#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/audit/action.hpp"
#include "core/postgres/database.hpp"
#include "core/postgres/migrations.hpp"
#include "core/postgres/migrator.hpp"
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

TEST(Migrator, KeepsNothingOfAMigrationThatFails) {
    TempPostgres const database(TempPostgres::Content::empty);
    // The first file wants to make it: that fails, after it has changed default privileges.
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
