// Retention: rows that are removed when their time is over, and rows that remain.
#include <fmt/format.h>

#include <map>
#include <memory>

#include "core/jobs/job_store.hpp"
#include "core/postgres/client/connection.hpp"
#include "tests/integration/postgres/bank_fixture.hpp"

namespace bank::test {
namespace {

using jobs::Terms;
using Extent = jobs::Run::Extent;
using testing::ElementsAre;
using testing::IsEmpty;

class Retention : public BankFixture {
protected:
    Retention() : anna(person(api::Role::customer, "anna")), a(account(anna).id) {}

    // A session of Anna's by its name, with a refresh token that was exchanged.
    void session(std::string const& name, std::string const& expires, std::string const& revoked) {
        database.query(fmt::format(
            "with made as (insert into bank.sessions (user_id, role, secret_hash, refresh_hash,"
            " created_at, expires_at, revoked_at, user_agent) values ({0}, 'customer',"
            " sha256('s {1}'), sha256('r {1}'), now() - interval '200 days', now() + {2}, now() + "
            "{3},"
            " '{1}') returning id)"
            " insert into bank.refresh_tokens (hash, session_id) select sha256('t {1}'), id from "
            "made",
            anna.id.value, name, expires, revoked));
    }
    // Names of the sessions besides the fixture's own.
    std::vector<std::string> sessions() {
        return database.query(
            "select user_agent from bank.sessions where user_agent <> 'test' order by user_agent");
    }
    void authorization(std::string const& of_session, std::string const& expires) {
        database.query(fmt::format(
            "insert into bank.pin_authorizations (session_id, account_id, expires_at, "
            "idempotency_id, mac)"
            " select id, {}, now() + {}, gen_random_uuid(), sha256('') from bank.sessions where "
            "user_agent = '{}'",
            a.value, expires, of_session));
    }
    std::string apply(int days, int up_to = 1000) {
        return database.value(
            fmt::format("select r.done || case when r.is_complete then ' all' else ' more' end"
                        " from bank.apply_retention({}, {}) r",
                        days, up_to));
    }
    // The number of rows in each table.
    std::map<std::string, std::string> counts() {
        std::map<std::string, std::string> all;
        for (auto const& table :
             database.query("select tablename::text from pg_tables where schemaname = 'bank'")) {
            all[table] = database.value(fmt::format("select count(*) from bank.{}", table));
        }
        return all;
    }

