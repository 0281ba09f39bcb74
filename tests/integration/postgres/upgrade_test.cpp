// A database of the first schema, tests/integration/postgres/baseline, with rows in it: what
// becomes of it.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <future>
#include <sstream>

#include "core/crypto/digest.hpp"
#include "core/postgres/schema/migrations.hpp"
#include "core/postgres/schema/migrator.hpp"
#include "tests/integration/postgres/bank_fixture.hpp"
#include "tests/support/catalog.hpp"

namespace bank::test {
namespace {

using ::testing::HasSubstr;

constexpr std::int64_t baseline_last = 16;

std::string read_file(std::string const& path) {
    std::ifstream file(path);
    std::ostringstream text;
    text << file.rdbuf();
    if (!file) throw std::runtime_error("cannot read " + path);
    return text.str();
}

std::string baseline(std::string const& name) {
    return read_file(BANK_SOURCE_DIR "/tests/integration/postgres/baseline/" + name + ".sql");
}

// As the owner, who has fewer rights than the superuser.
void run_as_owner(TempPostgres const& database, std::string const& sql) {
    std::vector<std::string> rows;
    auto const state = run_sql(database.connection_as("bank_owner"), sql, &rows);
    if (!state.empty()) throw std::runtime_error(rows.front());
}

// As the bankd of that time did it: each file in one transaction with its record.
void make_first_schema(TempPostgres const& database) {
    for (auto const& file : postgres::embedded_migrations()) {
        if (file.number > baseline_last) break;
        auto const sql =
            file.sql ? *file.sql : baseline(fmt::format("{:04}-{}", file.number, file.name));
        if (to_hex(crypto::sha256(as_bytes(sql))) != file.digest)
            throw std::runtime_error(file.name + " is not the file that was released");
        run_as_owner(database,
                     fmt::format("begin;{};insert into bank.migrations (number, name, digest) "
                                 "values ({}, '{}', decode('{}', 'hex'));commit",
                                 sql, file.number, file.name, file.digest));
    }
    database.query(baseline("populate"));
}

Status migrate(TempPostgres const& database) {
    return postgres::migrate(database.connection_as("bank_owner"), {});
}

// A query for all rows of each table, in its current columns. PIN authorizations last for minutes
// and are not kept.
std::vector<std::string> queries_of_rows(TempPostgres const& database) {
    return database.query(
        "select format('select %L || coalesce(string_agg(r::text, E''\\n'' order by r::text), "
        "'''') from (select %s from bank.%I) r', c.relname || ': ', "
        "string_agg(quote_ident(a.attname), ', ' order by a.attnum), c.relname)"
        " from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0"
        " where c.relnamespace = 'bank'::regnamespace and c.relkind = 'r'"
        " and c.relname not in ('migrations', 'pin_authorizations') group by c.oid, c.relname "
        "order by c.relname");
}

std::vector<std::string> rows_of(TempPostgres const& database,
                                 std::vector<std::string> const& queries) {
    std::vector<std::string> tables;
    for (auto const& query : queries) tables.push_back(database.value(query));
    return tables;
}

TEST(Upgrade, KeepsEveryRow) {
    TempPostgres const database(TempPostgres::Content::empty);
    make_first_schema(database);
    auto const queries = queries_of_rows(database);
    auto const before = rows_of(database, queries);
    // An upgrade without rows would prove nothing.
    EXPECT_EQ(database.value("select count(*) from bank.transfers"), "77");
    EXPECT_EQ(database.value("select count(*) from bank.open_holds"), "1");
    EXPECT_GT(std::stoi(database.value("select count(*) from bank.history_marks")), 0);
    EXPECT_GT(std::stoi(database.value("select record_count from bank.audit_seals")), 80);

    auto const done = migrate(database);
    ASSERT_TRUE(done) << done.error().detail;
    // The upgrade adds the records of the state that it finds, and nothing else.
    EXPECT_EQ(database.value("select details ->> 'rows' from bank.audit_details"
                             " where details -> 'rows' is not null"),
              database.value("select count(*) from bank.audit_logs where action = 'change_state'"));
    database.query(
        "alter table bank.audit_logs disable trigger user;"
        "with gone as (delete from bank.audit_logs"
        "  where action in ('change_state', 'begin_state') returning details_hash)"
        " delete from bank.audit_details where hash in (select details_hash from gone);"
        "alter table bank.audit_logs enable always trigger refuse_row_change,"
        " enable always trigger refuse_change, enable always trigger refuse_row_deletion");
    EXPECT_EQ(rows_of(database, queries), before);
    // The numbers of the first schema stay on record, including those that new databases do not
    // have.
    EXPECT_EQ(database.value("select count(*) from bank.migrations where number <= 16"), "16");
    EXPECT_EQ(database.value("select max(number) from bank.migrations"),
              std::to_string(postgres::embedded_migrations().back().number));
}

TEST(Upgrade, GivesNewColumnsWhatTheOldRowsSay) {
    TempPostgres const database(TempPostgres::Content::empty);
    make_first_schema(database);
    ASSERT_TRUE(migrate(database));
    // Declined transfers count as well: the locked account's last transaction was declined.
    EXPECT_EQ(database.query("select a.account_no from bank.accounts a"
                             " where a.last_posted_at is distinct from coalesce((select "
                             "max(t.created_at) from bank.transfers t where a.id in "
                             "(t.debit_account_id, t.credit_account_id)), '-infinity')"),
              std::vector<std::string>{});
    EXPECT_EQ(database.value("select last_posted_at from bank.accounts"
                             " where account_no = 'DE00OLDLOCKED'"),
              "-infinity");
    // Existing passwords were chosen by their users, as far as the bank knew.
    EXPECT_EQ(database.value("select bool_and(password_expires_at is null and "
                             "password_version = 0) from bank.users"),
              "t");
    EXPECT_EQ(database.value("select customer_cash from bank.rules"), "t");
}

TEST(Upgrade, LeavesTheSameSchemaAsANewDatabase) {
    TempPostgres const old(TempPostgres::Content::empty);
    make_first_schema(old);
    EXPECT_NE(catalog_of(old), catalog_of(TempPostgres{}));
    ASSERT_TRUE(migrate(old));
    auto const upgraded = catalog_of(old);
    auto const fresh = catalog_of(TempPostgres{});
    EXPECT_GT(fresh.size(), 500U);
    std::vector<std::string> differences;
    std::ranges::set_symmetric_difference(upgraded, fresh, std::back_inserter(differences));
    for (auto const& line : differences) ADD_FAILURE() << line;
    EXPECT_EQ(old.value("select encode(digest, 'hex') || ' ' || program from bank.function_sets"),
              postgres::embedded_functions().digest + " " + postgres::embedded_functions().program);
}

TEST(Upgrade, KeepsNothingIfAFileFails) {
    TempPostgres const database(TempPostgres::Content::empty);
    make_first_schema(database);
    // A view of the new set finds its name in use, after the tables were changed.
    run_as_owner(database, "create table bank.open_sessions (x integer)");
    auto const catalog = catalog_of(database);
    auto const queries = queries_of_rows(database);
    auto const rows = rows_of(database, queries);

    auto const failed = migrate(database);
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.code(), Code::internal_error);
    EXPECT_THAT(failed.error().detail, HasSubstr("functions/actors"));
    EXPECT_EQ(catalog_of(database), catalog);
    EXPECT_EQ(rows_of(database, queries), rows);
    EXPECT_EQ(database.value("select max(number) from bank.migrations"), "16");

