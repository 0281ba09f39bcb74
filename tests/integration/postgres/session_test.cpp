// POCO Data as it is, and as wrapped by Session: each trap is first shown with POCO alone.
#include <Poco/Any.h>
#include <Poco/Data/AbstractBinder.h>
#include <Poco/Data/PostgreSQL/Connector.h>
#include <Poco/Data/PostgreSQL/SessionHandle.h>
#include <Poco/Data/Session.h>
#include <Poco/Data/SessionPool.h>
#include <Poco/Data/Statement.h>
#include <Poco/DateTime.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <malloc.h>

#include <limits>

#include "core/postgres/client/connection.hpp"
#include "core/postgres/client/pool.hpp"
#include "core/postgres/client/session.hpp"
#include "core/postgres/client/transaction.hpp"
#include "tests/support/temp_postgres.hpp"

namespace bank::test {
namespace {

using namespace Poco::Data::Keywords;
using postgres::Parameters;
using postgres::RareStatement;
using postgres::Session;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr RareStatement add_one{"insert into public.numbers values (1)", 0};
constexpr RareStatement add_orphan{"insert into public.numbers values (2, 99)", 0};

Session::Deadline soon() {
    return std::chrono::steady_clock::now() + std::chrono::seconds{20};
}

template <typename T>
concept Bindable = requires(Poco::Data::AbstractBinder& binder, T const& value) {
    binder.bind(0, value);
};

class PocoSession : public ::testing::Test {
protected:
    PocoSession() {
        Poco::Data::PostgreSQL::Connector::registerConnector();
        database.query(
            "create table public.numbers (id bigint primary key,"
            " parent bigint references public.numbers deferrable initially deferred)");
    }

    [[nodiscard]] std::string text() const { return database.connection_as_superuser(); }

    [[nodiscard]] Poco::Data::Session poco() const {
        return {Poco::Data::PostgreSQL::Connector::KEY, text()};
    }

    [[nodiscard]] std::unique_ptr<Session> session() const {
        auto opened = Session::open(text());
        EXPECT_TRUE(opened);
        return std::move(opened).value();
    }

    [[nodiscard]] postgres::ConnectionSettings settings() const {
        postgres::ConnectionSettings settings;
        settings.connection = text();
        return settings;
    }

    [[nodiscard]] std::string count() const {
        return database.value("select count(*) from public.numbers");
    }

    void kill(int backend) const {
        ASSERT_EQ(database.value(fmt::format("select pg_terminate_backend({}, 10000)", backend)),
                  "t");
    }

