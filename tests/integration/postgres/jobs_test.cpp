// Jobs on PostgreSQL: single runs, repeated runs, and the effect of time on both.
#include <fmt/format.h>

#include <atomic>
#include <optional>
#include <thread>

#include "core/jobs/worker.hpp"
#include "core/postgres/job_store_pg.hpp"
#include "tests/integration/postgres/bank_fixture.hpp"

namespace bank::test {
namespace {

using jobs::Job;
using jobs::Missed;
using jobs::Terms;
using jobs::Timing;
using Extent = jobs::Run::Extent;
using std::chrono::hours;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

// No instant of a daily job falls within a test.
seconds half_a_day_from_now() {
    auto const now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<seconds>((now + hours{12}) % hours{24});
}

// The work of the jobs: leaves a trace once the gate is open, and fails on request.
void no_terms(postgres::Parameters& /*parameters*/, Terms const& /*terms*/) {}
std::int64_t no_records(std::int64_t /*done*/) {
    return 0;
}
std::array const works{
    postgres::JobWork{"nightly",
                      {"test_nightly", "select 1::bigint, stage.work('nightly'), null::bigint"},
                      no_terms,
                      no_records},
    postgres::JobWork{
        "each_night",
        {"test_each_night", "select 1::bigint, stage.work('each_night'), null::bigint"},
        no_terms,
        no_records},
    postgres::JobWork{"closing",
                      {"test_closing",
                       "select 1::bigint, stage.work('closing'),"
                       " (select bank.us(d.next_at) from stage.calendar d)"},
                      no_terms,
                      no_records}};

constexpr auto scenery =
    "create or replace function bank.job_timing(job text) returns text language sql immutable as"
    " $$ select case when job in ('nightly', 'each_night', 'apply_retention') then 'periodic'"
    " when job = 'expire_holds' then 'by_rows' when job = 'closing' then 'by_calendar' end $$;"
    "create schema stage; grant usage on schema stage to bankd;"
    "create table stage.traces (job text, at timestamptz default clock_timestamp());"
    "create table stage.orders (job text, fails boolean default false, portions integer default"
    " 1);"
    "create table stage.calendar (next_at timestamptz);"
    "insert into stage.calendar values (null);"
    "create function stage.work(of_job text) returns boolean language plpgsql security definer as"
    " $$ declare found stage.orders; begin"
    " perform pg_advisory_xact_lock_shared(77, 0);"
    " insert into stage.traces (job) values (of_job);"
    " select * into found from stage.orders o where o.job = of_job;"
    " if found.fails then raise exception using errcode = 'BK001', message = 'told to'; end if;"
    " update stage.orders o set portions = o.portions - 1 where o.job = of_job;"
    " return coalesce(found.portions, 1) <= 1;"
    " end $$;"
    "grant select on stage.calendar to bankd;"
    "grant execute on function stage.work(text) to bankd";

postgres::ConnectionSettings connection_settings(TempPostgres const& database) {
    postgres::ConnectionSettings settings;
    settings.connection = database.connection_as("bankd");
    settings.signer = &record_keys();
    return settings;
}

// A daemon, as far as jobs are concerned.
struct Daemon {
    explicit Daemon(TempPostgres const& database)
        : connector(connection_settings(database)),
          pool(connector, 2, seconds{5}),
          store(pool, works) {}

    Result<jobs::Run> run(Job const& job) { return store.run(job, {}); }
    Extent extent(Job const& job) {
        auto const ran = run(job);
        if (!ran) ADD_FAILURE() << ran.error().detail;
        return ran ? ran->extent : Extent::none;
    }

    postgres::Connector connector;
    postgres::Pool pool;
    postgres::JobStorePg store;
};

class Jobs : public BankFixture {
protected:
    Jobs() { database.query(scenery); }