    run_as_owner(database, "drop table bank.open_sessions");
    auto const done = migrate(database);
    EXPECT_TRUE(done) << done.error().detail;
}

TEST(Upgrade, HappensOnceIfTwoMigratorsCome) {
    TempPostgres const database(TempPostgres::Content::empty);
    make_first_schema(database);
    auto other = std::async(std::launch::async, [&] { return migrate(database); });
    auto const one = migrate(database);
    EXPECT_TRUE(one) << one.error().detail;
    auto const both = other.get();
    EXPECT_TRUE(both) << both.error().detail;
    EXPECT_EQ(database.value("select count(*) from bank.function_sets"), "1");
}

TEST(Upgrade, RefusesADatabaseWhoseRetiredFilesWereOthers) {
    TempPostgres const database(TempPostgres::Content::empty);
    make_first_schema(database);
    database.query("update bank.migrations set digest = sha256('other') where number = 10");
    auto const catalog = catalog_of(database);
    auto const refused = migrate(database);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().detail, HasSubstr("0010-function-post-batch"));
    EXPECT_EQ(catalog_of(database), catalog);
}

class UpgradedBank : public BankFixture {
protected:
    UpgradedBank()
        : BankFixture(TempPostgres::Content::empty, [](TempPostgres const& made) {
              make_first_schema(made);
              auto const done = migrate(made);
              if (!done) throw std::runtime_error(done.error().detail);
          }) {}