    TempPostgres database{TempPostgres::Content::empty};
};

PGconn* handle_of(Poco::Data::Session& session) {
    return *Poco::AnyCast<Poco::Data::PostgreSQL::SessionHandle*>(session.getProperty("handle"));
}

// The text of the exception that `call` throws, or nothing.
template <typename Call>
std::string thrown(Call const& call) {
    try {
        call();
    } catch (Poco::Exception const& exception) {
        return exception.displayText();
    }
    return {};
}

TEST_F(PocoSession, HasAHandleForPipelines) {
    auto const own = session();
    EXPECT_EQ(PQstatus(own->handle()), CONNECTION_OK);
    ASSERT_EQ(PQenterPipelineMode(own->handle()), 1);
    ASSERT_EQ(PQexitPipelineMode(own->handle()), 1);
    Parameters parameters;
    parameters.add(std::int64_t{7}).add_null().add("it's $1");
    auto const rows = own->run({"select $1::bigint + g, $2::text, $3::text, g = 2"
                                " from generate_series(1, 2) g order by g",
                                4},
                               parameters, soon());
    ASSERT_TRUE(rows) << rows.error().detail;
    ASSERT_EQ(rows->count(), 2);
    auto row = (*rows)[1];
    EXPECT_EQ(row.integer(), 9);
    EXPECT_FALSE(row.optional_integer());
    EXPECT_EQ(row.text(), "it's $1");
    EXPECT_TRUE(row.boolean());
    auto const none = own->run({"select 1 where false", 1}, {}, soon());
    ASSERT_TRUE(none);
    EXPECT_EQ(none->count(), 0);
}

TEST_F(PocoSession, CommitsNothingAfterAFailedStatementAndSaysSo) {
    auto raw = poco();
    raw.begin();
    raw << add_one.sql, now;
    EXPECT_NE(thrown([&] { raw << add_one.sql, now; }), "");
    EXPECT_EQ(thrown([&] { raw.commit(); }), "");  // The work is lost, and nothing is thrown.
    EXPECT_EQ(count(), "0");

    auto const own = session();
    ASSERT_TRUE(own->begin(soon()));
    ASSERT_TRUE(own->run(add_one, {}, soon()));
    ASSERT_FALSE(own->run(add_one, {}, soon()));
    auto const committed = own->commit(soon());
    ASSERT_FALSE(committed);
    EXPECT_EQ(word(committed.code()), "internal_error");
    EXPECT_EQ(count(), "0");
    // The session is usable again.
    ASSERT_TRUE(own->begin(soon()));
    ASSERT_TRUE(own->run(add_one, {}, soon()));
    EXPECT_TRUE(own->commit(soon()));
    EXPECT_EQ(count(), "1");
}

TEST_F(PocoSession, BelievesTheTagOfCommitAlone) {
    auto const own = session();
    ASSERT_TRUE(own->begin(soon()));
    ASSERT_TRUE(own->run(add_one, {}, soon()));
    // Behind the backs of POCO and Session.
    PQclear(PQexec(own->handle(), "select 1 / 0"));
    auto const committed = own->commit(soon());
    ASSERT_FALSE(committed);
    EXPECT_THAT(committed.error().detail, HasSubstr("ROLLBACK"));
    EXPECT_EQ(count(), "0");

    // POCO's cleanup after the COMMIT fails, and it throws; but the server has committed.
    auto raw = poco();
    raw.begin();
    raw << add_one.sql, now;
    PQclear(PQexec(handle_of(raw), "deallocate all"));
    EXPECT_THAT(thrown([&] { raw.commit(); }), HasSubstr("DEALLOCATE"));
    EXPECT_EQ(count(), "1");

    ASSERT_TRUE(own->begin(soon()));
    ASSERT_TRUE(own->run({"insert into public.numbers values (5)", 0}, {}, soon()));
    PQclear(PQexec(own->handle(), "deallocate all"));
    EXPECT_TRUE(own->commit(soon()));
    EXPECT_EQ(count(), "2");
}

TEST_F(PocoSession, TakesTheSqlstateFromLibpqAndNotFromTheText) {
    auto raw = poco();
    // The text contains the value, and an error at prepare has no SQLSTATE at all.
    EXPECT_THAT(thrown([&] { raw << "select 'State: 23505'::bigint", now; }),
                Not(HasSubstr("22P02")));
    EXPECT_THAT(thrown([&] {
                    raw << "do $$ begin raise 'State: 23505 x' using errcode = 'BK001'; end $$",
                        now;
                }),
                HasSubstr("State: 23505 x"));

    auto const own = session();
    struct Row {
        char const* sql;
        char const* code;
        char const* sqlstate;
    };
    for (auto const& [sql, code, sqlstate] : {
             Row{"select 'State: 23505'::bigint", "decision_refused", "SQLSTATE 22P02"},
             Row{"do $$ begin raise 'State: 57P01 x' using errcode = 'BK001'; end $$",
                 "decision_refused", "SQLSTATE BK001"},
             Row{"select nothing", "internal_error", "SQLSTATE 42703"},
             Row{"select pg_catalog.pg_sleep(0) from nowhere", "internal_error", "SQLSTATE 42P01"},
             Row{"insert into public.numbers values (1), (1)", "decision_refused",
                 "(constraint numbers_pkey)"},
         }) {
        auto const failed = own->run({sql, 0}, {}, soon());
        ASSERT_FALSE(failed) << sql;
        EXPECT_EQ(word(failed.code()), code) << sql;
        EXPECT_THAT(failed.error().detail, HasSubstr(sqlstate));
        // The text is for the log only: a client receives no part of it.
        EXPECT_EQ(failed.error().message, "");
        EXPECT_EQ(failed.error().field, "");
    }
    EXPECT_FALSE(own->is_lost());
}

TEST_F(PocoSession, TellsAFailedCommitFromALostOne) {
    auto raw = poco();
    raw.begin();
    raw << add_orphan.sql, now;
    EXPECT_THAT(thrown([&] { raw.commit(); }), Not(HasSubstr("23503")));
    EXPECT_NE(thrown([&] { raw.begin(); }), "");  // It considers the transaction open.
    auto lost = poco();
    lost.begin();
    lost << add_one.sql, now;
    kill(PQbackendPID(handle_of(lost)));
    EXPECT_NE(thrown([&] { lost.commit(); }), "");

    auto own = session();
    ASSERT_TRUE(own->begin(soon()));
    ASSERT_TRUE(own->run(add_orphan, {}, soon()));
    auto const refused = own->commit(soon());
    ASSERT_FALSE(refused);
    EXPECT_EQ(word(refused.code()), "decision_refused");
    EXPECT_THAT(refused.error().detail, HasSubstr("23503"));
    ASSERT_TRUE(own->begin(soon()));
    ASSERT_TRUE(own->run(add_one, {}, soon()));
    kill(PQbackendPID(own->handle()));
    auto const unknown = own->commit(soon());
    ASSERT_FALSE(unknown);
    EXPECT_EQ(word(unknown.code()), "outcome_unknown");
    EXPECT_TRUE(own->is_lost());
    EXPECT_FALSE(own->is_timeout());
    EXPECT_EQ(count(), "0");
}

TEST_F(PocoSession, LeavesNoIsolationLevelBehind) {
    {
        Poco::Data::SessionPool pool(Poco::Data::PostgreSQL::Connector::KEY, text(), 1, 1);
        pool.get().setTransactionIsolation(Poco::Data::Session::TRANSACTION_SERIALIZABLE);
        std::string level;
        pool.get() << "show transaction_isolation", into(level), now;
        EXPECT_EQ(level, "serializable");  // Left by another user.
        pool.shutdown();
    }
    // Nor does POCO notice a level that it did not set.
    database.query(
        "do $$ begin execute format('alter database %I set"
        " default_transaction_isolation = serializable', current_database()); end $$");
    auto raw = poco();
    raw.setTransactionIsolation(Poco::Data::Session::TRANSACTION_READ_COMMITTED);
    std::string level;
    raw << "show transaction_isolation", into(level), now;
    EXPECT_EQ(level, "serializable");

    postgres::Connector connector(settings());
    postgres::Pool pool(connector, 1, std::chrono::milliseconds{50});
    constexpr RareStatement show{"show transaction_isolation", 1};
    auto const first = run_alone(pool, show);
    ASSERT_TRUE(first) << first.error().detail;
    EXPECT_EQ((*first)[0].text(), "read committed");
    {
        auto transaction = postgres::Transaction::begin(pool);
        ASSERT_TRUE(transaction);
        ASSERT_TRUE(transaction->run({"", "set transaction isolation level repeatable read"}));
        EXPECT_EQ((*transaction->run(show))[0].text(), "repeatable read");
        ASSERT_TRUE(transaction->commit());
    }
    EXPECT_EQ((*run_alone(pool, show))[0].text(), "read committed");
    EXPECT_EQ(pool.use().size, 1);
}

TEST_F(PocoSession, CarriesEachIntegerWhole) {
    static_assert(Bindable<std::int64_t> && !Bindable<long long>);
    auto const own = session();
    for (auto const value : {std::numeric_limits<std::int64_t>::min(), std::int64_t{-1},
                             std::int64_t{1} << 53, std::numeric_limits<std::int64_t>::max()}) {
        Parameters parameters;
        parameters.add(value);
        auto const rows = own->run({"select $1::bigint", 1}, parameters, soon());
        ASSERT_TRUE(rows);
        EXPECT_EQ((*rows)[0].integer(), value);
    }
}

TEST_F(PocoSession, KeepsTheFractionsOfATimestamp) {
    constexpr RareStatement statement{
        "select '2026-11-30 01:02:03.678901+00'::timestamptz at time zone 'UTC'", 1};
    auto raw = poco();
    Poco::DateTime time;
    raw << statement.sql, into(time), now;
    EXPECT_EQ(time.second(), 3);
    EXPECT_EQ(time.millisecond() * 1000 + time.microsecond(), 0);
    auto const rows = session()->run(statement, {}, soon());
    ASSERT_TRUE(rows);
    EXPECT_EQ((*rows)[0].text(), "2026-11-30 01:02:03.678901");
}

TEST_F(PocoSession, IsNotTakenForAliveWhenItsBackendWasKilled) {
    auto raw = poco();
    kill(PQbackendPID(handle_of(raw)));
    EXPECT_TRUE(raw.isConnected());

    postgres::Connector connector(settings());
    postgres::Pool pool(connector, 1, std::chrono::milliseconds{50});
    constexpr RareStatement own_pid{"select pg_backend_pid()", 1};
    auto const first = run_alone(pool, own_pid);
    ASSERT_TRUE(first);
    auto const pid = (*first)[0].integer();
    {
        auto const lease = pool.take();
        ASSERT_TRUE(lease);
        kill(static_cast<int>(pid));
        EXPECT_FALSE((*lease)->is_idle());
    }
    auto const second = run_alone(pool, own_pid);
    ASSERT_TRUE(second) << second.error().detail;
    EXPECT_NE((*second)[0].integer(), pid);
}

TEST_F(PocoSession, WaitsForNoServerLongerThanItsDeadline) {
    auto const own = session();
    auto const start = std::chrono::steady_clock::now();
    auto const late =
        own->run({"select pg_sleep(300)", 1}, {}, start + std::chrono::milliseconds{100});
    ASSERT_FALSE(late);
    EXPECT_EQ(word(late.code()), "storage_unavailable");
    EXPECT_TRUE(own->is_timeout());
    EXPECT_TRUE(own->is_lost());
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{60});
    EXPECT_FALSE(own->run({"select 1", 1}, {}, soon()));
}

// Memory in use; nothing if a sanitizer does its own accounting.
std::size_t in_use() {
    return ::mallinfo2().uordblks;
}

TEST_F(PocoSession, FreesConnectionsThatFailedOrWereLost) {
    static_cast<void>(Session::open("host=/nowhere connect_timeout=2"));
    static_cast<void>(session());
    auto const before = in_use();
    for (int i = 0; i < 50; ++i) {
        EXPECT_FALSE(Session::open("host=/nowhere connect_timeout=2"));
    }
    for (int i = 0; i < 20; ++i) {
        auto const own = session();
        kill(PQbackendPID(own->handle()));
        EXPECT_FALSE(own->run({"select 1", 1}, {}, soon()));
    }
    // POCO alone keeps some 36 KB of each.
    EXPECT_LT(in_use(), before + std::size_t{10} * 36 * 1024);
}

TEST_F(PocoSession, IsNotOpenedWithAValueThatPocoWouldSplit) {
    auto blank = settings();
    blank.connection += " application_name='a b'";
    auto const refused = postgres::Connection::open(blank);
    ASSERT_FALSE(refused);
    EXPECT_EQ(word(refused.code()), "storage_unavailable");
    EXPECT_THAT(refused.error().detail, HasSubstr("application_name"));
    // Needless quotes and escapes are no obstacle.
    auto quoted = settings();
    quoted.connection += R"( application_name='it\'s')";
    auto const connection = postgres::Connection::open(quoted);
    ASSERT_TRUE(connection) << connection.error().detail;
    auto const shown = (*connection)->run(RareStatement{"show application_name", 1});
    ASSERT_TRUE(shown);
    EXPECT_EQ((*shown)[0].text(), "it's");
}

TEST_F(PocoSession, HasTheSettingsThatStatementsRelyOn) {
    auto own = settings();
    own.statement_timeout = std::chrono::milliseconds{4321};
    own.connection += R"( options='-c\ search_path=public')";
    auto const connection = postgres::Connection::open(own);
    // The administrator's own options are not used, so their blank does not matter.
    ASSERT_TRUE(connection) << connection.error().detail;
    struct Row {
        char const* sql;
        char const* value;
    };
    for (auto const& [sql, value] : {
             Row{"show statement_timeout", "4321ms"},
             Row{"show lock_timeout", "4321ms"},
             Row{"show idle_in_transaction_session_timeout", "12963ms"},
             Row{"show search_path", "pg_catalog"},
             Row{"show timezone", "UTC"},
             Row{"show datestyle", "ISO, MDY"},
             Row{"show bytea_output", "hex"},
             Row{"show default_transaction_isolation", "read committed"},
             Row{"show application_name", "bankd"},
         }) {
        auto const shown = (*connection)->run(RareStatement{sql, 1});
        ASSERT_TRUE(shown) << sql;
        EXPECT_EQ((*shown)[0].text(), value) << sql;
    }
}

}  // namespace
}  // namespace bank::test
