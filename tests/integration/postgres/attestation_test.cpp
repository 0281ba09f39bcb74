// The schema attests itself: a superuser alters it, and the comparison names the object.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdlib>
#include <fstream>

#include "core/postgres/database.hpp"
#include "core/postgres/schema/attestation.hpp"
#include "core/postgres/schema/migrations.hpp"
#include "core/postgres/schema/migrator.hpp"
#include "tests/support/temp_postgres.hpp"

namespace bank::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::unique_ptr<postgres::Connection> connect(std::string const& connection) {
    postgres::ConnectionSettings settings;
    settings.connection = connection;
    auto opened = postgres::Connection::open(settings);
    if (!opened) throw std::runtime_error(opened.error().detail);
    return std::move(opened).value();
}

api::SchemaReport attest(TempPostgres const& database) {
    auto report = postgres::attest(*connect(database.connection_as("bankd")));
    if (!report) throw std::runtime_error(report.error().detail);
    return std::move(report).value();
}

// "+ table bank.extra", "- index ...", "! function ...": unexpected, missing, different.
std::vector<std::string> grave(api::SchemaReport const& report) {
    std::vector<std::string> lines;
    for (auto const& difference : report.differences) {
        if (!difference.is_grave) continue;
        auto const* const sign = difference.expected.empty() ? "+ "
                                 : difference.found.empty()  ? "- "
                                                             : "! ";
        lines.push_back(sign + difference.object);
    }
    return lines;
}

TEST(Attestation, AMigratedDatabaseIsAsBuilt) {
    TempPostgres const database;
    if (auto const* const path = std::getenv("BANK_ATTESTED_WRITE"); path != nullptr) {
        auto const objects = postgres::read_objects(*connect(database.connection_as("bankd")));
        ASSERT_TRUE(objects);
        std::ofstream file(path);
        for (auto const& object : *objects)
            file << object.name << '\t' << object.definition << '\n';
        ASSERT_TRUE(file.flush());
        return;
    }
    auto const report = attest(database);
    for (auto const& difference : report.differences) {
        ADD_FAILURE() << difference.object << "\n  expected " << difference.expected
                      << "\n  found    " << difference.found << "\nRun ninja update_attested.";
    }
    EXPECT_TRUE(report.is_as_built);
    EXPECT_GT(report.objects, 900);
}

// A change of a sequence is in no transaction.
TEST(Attestation, NamesSequencesThatWereMoved) {
    TempPostgres const database;
    auto const moved = [&](std::string const& sequence, std::string const& to) {
        database.query(fmt::format("select setval('bank.{}', {})", sequence, to));
        return attest(database);
    };
    database.query(
        "insert into bank.users (id, user_name, role) overriding system value"
        " values (50, 'late', 'customer')");
    for (auto const* const to : {"49", "1", "50", "10000050"}) {
        bool const is_behind = std::string_view{to} == "49" || std::string_view{to} == "1";
        auto const report = moved("users_id_seq", to);
        EXPECT_EQ(report.is_as_built, !is_behind) << to;
        EXPECT_EQ(report.difference_count, is_behind ? 1 : 0) << to;
        if (is_behind) {
            EXPECT_THAT(grave(report), ElementsAre("! position of sequence bank.users_id_seq"));
        }
    }
    for (auto const* const sequence :
         {"users_id_seq", "transfer_ids", "account_ids", "audit_logs_id_seq"}) {
        for (auto const* const to : {"1000000000000", "9223372036854775807"}) {
            auto const report = moved(sequence, to);
            EXPECT_TRUE(report.is_as_built) << sequence << " " << to;
            ASSERT_EQ(report.differences.size(), 1U) << sequence << " " << to;
            EXPECT_EQ(report.differences.front().object,
                      fmt::format("position of sequence bank.{}", sequence));
            EXPECT_THAT(report.differences.front().found, HasSubstr("next id "));
        }
        database.query(fmt::format("select setval('bank.{}', 100)", sequence));
        EXPECT_EQ(attest(database).difference_count, 0) << sequence;
    }
}

struct Alteration {
    char const* sql;
    char const* named;  // An object that is named.
};