    void keep(Job const& job, std::string const& due) {
        database.query(fmt::format("select bank.keep_job('{}', {})", job.name, due));
    }
    std::string traces(Job const& job) {
        return database.value(
            fmt::format("select count(*) from stage.traces where job = '{}'", job.name));
    }
    // Oldest first: the day of the instant, outcome, rows.
    std::vector<std::string> runs(Job const& job) {
        return database.query(fmt::format(
            "select concat_ws(' ', to_char(due_at at time zone 'UTC', 'YYYY-MM-DD'), outcome, done)"
            " from bank.job_runs where job = '{}' order by number",
            job.name));
    }
    std::string day_of(Job const& job) {
        return database.value(
            fmt::format("select to_char(due_at at time zone 'UTC', 'YYYY-MM-DD') from bank.jobs"
                        " where name = '{}'",
                        job.name));
    }
    std::string due(Job const& job) {
        return database.value(fmt::format(
            "select coalesce(due_at::text, 'never') from bank.jobs where name = '{}'", job.name));
    }
    bool is_true(std::string const& condition, Job const& job) {
        return database.value(fmt::format("select {} from bank.jobs j where name = '{}'", condition,
                                          job.name)) == "t";
    }
    std::string sqlstate(std::string const& sql, std::string const& user = "") {
        auto const connection =
            user.empty() ? database.connection_as_superuser() : database.connection_as(user);
        return run_sql(connection, sql, nullptr);
    }

    // While it exists, work stops in the middle of its transaction.
    class Gate {
    public:
        explicit Gate(TempPostgres const& database)
            : connection_(
                  postgres::Connection::open({database.connection_as_superuser()}).value()) {
            EXPECT_TRUE(connection_->run_script("select pg_advisory_lock(77, 0)"));
        }
        void open() { connection_.reset(); }

    private:
        std::unique_ptr<postgres::Connection> connection_;
    };

    // The instant of a daily job this many days before its next one.
    Timestamp past(Job const& job, int days) {
        auto const now = one.store.state(job.name).value().now;
        return {jobs::instant_after(job, now).us -
                std::chrono::microseconds{hours{24}}.count() * days};
    }
    void keep_past(Job const& job, int days) {
        keep(job, fmt::format("'{}'", to_string(past(job, days))));
    }