    AccountId old_account(std::string const& number) {
        return AccountId{std::stoll(database.value(
            "select id from bank.accounts where account_no = 'DE00OLD" + number + "'"))};
    }
};

TEST_F(UpgradedBank, IsConsistentAndMovesMoney) {
    expect_sound_ledger();
    auto const customer = old_account("CUSTOMER");
    auto const friend_ = old_account("FRIEND");
    auto const before = balance(customer);
    EXPECT_EQ(before, 1000000 - 70 * 71 / 2 - 200);
    pay_in(customer, 500);
    EXPECT_EQ(outcome(transfer(teller, customer, friend_, 300, "after the upgrade")), "posted");
    EXPECT_EQ(balance(customer), before + 200);
    // A hold and a transfer from before the upgrade.
    auto const open = TransferId{std::stoll(database.value("select id from bank.open_holds"))};
    EXPECT_EQ(outcome(capture(teller, open, 600, "of the old hold")), "posted");
    EXPECT_EQ(balance(customer), before + 200 - 600);
    auto const paid = TransferId{std::stoll(
        database.value("select id from bank.transfers where reference = 'For transfer 70'"))};
    EXPECT_EQ(outcome(reversal(teller, paid, 0, "of an old transfer")), "posted");
    EXPECT_EQ(balance(customer), before + 200 - 600 + 70);
    // Limits count earlier spending: 900,001 was declined then as well.
    EXPECT_EQ(outcome(transfer(teller, customer, friend_, 900001, "too much")),
              "transfer_limit_exceeded");
    expect_sound_ledger();
}

TEST_F(UpgradedBank, GivesTheFirstAnswerToARequestOfBefore) {
    auto again = transfer(teller, old_account("CUSTOMER"), old_account("FRIEND"), 7, "any");
    auto const bytes = database.value("select encode(uuid_send(md5('transfer 7')::uuid), 'hex')");
    for (std::size_t i = 0; i < again.idempotency_id.bytes.size(); ++i)
        again.idempotency_id.bytes[i] =
            static_cast<std::uint8_t>(std::stoi(bytes.substr(2 * i, 2), nullptr, 16));
    again.request_digest = crypto::sha256(as_bytes(std::string{"transfer 7"}));
    auto const before = money();
    auto const result = run({again})[0];
    EXPECT_EQ(word(result.decision.code), "posted");
    EXPECT_EQ(money(), before);
}

TEST_F(UpgradedBank, KeepsSessionsWhichOpenOnceTheyAreRenewed) {
    auto const as_customer = [&](std::string const& secret, std::string const& sql) {
        std::vector<std::string> rows;
        auto const state = run_sql(database.connection_as("bankd"),
                                   fmt::format("begin; set local role bank_customer;"
                                               "select bank.enter({}); {}",
                                               secret, sql),
                                   &rows);
        return state.empty() ? rows.at(0) : state;
    };
    auto const* const own_accounts = "select string_agg(account_no, ' ') from bank.accounts";
    // Its secret does not contain the user yet.
    EXPECT_EQ(as_customer("sha256('customer')", own_accounts), "");
    auto const secret = database.value(
        "update bank.sessions set secret_hash = bank.secret_hash('0123456789abcdef', user_id)"
        " where secret_hash = sha256(sha256('customer'))"
        " returning quote_literal('0123456789abcdef'::bytea || int8send(user_id)) || '::bytea'");
    EXPECT_EQ(as_customer(secret, own_accounts), "DE00OLDCUSTOMER");
    EXPECT_EQ(as_customer(secret, "update bank.accounts set balance = 0"), "42501");
    EXPECT_EQ(as_customer(secret, fmt::format("select bank.find_actor({})", secret)), "42501");
}