// As superuser, in a transaction that is not committed.
void expect_named(TempPostgres const& database, Alteration const& alteration) {
    auto const connection = connect(database.connection_as_superuser());
    ASSERT_TRUE(connection->begin());
    auto const altered = connection->run_script(alteration.sql);
    ASSERT_TRUE(altered) << alteration.sql << ": " << altered.error().detail;
    auto const report = postgres::attest(*connection);
    connection->rollback();
    ASSERT_TRUE(report) << alteration.sql << ": " << report.error().detail;
    EXPECT_FALSE(report->is_as_built) << alteration.sql;
    EXPECT_THAT(grave(*report), Contains(HasSubstr(alteration.named))) << alteration.sql;
}

TEST(Attestation, NamesWhatWasAltered) {
    Alteration const alterations[] = {
        {"alter table bank.transfers disable trigger refuse_change",
         "! trigger refuse_change on bank.transfers"},
        {"alter table bank.transfers disable trigger all",
         "! trigger refuse_row_change on bank.transfers"},
        {"alter table bank.accounts disable trigger all",
         "! trigger \"RI_FKey_check_ins\" of constraint accounts_user_id_fkey on bank.accounts"},
        {"alter table bank.audit_logs enable trigger refuse_change",
         "! trigger refuse_change on bank.audit_logs"},
        {"create function public.swallow() returns trigger language plpgsql as 'begin return null; "
         "end'; create trigger swallow before insert on bank.audit_logs for each row when "
         "(new.action = 'login') execute function public.swallow()",
         "+ trigger swallow on bank.audit_logs"},
        {"drop index bank.transfers_idempotency_id; create index transfers_idempotency_id on "
         "bank.transfers (idempotency_id) where idempotency_id is not null",
         "! index bank.transfers_idempotency_id of bank.transfers"},
        {"drop index bank.transfers_idempotency_id",
         "- index bank.transfers_idempotency_id of bank.transfers"},
        {"update pg_index set indisvalid = false where indexrelid = "
         "'bank.transfers_idempotency_id'::regclass",
         "! index bank.transfers_idempotency_id of bank.transfers"},
        {"alter table bank.accounts drop constraint balance_within_overdraft",
         "- constraint balance_within_overdraft of bank.accounts"},
        {"update pg_constraint set convalidated = false where conname = 'closed_is_empty'",
         "! constraint closed_is_empty of bank.accounts"},
        {"alter table bank.accounts add column note text", "+ column bank.accounts.note"},
        {"alter table bank.accounts alter column balance set default 1000000",
         "! column bank.accounts.balance"},
        {"alter table bank.transfers alter column currency drop not null",
         "! column bank.transfers.currency"},
        {"do $$ begin execute replace(pg_get_functiondef('bank.spending'::regproc), 'then "
         "spent_day', "
         "'then 0 * spent_day'); end $$",
         "! function bank.spending(date,bigint,bigint,bigint)"},
        {"alter function bank.post_batch reset search_path", "! function bank.post_batch"},
        {"alter function bank.seal owner to postgres", "! function bank.seal"},
        {"create function bank.helper() returns integer language sql as 'select 1'",
         "+ function bank.helper()"},
        {"create function bank.may_post(kind text, role text) returns boolean language sql as "
         "'select true'",
         "+ function bank.may_post(text,text)"},
        {"create or replace view bank.open_sessions as select s.id, s.user_id, u.user_name, "
         "s.role, "
         "s.secret_hash, s.created_at, s.expires_at, s.ip, s.user_agent, false as "
         "must_change_password from bank.sessions s join bank.users u on u.id = s.user_id",
         "! view bank.open_sessions"},
        {"alter view bank.history reset (security_barrier)", "! view bank.history"},
        {"alter table bank.users disable row level security", "! table bank.users"},
        {"alter table bank.users owner to postgres", "! table bank.users"},
        {"create table public.more () inherits (bank.accounts)",
         "+ inheritance public.more of bank.accounts"},
        {"create policy everything on bank.users using (true)",
         "+ policy everything on bank.users"},
        {"alter policy customer on bank.accounts using (true)",
         "! policy customer on bank.accounts"},
        {"create rule nothing as on insert to bank.audit_logs do instead nothing",
         "+ rule nothing on bank.audit_logs"},
        {"grant select on bank.users to bankd", "+ grants on bank.users"},
        {"grant update (balance) on bank.accounts to bankd", "! grants on bank.accounts.balance"},
        {"grant execute on function bank.write_audit to bankd",
         "+ grants on function bank.write_audit"},
        {"grant execute on function bank.seal to public", "! grants on function bank.seal"},
        {"alter default privileges for role bank_owner in schema bank grant select on tables to "
         "bankd",
         "+ default privileges of bank_owner on r in bank"},
        {"alter type bank.role add value 'owner'", "! type bank.role"},
        {"alter sequence bank.transfer_ids cycle", "! sequence settings bank.transfer_ids"},
        {"create operator bank.= (leftarg = text, rightarg = text, function = texteq)",
         "+ operator bank.=(text,text)"},
        {"create function pg_catalog.sha256(text) returns bytea language sql as "
         "'select ''''::bytea'",
         "+ function sha256(text)"},
        {"create function public.any_role(bank.role) returns integer language sql as 'select 1'; "
         "create cast (bank.role as integer) with function public.any_role(bank.role)",
         "+ cast bank.role as integer"},
    };
    TempPostgres const database;
    for (auto const& alteration : alterations) expect_named(database, alteration);
}

