// Limits, minimum balances, overdrafts and freezes through a lane, the engine and SQL.
#include <fmt/format.h>

#include <atomic>
#include <thread>

#include "tests/integration/postgres/bank_fixture.hpp"
#include "tests/integration/postgres/daemon_lanes.hpp"

namespace bank::test {
namespace {

using api::Role;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string word_of(auto const& result) {
    return result ? "ok" : std::string{word(result.code())};
}

class Limited : public BankFixture {
protected:
    Limited()
        : anna(person(Role::customer, "anna")),
          bert(person(Role::customer, "bert")),
          a(account(anna, 500).id),
          b(account(bert).id) {
        pay_in(a, 1000);
        authorize(anna, a);
    }
    ~Limited() override { expect_sound_ledger(); }

    void limit(api::Limits const& limits, std::int64_t minimum_balance = 0) {
        ASSERT_TRUE(bank->ledger().set_limits(admin.acting, {a, limits, minimum_balance}));
    }
    void limit_role(Role role, api::Limits const& limits) {
        ASSERT_TRUE(bank->ledger().set_role_limits(admin.acting, {role, eur, limits}));
    }
    // As if all amounts so far had been spent on `day`, an SQL expression.
    void move_spending_to(std::string const& day) {
        database.query(fmt::format("update bank.accounts set spent_on = {}", day));
    }