    Daemon one{database};
    Daemon other{database};
    Job const nightly{"nightly", Timing::periodic, Missed::coalesced, hours{24},
                      half_a_day_from_now()};
    Job const each_night{"each_night", Timing::periodic, Missed::each, hours{24},
                         half_a_day_from_now()};
    Job const closing{"closing", Timing::by_calendar};
};

TEST_F(Jobs, OfTwoDaemonsOneRunsWhatIsDueAndTheOtherDoesNotWait) {
    keep(nightly, "now() - interval '1 hour'");
    Gate gate(database);
    std::optional<Extent> first;
    {
        std::jthread const daemon([&] { first = one.extent(nightly); });
        wait_for_a_waiting_lock();
        EXPECT_EQ(other.extent(nightly), Extent::none);
        gate.open();
    }
    EXPECT_EQ(first, Extent::complete);
    EXPECT_EQ(other.extent(nightly), Extent::none) << "it is not due any more";
    EXPECT_EQ(traces(nightly), "1");
    EXPECT_EQ(database.value("select count(*) from bank.job_runs where outcome = 'ok'"), "1");
}

TEST_F(Jobs, EachInstantIsRunOnceHoweverManyAskAtOnce) {
    keep_past(each_night, 20);
    std::atomic<int> complete{0};
    {
        std::vector<std::jthread> daemons;
        for (int i = 0; i < 4; ++i) {
            daemons.emplace_back([&, i] {
                auto& daemon = i % 2 == 0 ? one : other;
                while (!HasFailure() && is_true("due_at <= now()", each_night)) {
                    if (daemon.extent(each_night) == Extent::complete) ++complete;
                }
            });
        }
    }
    EXPECT_EQ(complete, 20);
    EXPECT_EQ(traces(each_night), "20");
    EXPECT_EQ(database.value("select count(distinct id) from bank.job_runs where outcome = 'ok'"),
              "20");
}

TEST_F(Jobs, ARunWhoseBackendIsKilledHasNotHappenedAndTheNextDaemonDoesIt) {
    keep(nightly, "now() - interval '1 hour'");
    auto const before = due(nightly);
    Gate gate(database);
    std::optional<Code> code;
    {
        std::jthread const daemon([&] {
            auto const ran = one.run(nightly);
            code = ran ? std::optional<Code>{} : ran.code();
        });
        wait_for_a_waiting_lock();
        database.query(
            "select pg_terminate_backend(pid, 20000) from pg_stat_activity"
            " where wait_event_type = 'Lock' and datname = current_database()");
    }
    gate.open();
    EXPECT_EQ(code, Code::storage_unavailable);
    EXPECT_EQ(traces(nightly), "0");
    EXPECT_THAT(runs(nightly), IsEmpty());
    EXPECT_EQ(due(nightly), before);
    EXPECT_EQ(other.extent(nightly), Extent::complete);
    EXPECT_EQ(traces(nightly), "1");
}

TEST_F(Jobs, InstantsThatWereMissedAreOneRunOrOneEach) {
    for (auto const* job : {&nightly, &each_night}) {
        keep_past(*job, 3);
    }
    std::vector<std::string> days;
    for (int const ago : {3, 2, 1}) {
        days.push_back(to_string(past(each_night, ago)).substr(0, 10) + " ok 1");
    }
    EXPECT_EQ(one.extent(nightly), Extent::complete);
    EXPECT_EQ(one.extent(nightly), Extent::none);
    for (int i = 0; i < 3; ++i) EXPECT_EQ(one.extent(each_night), Extent::complete);
    EXPECT_EQ(one.extent(each_night), Extent::none);
    EXPECT_EQ(traces(nightly), "1");
    EXPECT_EQ(traces(each_night), "3");
    EXPECT_EQ(runs(each_night), days);
    EXPECT_THAT(runs(nightly), ElementsAre(days[0]));
    for (auto const* job : {&nightly, &each_night}) {
        EXPECT_TRUE(is_true("due_at > now() and due_at <= now() + interval '1 day'", *job));
    }
}

TEST_F(Jobs, OneThatFailsIsTriedAgainAtGrowingDistancesAndOthersGoOn) {
    keep_past(nightly, 1);
    keep_past(each_night, 1);
    auto const day = day_of(nightly);
    database.query("insert into stage.orders (job, fails) values ('nightly', true)");
    jobs::Worker worker(one.store, nightly, [] { return Terms{}; });
    worker.step();
    auto const state = one.store.state("nightly");
    ASSERT_TRUE(state && state->wait);
    EXPECT_EQ(state->attempts, 1);
    EXPECT_LT(state->due->us, state->now.us) << "it is late all the same";
    EXPECT_TRUE(is_true("try_at - due_at > interval '0.5 s'", nightly));
    database.query("update bank.jobs set try_at = now() + interval '59 s' where name = 'nightly'");
    EXPECT_GT(one.store.state("nightly")->wait->count(), 0);
    EXPECT_EQ(other.extent(nightly), Extent::none) << "not yet, whoever asks";
    EXPECT_EQ(one.extent(each_night), Extent::complete);
    EXPECT_EQ(traces(nightly), "0");
    EXPECT_THAT(runs(nightly), ElementsAre(day + " decision_refused 0"));

    database.query("delete from stage.orders");
    database.query("update bank.jobs set try_at = now() where name = 'nightly'");
    worker.step();
    EXPECT_THAT(runs(nightly), ElementsAre(day + " decision_refused 0", day + " ok 1"));
    EXPECT_EQ(traces(nightly), "1");
    EXPECT_TRUE(is_true("attempts = 0 and try_at = '-infinity' and due_at > now()", nightly));
}

TEST_F(Jobs, TheDistanceDoublesUpToAMinute) {
    EXPECT_THAT(database.query("select extract(epoch from bank.retry_distance(n))::float from"
                               " unnest('{1,2,3,7,8,9,1000000}'::integer[]) n"),
                ElementsAre("0.5", "1", "2", "32", "60", "60", "60"));
}

TEST_F(Jobs, AFailureOfARunThatAnotherHasDoneMeanwhileIsNotRecorded) {
    keep_past(nightly, 1);
    auto const state = one.store.state("nightly");
    ASSERT_TRUE(state);
    EXPECT_EQ(other.extent(nightly), Extent::complete);
    auto const after = due(nightly);
    EXPECT_TRUE(one.store.fail("nightly", *state, Code::outcome_unknown));
    EXPECT_TRUE(is_true("attempts = 0", nightly));
    EXPECT_EQ(due(nightly), after);
    EXPECT_EQ(runs(nightly).size(), 1U);
}

// A clock that was set back appears as an instant in the future.
TEST_F(Jobs, NoClockThatIsSetBackRunsAnInstantAgain) {
    keep_past(nightly, 1);
    ASSERT_EQ(one.extent(nightly), Extent::complete);
    EXPECT_EQ(one.extent(nightly), Extent::none);
    // By a month: nothing is due until the clock has caught up.
    database.query("update bank.jobs set due_at = due_at + interval '30 days'");
    EXPECT_EQ(one.extent(nightly), Extent::none);
    EXPECT_EQ(traces(nightly), "1");
    // Nothing moves it back, and each instant has one successful run.
    EXPECT_EQ(sqlstate("update bank.jobs set due_at = now()"), "BK002");
    EXPECT_EQ(sqlstate("update bank.jobs set due_at = null"), "BK002");
    EXPECT_EQ(sqlstate("delete from bank.jobs"), "BK002");
    EXPECT_EQ(sqlstate("truncate bank.jobs cascade"), "BK002");
    EXPECT_EQ(sqlstate("update bank.job_runs set outcome = 'no'"), "BK002");
    EXPECT_EQ(sqlstate("insert into bank.job_runs (id, job, due_at, began_at, outcome, done)"
                       " select id, job, due_at, began_at, outcome, done from bank.job_runs"),
              "23505");
}

TEST_F(Jobs, ATryThatWasPutOffBeforeTheClockWasSetBackIsNotPutOffForLong) {
    keep_past(nightly, 1);
    database.query("update bank.jobs set attempts = 1, try_at = now() + interval '59 s'");
    EXPECT_EQ(one.extent(nightly), Extent::none);
    database.query("update bank.jobs set try_at = now() + interval '1 hour'");
    EXPECT_EQ(one.extent(nightly), Extent::complete);
}

TEST_F(Jobs, ARunInPortionsIsOneRunAndGoesOnWhereItWasStopped) {
    keep_past(nightly, 1);
    auto const day = day_of(nightly);
    database.query("insert into stage.orders (job, portions) values ('nightly', 3)");
    EXPECT_EQ(one.extent(nightly), Extent::portion);
    EXPECT_THAT(runs(nightly), IsEmpty());
    EXPECT_EQ(other.extent(nightly), Extent::portion);
    EXPECT_EQ(one.extent(nightly), Extent::complete);
    EXPECT_EQ(other.extent(nightly), Extent::none);
    EXPECT_THAT(runs(nightly), ElementsAre(day + " ok 3"));
}

TEST_F(Jobs, OneByCalendarIsDueWhenItsLastRunSaid) {
    jobs::Worker worker(one.store, closing, [] { return Terms{}; });
    worker.step();
    EXPECT_TRUE(is_true("due_at <= clock_timestamp()", closing));
    // A run that does not set the next instant is rolled back.
    auto const before = due(closing);
    EXPECT_EQ(one.run(closing).code(), Code::decision_refused);
    database.query("update stage.calendar set next_at = (select due_at from bank.jobs)");
    EXPECT_EQ(one.run(closing).code(), Code::decision_refused) << "not later than this one";
    EXPECT_EQ(traces(closing), "0");
    EXPECT_EQ(due(closing), before);
    for (auto const* never : {"'infinity'", "now() + interval '401 days'"}) {
        database.query(fmt::format("update stage.calendar set next_at = {}", never));
        EXPECT_FALSE(one.run(closing)) << never;
        EXPECT_EQ(due(closing), before);
    }
    database.query("update stage.calendar set next_at = now() + interval '370 days 0.5 s'");
    EXPECT_EQ(one.extent(closing), Extent::complete);
    EXPECT_TRUE(is_true("due_at = (select next_at from stage.calendar)", closing));
    EXPECT_EQ(one.extent(closing), Extent::none);
}

TEST_F(Jobs, ANewOneIsMadeOnceAndAnOldOneKeepsItsInstant) {
    jobs::Worker worker(one.store, nightly, [] { return Terms{}; });
    worker.step();
    EXPECT_TRUE(is_true(fmt::format("due_at = '{}'", to_string(past(nightly, 0))), nightly));
    auto const before = due(nightly);
    EXPECT_TRUE(other.store.keep("nightly", one.store.state("nightly")->now));
    EXPECT_EQ(due(nightly), before);
    EXPECT_EQ(one.extent(nightly), Extent::none);
}

TEST_F(Jobs, KeepTheirLastHundredRuns) {
    keep(each_night, "now() - interval '104.5 days'");
    keep(nightly, "now() - interval '1 hour'");
    EXPECT_EQ(one.extent(nightly), Extent::complete);
    int count = 0;
    while (one.extent(each_night) == Extent::complete) ++count;
    EXPECT_GE(count, 104);
    EXPECT_EQ(runs(each_night).size(), 100U);
    EXPECT_EQ(runs(nightly).size(), 1U) << "each job has its own history";
    EXPECT_TRUE(
        is_true("(select max(due_at) from bank.job_runs where job = 'each_night')"
                " > now() - interval '1 day'",
                each_night))
        << "the oldest go";
}

// Computed by hand: SHA-256 of "bankd-job-1\tnightly\t1767225600000000", 2026-01-01T00:00:00Z.
TEST_F(Jobs, ARunHasAnIdOfJobAndInstant) {
    auto const id = [&](std::string const& job, std::string const& due) {
        return database.value(fmt::format("select bank.job_run_id('{}', '{}')", job, due));
    };
    EXPECT_EQ(id("nightly", "2026-01-01 00:00:00Z"), "019b76da-a800-7fbe-856a-12c5e2b731c9");
    EXPECT_EQ(id("nightly", "2026-01-01 01:00:00+01"), id("nightly", "2026-01-01 00:00:00Z"));
    EXPECT_NE(id("nightly", "2026-01-01 00:00:00.000001Z"), id("nightly", "2026-01-01 00:00:00Z"));
    EXPECT_NE(id("closing", "2026-01-01 00:00:00Z"), id("nightly", "2026-01-01 00:00:00Z"));
}

TEST_F(Jobs, AreWrittenByTheirFunctionsAlone) {
    for (auto const* attempt :
         {"select * from bank.jobs", "update bank.jobs set due_at = now()",
          "insert into bank.jobs (name) values ('mine')", "delete from bank.job_runs",
          "select bank.keep_run('nightly', now(), 'ok', 0)"}) {
        EXPECT_EQ(sqlstate(attempt, "bankd"), "42501") << attempt;
    }
}

TEST_F(Jobs, AreKeptAsTheirListSaysAndForNoInstantThatWouldStopThem) {
    for (auto const* attempt :
         {"'mine', now()", "'mine', null", "null, now()", "'expire_holds', '2000-01-01'",
          "'expire_holds', now()", "'apply_retention', null", "'apply_retention', 'infinity'",
          "'apply_retention', '-infinity'", "'apply_retention', now() + interval '401 days'",
          "'apply_retention', now() - interval '401 days'"}) {
        EXPECT_EQ(sqlstate(fmt::format("select bank.keep_job({})", attempt), "bankd"), "BK001")
            << attempt;
    }
    EXPECT_EQ(database.value("select count(*) from bank.jobs"), "0");
    EXPECT_EQ(sqlstate("select bank.keep_job('expire_holds', null)", "bankd"), "");
    EXPECT_EQ(sqlstate("select bank.keep_job('apply_retention', now())", "bankd"), "");
    EXPECT_EQ(sqlstate("insert into bank.jobs (name, due_at) values ('mine', 'infinity')"), "23514")
        << "by the check of the table";
}

TEST_F(Jobs, NoEndThatIsSaidWithoutARunStopsAJob) {
    keep(nightly, "now() - interval '1 hour'");
    auto const before = due(nightly);
    for (auto const* end :
         {"0, true, 'infinity'", "0, true, now() + interval '401 days'", "0, true, null",
          "9223372036854775807, false, null", "-1, false, null", "null, false, null"}) {
        EXPECT_EQ(
            sqlstate(fmt::format("select bank.end_job('nightly', '{}', {})", before, end), "bankd"),
            "BK001")
            << end;
    }
    EXPECT_EQ(due(nightly), before);
    EXPECT_EQ(one.extent(nightly), Extent::complete);
    // Not due yet.
    EXPECT_EQ(sqlstate(fmt::format("select bank.end_job('nightly', '{}', 0, true, now() + interval"
                                   " '2 days')",
                                   due(nightly)),
                       "bankd"),
              "BK001");
    EXPECT_EQ(one.store.state("nightly")->attempts, 0);
}

TEST_F(Jobs, NoFailureIsASuccess) {
    keep(nightly, "now() - interval '1 hour'");
    for (auto const* code : {"'ok'", "null"}) {
        EXPECT_EQ(sqlstate(fmt::format("select bank.fail_job('nightly', '{}', 0, {})", due(nightly),
                                       code),
                           "bankd"),
                  "BK001")
            << code;
    }
    EXPECT_THAT(runs(nightly), IsEmpty());
    EXPECT_EQ(one.extent(nightly), Extent::complete);
}

// As in the operator's guide.
TEST_F(Jobs, TheOwnerCorrectsAnInstantAfterTheClockWasAhead) {
    keep(nightly, "now() - interval '1 hour'");
    ASSERT_EQ(one.extent(nightly), Extent::complete);
    database.query("update bank.jobs set due_at = now() + interval '3650 days'");
    database.query(
        "insert into bank.job_runs (id, job, due_at, began_at, outcome, done) values"
        " (bank.job_run_id('nightly', '2100-01-01Z'), 'nightly', '2100-01-01Z', now(),"
        " 'ok', 0)");
    EXPECT_EQ(sqlstate("begin;"
                       "alter table bank.jobs disable trigger refuse_earlier;"
                       "delete from bank.job_runs where job = 'nightly' and due_at > now();"
                       "update bank.jobs set due_at = now() where name = 'nightly';"
                       "alter table bank.jobs enable always trigger refuse_earlier;"
                       "commit",
                       "bank_owner"),
              "");
    EXPECT_EQ(runs(nightly).size(), 1U) << "what was run in time stays";
    EXPECT_EQ(one.extent(nightly), Extent::complete);
    EXPECT_EQ(sqlstate("update bank.jobs set due_at = now() - interval '1 hour'"), "BK002");
}

// On the installed functions.
class JobList : public BankFixture {};

TEST_F(JobList, IsTheSameInSqlAndEachHasItsWork) {
    std::vector<std::string> worked;
    for (auto const& work : postgres::all_job_works()) worked.emplace_back(work.job);
    std::vector<std::string> names;
    for (auto const& job : jobs::all_jobs()) {
        names.emplace_back(job.name);
        auto const* const timing = job.timing == Timing::by_rows    ? "by_rows"
                                   : job.timing == Timing::periodic ? "periodic"
                                                                    : "by_calendar";
        EXPECT_EQ(database.value(fmt::format("select bank.job_timing('{}')", job.name)), timing);
    }
    EXPECT_THAT(worked, testing::UnorderedElementsAreArray(names));
    EXPECT_EQ(database.value("select regexp_count(prosrc, 'when ') from pg_proc"
                             " where oid = 'bank.job_timing(text)'::regprocedure"),
              std::to_string(names.size()))
        << "SQL knows no other";
}

class HoldExpiry : public Jobs {
protected:
    HoldExpiry()
        : anna(person(api::Role::customer, "anna")), bert(person(api::Role::customer, "bert")) {
        pay_in(a, 1000);
        authorize(anna, a);
        jobs::Worker(store, job, [] { return Terms{}; }).step();
    }