// The roles are those of the cluster, which other tests use at the same time: nothing is committed.
TEST(Attestation, NamesRolesThatWereGivenMore) {
    TempPostgres const database;
    Alteration const alterations[] = {
        {"alter role bankd bypassrls", "! role bankd"},
        {"alter role bankd superuser", "! role bankd"},
        {"grant bank_owner to bankd", "+ membership of bankd in bank_owner"},
        {"grant bank_admin to bankd with admin option", "! membership of bankd in bank_admin"},
        {"alter role bankd set row_security = off", "+ settings of bankd in all databases"},
        {"alter role bankd set session_replication_role = replica",
         "+ settings of bankd in all databases"},
    };
    for (auto const& alteration : alterations) expect_named(database, alteration);
}

TEST(Attestation, NamesSettingsOfTheDatabaseThatChangeResults) {
    TempPostgres const database;
    auto const name = database.value("select current_database()");
    database.query(fmt::format("alter database {} set transform_null_equals = on", name));
    EXPECT_THAT(grave(attest(database)), ElementsAre("! setting transform_null_equals"));
    database.query(fmt::format("alter database {} reset transform_null_equals", name));
    // What is acknowledged is durable; how far on a standby is the operator's decision.
    database.query(fmt::format("alter database {} set synchronous_commit = off", name));
    EXPECT_THAT(grave(attest(database)), ElementsAre("! setting synchronous_commit"));
    database.query(fmt::format("alter database {} set synchronous_commit = remote_apply", name));
    EXPECT_THAT(grave(attest(database)), ElementsAre());
}

TEST(Attestation, LeavesAloneWhatChangesNoResult) {
    TempPostgres const database;
    database.query(
        "comment on table bank.users is 'people'; analyze;"
        "alter table bank.accounts set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01);"
        "alter function bank.post_batch cost 1000; reindex table bank.transfers;"
        "create schema reports; create view reports.balances as select id, balance from "
        "bank.accounts; alter table bank.accounts alter column balance set statistics 1000;"
        "cluster bank.users using users_pkey");
    EXPECT_THAT(grave(attest(database)), IsEmpty());
}

TEST(Attestation, APreventedComparisonIsAnError) {
    TempPostgres const database;
    database.query("revoke select on pg_catalog.pg_proc from public");
    auto const report = postgres::attest(*connect(database.connection_as("bankd")));
    database.query("grant select on pg_catalog.pg_proc to public");
    ASSERT_FALSE(report);
    EXPECT_EQ(report.code(), Code::permission_denied);
}

TEST(Attestation, AReinstalledSetOfFunctionsIsAsBuilt) {
    TempPostgres const database;
    database.query(
        "alter table bank.transfers disable trigger refuse_change;"
        "grant all on bank.accounts to bankd; drop policy customer on bank.accounts;"
        "update bank.function_sets set digest = sha256('altered')");
    EXPECT_FALSE(attest(database).is_as_built);
    auto const done = postgres::migrate(database.connection_as("bank_owner"), {});
    ASSERT_TRUE(done) << done.error().detail;
    EXPECT_THAT(grave(attest(database)), IsEmpty());
}

}  // namespace
}  // namespace bank::test