    Person anna;
    Person bert;
    AccountId a;
    AccountId b;
};

struct Period {
    char const* name;
    std::optional<std::int64_t> api::Limits::*limit;
    char const* outcome;
    bool is_sum;
};

void PrintTo(Period const& period, std::ostream* out) {
    *out << period.name;
}

class EachLimit : public Limited, public testing::WithParamInterface<Period> {};

INSTANTIATE_TEST_SUITE_P(
    Limits, EachLimit,
    testing::Values(Period{"transfer", &api::Limits::per_transfer, "transfer_limit_exceeded",
                           false},
                    Period{"day", &api::Limits::per_day, "day_limit_exceeded", true},
                    Period{"week", &api::Limits::per_week, "week_limit_exceeded", true},
                    Period{"month", &api::Limits::per_month, "month_limit_exceeded", true}),
    [](auto const& row) { return row.param.name; });

TEST_P(EachLimit, LetsThroughWhatReachesItAndNothingAbove) {
    auto const& period = GetParam();
    api::Limits limits;
    limits.*period.limit = 300;
    limit(limits);
    EXPECT_EQ(outcome(transfer(anna, a, b, 301, "1")), period.outcome);
    EXPECT_EQ(outcome(withdrawal(teller, a, 301, "2")), period.outcome);
    EXPECT_EQ(outcome(hold(anna, a, b, 301, "3")), period.outcome);
    EXPECT_EQ(balance(a), 1000);
    EXPECT_EQ(read(a).spending, api::Spending{});
    EXPECT_EQ(outcome(transfer(anna, a, b, 300, "4")), "posted");
    EXPECT_EQ(outcome(transfer(anna, a, b, 1, "5")), period.is_sum ? period.outcome : "posted");
    EXPECT_EQ(balance(a), period.is_sum ? 700 : 699);
    // Credits do not count.
    EXPECT_EQ(outcome(deposit(teller, a, 5000, "6")), "posted");
}

TEST_P(EachLimit, OfTheRoleCountsIfItIsTheSmaller) {
    auto const& period = GetParam();
    api::Limits own;
    own.*period.limit = 300;
    api::Limits of_role;
    of_role.*period.limit = 200;
    limit(own);
    limit_role(Role::customer, of_role);
    EXPECT_EQ(outcome(transfer(anna, a, b, 201, "1")), period.outcome);
    EXPECT_EQ(outcome(transfer(anna, a, b, 200, "2")), "posted");
    // The role limit does not apply to a teller: the account's own does, including Anna's payments.
    auto const left = period.is_sum ? 100 : 300;
    EXPECT_EQ(outcome(transfer(teller, a, b, left + 1, "3")), period.outcome);
    EXPECT_EQ(outcome(transfer(teller, a, b, left, "4")), "posted");
    of_role.*period.limit = 400;
    limit_role(Role::customer, of_role);
    EXPECT_EQ(outcome(transfer(anna, a, b, period.is_sum ? 1 : 301, "5")), period.outcome);
    EXPECT_EQ(balance(a), 800 - left);
}

TEST_F(Limited, CountHoldsWhenTheyArePlacedAndNothingThatGoesBack) {
    limit({{}, 300, {}, {}});
    auto const of = posted(hold(anna, a, b, 200, "h"));
    EXPECT_EQ(outcome(transfer(anna, a, b, 101, "1")), "day_limit_exceeded");
    ASSERT_EQ(outcome(capture(bert, of, 150, "c")), "posted");
    EXPECT_EQ(read(a).spending, (api::Spending{200, 200, 200}));
    auto const moved = posted(transfer(anna, a, b, 100, "2"));
    ASSERT_EQ(outcome(reversal(teller, moved, 0, "r")), "posted");
    EXPECT_EQ(read(a).spending.today, 300);
    EXPECT_EQ(outcome(transfer(anna, a, b, 1, "3")), "day_limit_exceeded");
    // Bert's return payment does not count as spent by him.
    EXPECT_EQ(read(b).spending, api::Spending{});
}

TEST_F(Limited, BalanceStaysAboveItsMinimumAndWithinItsOverdraft) {
    EXPECT_EQ(outcome(transfer(anna, a, b, 1501, "1")), "insufficient_funds");
    EXPECT_EQ(outcome(transfer(anna, a, b, 1500, "2")), "posted");
    EXPECT_EQ(balance(a), -500);
    pay_in(a, 1500);
    ASSERT_TRUE(bank->ledger().set_overdraft(admin.acting, {a, 0}));
    limit({}, 400);
    EXPECT_EQ(read(a).available, 600);
    EXPECT_EQ(outcome(transfer(anna, a, b, 601, "3")), "insufficient_funds");
    EXPECT_EQ(outcome(hold(anna, a, b, 601, "4")), "insufficient_funds");
    EXPECT_EQ(balance(a), 1000);
    EXPECT_EQ(outcome(hold(anna, a, b, 600, "5")), "posted");
    EXPECT_EQ(read(a).available, 0);
    // A minimum above the balance stops debits, not credits.
    limit({}, 5000);
    EXPECT_EQ(outcome(withdrawal(teller, a, 1, "6")), "insufficient_funds");
    EXPECT_EQ(outcome(deposit(teller, a, 1, "7")), "posted");
}

TEST_F(Limited, FreezesStopTheirSideAlone) {
    auto& ledger = bank->ledger();
    ASSERT_TRUE(ledger.freeze_account(teller.acting, {a, true, false, "court"}));
    auto const debit_frozen = read(a);
    EXPECT_TRUE(debit_frozen.is_debit_frozen);
    EXPECT_EQ(debit_frozen.freeze_reason, "court");
    EXPECT_EQ(debit_frozen.available, 0);
    EXPECT_EQ(outcome(transfer(anna, a, b, 1, "1")), "debit_account_frozen");
    EXPECT_EQ(outcome(withdrawal(teller, a, 1, "2")), "debit_account_frozen");
    EXPECT_EQ(outcome(hold(teller, a, b, 1, "3")), "debit_account_frozen");
    EXPECT_EQ(balance(a), 1000);
    EXPECT_EQ(outcome(deposit(teller, a, 1, "4")), "posted");
    ASSERT_TRUE(ledger.freeze_account(teller.acting, {a, false, true, "court"}));
    EXPECT_EQ(outcome(deposit(teller, a, 1, "5")), "credit_account_frozen");
    EXPECT_EQ(balance(a), 1001);
    EXPECT_EQ(outcome(withdrawal(teller, a, 1, "6")), "posted");
    ASSERT_TRUE(ledger.freeze_account(teller.acting, {a, false, false, ""}));
    EXPECT_EQ(read(a).freeze_reason, "");
    EXPECT_EQ(outcome(transfer(anna, a, b, 1000, "7")), "posted");
    ASSERT_TRUE(ledger.close_account(teller.acting, a));
    EXPECT_EQ(outcome(transfer(teller, a, b, 1, "8")), "debit_account_closed");
    EXPECT_EQ(outcome(deposit(teller, a, 1, "9")), "credit_account_closed");
    EXPECT_EQ(word_of(ledger.freeze_account(teller.acting, {a, true, true, "x"})),
              "account_closed");
    EXPECT_EQ(word_of(ledger.set_limits(admin.acting, {a, {}, 0})), "account_closed");
    EXPECT_EQ(balance(a), 0);
}

TEST_F(Limited, DayCannotBeOverspentByConcurrentDaemons) {
    limit({{}, 300, {}, {}});
    std::atomic<int> posted_count{0};
    {
        DaemonLanes one(*bank, 2);
        DaemonLanes other(*bank, 2);
        std::vector<std::jthread> clients;
        for (int t = 0; t < 4; ++t) {
            clients.emplace_back([&, t] {
                auto& daemon = t % 2 == 0 ? one : other;
                for (int i = 0; i < 15; ++i) {
                    auto const key = fmt::format("{} {}", t, i);
                    auto const order =
                        i % 3 == 0 ? hold(anna, a, b, 10, key) : transfer(anna, a, b, 10, key);
                    auto const word = daemon.outcome(order);
                    if (word == "posted") {
                        ++posted_count;
                    } else {
                        EXPECT_EQ(word, "day_limit_exceeded");
                    }
                }
            });
        }
        clients.clear();
        EXPECT_EQ(one.alarms + other.alarms, 0);
    }
    EXPECT_EQ(posted_count, 30);
    EXPECT_EQ(read(a).spending.today, 300);
}

struct Rollover {
    char const* name;
    std::optional<std::int64_t> api::Limits::*limit;
    char const* day;
    char const* outcome;
};

void PrintTo(Rollover const& rollover, std::ostream* out) {
    *out << rollover.name;
}

class SpentBefore : public Limited, public testing::WithParamInterface<Rollover> {};

#define TODAY "(now() at time zone 'UTC')::date"
INSTANTIATE_TEST_SUITE_P(
    Limits, SpentBefore,
    testing::Values(
        Rollover{"today", &api::Limits::per_day, TODAY, "day_limit_exceeded"},
        Rollover{"yesterday", &api::Limits::per_day, TODAY " - 1", "posted"},
        Rollover{"this_monday", &api::Limits::per_week, "date_trunc('week', " TODAY ")::date",
                 "week_limit_exceeded"},
        Rollover{"last_sunday", &api::Limits::per_week, "date_trunc('week', " TODAY ")::date - 1",
                 "posted"},
        Rollover{"the_first", &api::Limits::per_month, "date_trunc('month', " TODAY ")::date",
                 "month_limit_exceeded"},
        Rollover{"last_month", &api::Limits::per_month, "date_trunc('month', " TODAY ")::date - 1",
                 "posted"},
        // The clock was ahead when it was spent, and is right again.
        Rollover{"day_ahead", &api::Limits::per_day, TODAY " + 3", "day_limit_exceeded"},
        Rollover{"week_ahead", &api::Limits::per_week, TODAY " + 15", "week_limit_exceeded"},
        Rollover{"month_ahead", &api::Limits::per_month, TODAY " + 70", "month_limit_exceeded"}),
    [](auto const& row) { return row.param.name; });
#undef TODAY

TEST_P(SpentBefore, CountsInItsPeriodOnly) {
    auto const& row = GetParam();
    api::Limits limits;
    limits.*row.limit = 300;
    limit(limits);
    DaemonLanes daemon(*bank);
    ASSERT_EQ(daemon.outcome(transfer(anna, a, b, 200, "1")), "posted");
    // The lane still remembers the spent amount; it is another day now.
    move_spending_to(row.day);
    EXPECT_EQ(daemon.outcome(transfer(anna, a, b, 101, "2")), row.outcome);
    EXPECT_EQ(daemon.alarms, 0);
}

TEST_F(Limited, WhatWasSpentAheadOfTheClockCountsTodayAndNoLonger) {
    std::string const today = "(now() at time zone 'UTC')::date";
    limit({{}, 300, {}, {}});
    DaemonLanes daemon(*bank);
    ASSERT_EQ(daemon.outcome(transfer(anna, a, b, 200, "1")), "posted");
    move_spending_to(today + " + 40");
    EXPECT_EQ(read(a).spending.today, 200);
    ASSERT_EQ(daemon.outcome(transfer(anna, a, b, 100, "2")), "posted");
    EXPECT_EQ(daemon.outcome(transfer(anna, a, b, 1, "3")), "day_limit_exceeded");
    EXPECT_EQ(read(a).spending.today, 300);
    EXPECT_EQ(database.value(fmt::format(
                  "select spent_on - {} <= 1 from bank.accounts where id = {}", today, a.value)),
              "t")
        << "it is of this day now";
    move_spending_to(today + " - 1");
    EXPECT_EQ(daemon.outcome(transfer(anna, a, b, 300, "4")), "posted");
    EXPECT_EQ(daemon.alarms, 0);
}

TEST_F(Limited, WhatUsedUpTheLimitAheadOfTheClockIsOfTodayOnceTheAccountIsTouched) {
    std::string const today = "(now() at time zone 'UTC')::date";
    limit({{}, 300, {}, {}});
    DaemonLanes daemon(*bank);
    ASSERT_EQ(daemon.outcome(transfer(anna, a, b, 300, "1")), "posted");
    auto const is_of_today = [&] {
        return database.value(
            fmt::format("select spent_on - {} between 0 and 1 from bank.accounts where id = {}",
                        today, a.value));
    };
    // By transactions that spend nothing: a declined transfer, and a deposit.
    move_spending_to(today + " + 40");
    EXPECT_EQ(daemon.outcome(transfer(anna, a, b, 1, "2")), "day_limit_exceeded");
    EXPECT_EQ(is_of_today(), "t");
    move_spending_to(today + " + 40");
    EXPECT_EQ(daemon.outcome(deposit(teller, a, 1, "3")), "posted");
    EXPECT_EQ(is_of_today(), "t");
    EXPECT_EQ(read(a).spending.today, 300) << "it still counts today";
    EXPECT_EQ(daemon.outcome(transfer(anna, a, b, 1, "4")), "day_limit_exceeded");
    move_spending_to("spent_on - 2");
    EXPECT_EQ(daemon.outcome(transfer(anna, a, b, 300, "5")), "posted");
    EXPECT_EQ(daemon.alarms, 0);
}

TEST_F(Limited, GroupIsNotRefusedByWhatWasSpentYesterday) {
    limit({{}, 300, {}, {}});
    DaemonLanes daemon(*bank);
    ASSERT_EQ(daemon.outcome(transfer(anna, a, b, 300, "1")), "posted");
    move_spending_to("(now() at time zone 'UTC')::date - 1");
    auto const answer = daemon.post_linked(
        linked({transfer(anna, a, b, 200, "2"), transfer(anna, a, b, 100, "3")}));
    ASSERT_TRUE(answer);
    EXPECT_EQ(word((*answer)[0].status), "posted");
    EXPECT_EQ(word((*answer)[1].status), "posted");
    EXPECT_EQ(balance(a), 400);
    EXPECT_EQ(read(a).spending.today, 300);
}

TEST_F(Limited, GroupIsNotRefusedByALimitOfTheRoleThatIsNoMore) {
    limit_role(Role::customer, {{}, 300, {}, {}});
    DaemonLanes daemon(*bank);
    ASSERT_EQ(daemon.outcome(transfer(anna, a, b, 300, "1")), "posted");
    limit_role(Role::customer, {});
    auto const answer = daemon.post_linked(
        linked({transfer(anna, a, b, 200, "2"), transfer(anna, a, b, 100, "3")}));
    ASSERT_TRUE(answer);
    EXPECT_EQ(word((*answer)[1].status), "posted");
    EXPECT_EQ(balance(a), 400);
}

TEST_F(Limited, AreSetByAdminsAndFrozenByTellersAndEachIsRecorded) {
    auto& ledger = bank->ledger();
    auto const otto = person(Role::auditor, "otto");
    auto const before = read(a);
    for (auto const& who : {anna, teller, otto}) {
        EXPECT_EQ(word_of(ledger.set_limits(who.acting, {a, {1, 2, 3, 4}, 5})),
                  "permission_denied");
        EXPECT_EQ(word_of(ledger.set_role_limits(who.acting, {Role::customer, eur, {1, 2, 3, 4}})),
                  "permission_denied");
        EXPECT_THAT(audit_tail(2), ElementsAre("set_limits permission_denied",
                                               "set_role_limits permission_denied"));
    }
    for (auto const& who : {anna, otto}) {
        EXPECT_EQ(word_of(ledger.freeze_account(who.acting, {a, true, true, "x"})),
                  "permission_denied");
        EXPECT_THAT(audit_tail(1), ElementsAre("freeze_account permission_denied"));
    }
    EXPECT_EQ(read(a).limits, before.limits);
    EXPECT_EQ(read(a).minimum_balance, 0);
    EXPECT_FALSE(read(a).is_debit_frozen || read(a).is_credit_frozen);
    EXPECT_TRUE(ledger.list_role_limits(admin.acting)->empty());

    limit({10, 20, 30, 40}, 50);
    EXPECT_EQ(read(a).limits, (api::Limits{10, 20, 30, 40}));
    EXPECT_EQ(read(a).minimum_balance, 50);
    limit({{}, 25, {}, {}}, 0);
    auto const last_details = [&] {
        return database.value(
            "select bank.record_details(details_hash, transfer_id) from bank.audit_logs"
            " order by id desc limit 1");
    };
    EXPECT_THAT(last_details(), HasSubstr(R"("per_transfer":10)"));
    EXPECT_THAT(last_details(), HasSubstr(R"("per_day":25)"));
    limit_role(Role::teller, {{}, 70, {}, {}});
    EXPECT_THAT(last_details(), HasSubstr("teller"));
    ASSERT_TRUE(ledger.freeze_account(admin.acting, {a, true, true, "fraud"}));
    EXPECT_THAT(last_details(), HasSubstr("fraud"));
    EXPECT_THAT(audit_tail(4), ElementsAre("set_limits ok", "set_limits ok", "set_role_limits ok",
                                           "freeze_account ok"));
    auto const of_roles = ledger.list_role_limits(teller.acting);
    ASSERT_TRUE(of_roles);
    ASSERT_EQ(of_roles->size(), 1U);
    EXPECT_EQ((*of_roles)[0].role, Role::teller);
    EXPECT_EQ((*of_roles)[0].limits.per_day, 70);
    EXPECT_EQ(word_of(ledger.set_limits(admin.acting, {AccountId{987654}, {}, 0})),
              "account_not_found");
}

}  // namespace
}  // namespace bank::test