    Job const job = jobs::all_jobs()[0];
    jobs::JobStore& store = bank->jobs();
    Person anna;
    Person bert;
    AccountId a = account(anna).id;
    AccountId b = account(bert).id;
};

TEST_F(HoldExpiry, IsDueWhenTheNextHoldEnds) {
    auto const idle = store.state("expire_holds");
    ASSERT_TRUE(idle);
    EXPECT_TRUE(idle->is_kept);
    EXPECT_FALSE(idle->due || idle->wait);
    auto const first = posted(hold(anna, a, b, 100, "1"));
    auto const later = run({hold(anna, a, b, 100, "2")})[0];
    end_time_of(first);
    EXPECT_LE(store.state("expire_holds")->wait->count(), 0);
    auto const ran = store.run(job, {});
    ASSERT_TRUE(ran);
    EXPECT_EQ(ran->extent, Extent::complete);
    EXPECT_EQ(ran->done, 1);
    EXPECT_EQ(store.state("expire_holds")->due, later.posted.expires_at);
    EXPECT_EQ(store.run(job, {})->extent, Extent::none);
    EXPECT_EQ(read(a).held, 100);
    EXPECT_THAT(runs(job), IsEmpty()) << "the holds themselves tell";
    EXPECT_TRUE(is_true("succeeded_at is not null and due_at is null", job));
}

TEST_F(HoldExpiry, EndsEachHoldOnceWithSeveralWorkersAtOnce) {
    Daemon third(database);
    std::vector<ledger::TransferOrder> orders;
    for (int i = 0; i < 40; ++i) orders.push_back(hold(anna, a, b, 7, fmt::format("{}", i)));
    auto const placed = run(orders);
    {
        auto const terms = [] { return Terms{}; };
        postgres::JobStorePg elsewhere(third.pool);
        jobs::Worker here(store, job, terms);
        jobs::Worker there(elsewhere, job, terms);
        here.start();
        there.start();
        for (auto const& one_hold : placed) end_time_of(one_hold.posted.id);
        wait_until("select count(*) from bank.open_holds", "0");
    }
    EXPECT_EQ(database.value("select count(*) from bank.transfers where kind = 'expiry'"), "40");
    EXPECT_EQ(read(a).held, 0);
    EXPECT_EQ(read(a).available, 1000);
    expect_sound_ledger();
}

}  // namespace
}  // namespace bank::test