    Person anna;
    AccountId a;
};

TEST_F(Retention, RemovesSessionsThatEndedBeforeTheBoundAndTheirTokensAndNoOther) {
    session("expired just before", "interval '-90 days -1 min'", "null::interval");
    session("expired just after", "interval '-90 days 1 min'", "null::interval");
    session("revoked just before", "interval '1 day'", "interval '-90 days -1 min'");
    session("revoked just after", "interval '1 day'", "interval '-90 days 1 min'");
    session("revoked after it had expired", "interval '-91 days'", "interval '-1 day'");
    session("live", "interval '1 day'", "null::interval");
    EXPECT_EQ(apply(90), "6 all") << "three sessions and their tokens";
    EXPECT_THAT(sessions(), ElementsAre("expired just after", "live", "revoked just after"));
    EXPECT_THAT(database.query("select s.user_agent from bank.refresh_tokens t"
                               " join bank.sessions s on s.id = t.session_id order by 1"),
                ElementsAre("expired just after", "live", "revoked just after"));
    EXPECT_EQ(apply(90), "0 all");
}

TEST_F(Retention, RemovesPinAuthorizationsAnHourAfterTheirEnd) {
    session("live", "interval '1 day'", "null::interval");
    authorization("live", "interval '-61 min'");
    authorization("live", "interval '-59 min'");
    authorization("live", "interval '1 min'");
    EXPECT_EQ(apply(90), "1 all");
    EXPECT_EQ(database.value("select count(*) from bank.pin_authorizations"
                             " where expires_at > now() - interval '1 hour'"),
              "2");
    EXPECT_EQ(database.value("select count(*) from bank.pin_authorizations"), "2");
    EXPECT_THAT(sessions(), ElementsAre("live"));
}

TEST_F(Retention, TouchesNothingElseAndIsAudited) {
    auto const bert = person(api::Role::customer, "bert");
    auto const b = account(bert).id;
    pay_in(a, 1000);
    authorize(anna, a);
    auto const paid = transfer(anna, a, b, 100, "key");
    posted(paid);
    session("old", "interval '-91 days'", "null::interval");
    // The session that paid ended long ago as well.
    database.query(
        fmt::format("update bank.sessions set created_at = now() - interval '300 days',"
                    " expires_at = now() - interval '200 days' where id = {};"
                    "delete from bank.pin_authorizations",
                    anna.session.value));
    auto const money_before = money();
    auto expected = counts();
    EXPECT_EQ(apply(90), "3 all") << "two sessions and a token";

    auto const change = [&](std::string const& table, int by) {
        expected[table] = std::to_string(std::stoi(expected[table]) + by);
    };
    change("sessions", -2);
    change("refresh_tokens", -1);
    change("audit_logs", 1);
    change("audit_details", 1);
    EXPECT_EQ(counts(), expected);
    EXPECT_EQ(money(), money_before);
    EXPECT_THAT(audit_tail(1), ElementsAre("apply_retention ok"));
    EXPECT_EQ(
        database.value("select (details::jsonb - 'ended_before')::text from bank.audit_details d"
                       " join bank.audit_logs l on l.details_hash = d.hash"
                       " where l.action = 'apply_retention'"),
        R"({"sessions": 2, "known_devices": 0, "refresh_tokens": 1, "pin_authorizations": 0})");
    expect_sound_ledger();

    // A retry of the payment then gets the first answer, from a session of today.
    auto const again = log_in_again(anna);
    authorize(again, a);
    auto retry = run({transfer(again, a, b, 100, "key")});
    EXPECT_TRUE(retry[0].decision.is_replay);
    EXPECT_EQ(money(), money_before);
}

TEST_F(Retention, WithNothingToRemoveLeavesNoRecord) {
    auto const all = counts();
    EXPECT_EQ(apply(90), "0 all");
    EXPECT_EQ(counts(), all);
}

TEST_F(Retention, GoesInPortionsTheTokensBeforeTheirSessions) {
    for (int i = 0; i < 5; ++i) {
        session(fmt::format("old {}", i), "interval '-91 days'", "null::interval");
        authorization(fmt::format("old {}", i), "interval '-91 days'");
    }
    session("live", "interval '1 day'", "null::interval");
    std::vector<std::string> portions;
    do portions.push_back(apply(90, 2));
    while (portions.back().ends_with("more") && portions.size() < 20);
    EXPECT_THAT(portions, ElementsAre("4 more", "4 more", "3 more", "2 more", "2 all"));
    EXPECT_THAT(sessions(), ElementsAre("live"));
}

TEST_F(Retention, KeepsADayWhateverTheDaemonSays) {
    session("hours", "interval '-23 hours'", "null::interval");
    session("days", "interval '-25 hours'", "null::interval");
    EXPECT_EQ(apply(-1000), "2 all");
    EXPECT_THAT(sessions(), ElementsAre("hours"));
}

TEST_F(Retention, WaitsForNoSessionThatIsInUse) {
    session("old", "interval '-91 days'", "null::interval");
    auto holder = postgres::Connection::open({database.connection_as_superuser()}).value();
    ASSERT_TRUE(holder->run_script("begin; select from bank.sessions for update"));
    EXPECT_EQ(apply(90), "0 all");
    EXPECT_THAT(sessions(), ElementsAre("old"));
    holder.reset();
    wait_until("select count(*) from pg_locks where relation = 'bank.sessions'::regclass", "0");
    EXPECT_EQ(apply(90), "2 all") << "with its token";
}

TEST_F(Retention, RemovesASessionThatItsPinAuthorizationsOutlive) {
    session("old", "interval '-91 days'", "null::interval");
    session("live", "interval '1 day'", "null::interval");
    for (int i = 0; i < 3; ++i) authorization("old", "interval '300 days'");
    authorization("live", "interval '1 hour'");
    EXPECT_EQ(apply(90, 2), "3 more") << "two authorizations and the token";
    EXPECT_EQ(apply(90, 2), "2 all") << "the third, and the session";
    EXPECT_THAT(sessions(), ElementsAre("live"));
    EXPECT_EQ(database.value("select count(*) from bank.pin_authorizations"), "1");
}

TEST_F(Retention, LooksTokensUpByTheirSessions) {
    session("old", "interval '-91 days'", "null::interval");
    session("live", "interval '1 day'", "null::interval");
    database.query(
        "insert into bank.refresh_tokens (hash, session_id)"
        " select sha256(int4send(n)), id from bank.sessions, generate_series(1, 20000) n"
        " where user_agent = 'live';"
        "analyze bank.refresh_tokens");
    EXPECT_EQ(database.value("begin; select bank.apply_retention(90, 1000);"
                             "select coalesce(sum(seq_tup_read), 0) from pg_stat_xact_user_tables"
                             " where relname = 'refresh_tokens'"),
              "0");
}

TEST_F(Retention, RefusesWhatItWasNotTold) {
    for (auto const* terms : {"null, 1000", "90, null", "90, 0", "90, 10001"}) {
        EXPECT_EQ(run_sql(database.connection_as("bankd"),
                          fmt::format("select * from bank.apply_retention({})", terms), nullptr),
                  "BK001")
            << terms;
    }
}

TEST_F(Retention, IsAJobThatRunsByItsSetting) {
    session("ten days", "interval '-10 days'", "null::interval");
    session("thirty days", "interval '-30 days'", "null::interval");
    auto const& job = jobs::all_jobs()[1];
    ASSERT_EQ(job.name, "apply_retention");
    ASSERT_TRUE(bank->jobs().keep(job.name, bank->jobs().state(job.name)->now));
    auto const ran = bank->jobs().run(job, Terms{.ended_sessions_days = 20});
    ASSERT_TRUE(ran) << ran.error().detail;
    EXPECT_EQ(ran->extent, Extent::complete);
    EXPECT_EQ(ran->done, 2);
    EXPECT_THAT(sessions(), ElementsAre("ten days"));
    EXPECT_EQ(database.value("select due_at - date_trunc('day', due_at, 'UTC') = interval '3 hours'"
                             " and due_at > now() and due_at <= now() + interval '1 day'"
                             " from bank.jobs where name = 'apply_retention'"),
              "t");
    EXPECT_EQ(database.value("select outcome || ' ' || done from bank.job_runs"), "ok 2");
}

}  // namespace
}  // namespace bank::test