// Functions only: the tables already have this program's version.

std::string set_digest(TempPostgres const& database) {
    return database.value(
        "select encode(digest, 'hex') from bank.function_sets order by id desc limit 1");
}

TEST(FunctionSet, ReplacesWhatAnotherProgramOfThisOrAnEarlierVersionInstalled) {
    for (auto const* program : {"0.0.9", "own"}) {
        TempPostgres const database;
        auto const catalog = catalog_of(database);
        database.query(fmt::format(
            "insert into bank.function_sets (digest, program) values (sha256('other'), '{}')",
            program == std::string{"own"} ? postgres::embedded_functions().program : program));
        run_as_owner(database,
                     "create or replace function bank.may_move_cash(of_role bank.role, "
                     "is_customer_cash boolean) returns boolean language sql immutable"
                     " as 'select true';"
                     "create function bank.left_behind() returns integer language sql"
                     " as 'select 1';"
                     "create view bank.shown as select * from bank.users;"
                     "create policy everything on bank.users using (true);"
                     "create trigger extra before insert on bank.users"
                     " for each row execute function bank.refuse_change();"
                     "drop policy customer on bank.accounts;"
                     "drop trigger refuse_change on bank.transfers;"
                     "grant all on bank.accounts to bankd;"
                     "grant update (user_name) on bank.users to bank_customer; grant usage on all "
                     "sequences in schema bank to public;"
                     "grant create on schema bank to bank_admin");
        EXPECT_NE(catalog_of(database), catalog);
        auto const done = migrate(database);
        ASSERT_TRUE(done) << done.error().detail;
        EXPECT_EQ(catalog_of(database), catalog) << program;
        EXPECT_EQ(set_digest(database), postgres::embedded_functions().digest);
    }
}

TEST(FunctionSet, OfANewerProgramIsRefused) {
    TempPostgres const database;
    for (auto const* program : {"999.0.0", "0.1000.0", "0.1.10"}) {
        database.query(fmt::format(
            "insert into bank.function_sets (digest, program) values (sha256('newer'), '{}')",
            program));
        auto const catalog = catalog_of(database);
        auto const refused = migrate(database);
        ASSERT_FALSE(refused) << program;
        EXPECT_THAT(refused.error().detail, HasSubstr(program));
        EXPECT_EQ(catalog_of(database), catalog);
        postgres::Settings settings;
        settings.connection = database.connection_as("bankd");
        auto const schema = postgres::Database(settings).schema();
        ASSERT_TRUE(schema);
        EXPECT_FALSE(schema->is_known);
        EXPECT_THAT(schema->mismatch, HasSubstr("newer"));
    }
}

TEST(FunctionSet, IsInstalledByTheOwnerOfTheSchemaAlone) {
    TempPostgres const database;
    database.query("update bank.function_sets set digest = sha256('other')");
    auto const catalog = catalog_of(database);
    auto const refused = postgres::migrate(database.connection_as_superuser(), {});
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().detail, HasSubstr("bank_owner"));
    EXPECT_EQ(catalog_of(database), catalog);
}

TEST(FunctionSet, StaysIfATableDependsOnAFunction) {
    TempPostgres const database;
    database.query("update bank.function_sets set digest = sha256('other')");
    run_as_owner(database,
                 "alter table bank.users add constraint custom check (bank.us(created_at) > 0)");
    auto const catalog = catalog_of(database);
    auto const refused = migrate(database);
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().detail, HasSubstr("clear"));
    EXPECT_EQ(catalog_of(database), catalog);
}

TEST(FunctionSet, IsNotTouchedIfItIsTheProgramsOwn) {
    TempPostgres const database;
    auto const oids =
        "select string_agg(oid::text, ' ' order by oid) from pg_proc"
        " where pronamespace = 'bank'::regnamespace";
    auto const before = database.value(oids);
    ASSERT_TRUE(migrate(database));
    EXPECT_EQ(database.value(oids), before);
    EXPECT_EQ(database.value("select count(*) from bank.function_sets"), "1");
}

}  // namespace
}  // namespace bank::test
