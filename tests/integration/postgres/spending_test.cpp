#include <fmt/format.h>

#include <atomic>
#include <map>
#include <thread>

#include "tests/integration/postgres/limits_fixture.hpp"

namespace bank::test {
namespace {

using api::Limits;
using api::Role;
using api::TransferKind;
using ::testing::ElementsAre;

struct Period {
    char const* name;
    std::optional<std::int64_t> Limits::*limit;
    char const* status;
};
constexpr Period periods[] = {{"day", &Limits::per_day, "day_limit_exceeded"},
                              {"week", &Limits::per_week, "week_limit_exceeded"},
                              {"month", &Limits::per_month, "month_limit_exceeded"}};

Limits only(Period const& period, std::int64_t amount) {
    Limits limits;
    limits.*period.limit = amount;
    return limits;
}

class PeriodLimit : public LimitsFixture, public ::testing::WithParamInterface<Period> {
protected:
    // Up to a limit of 100, and not one above.
    void expect_a_hundred_and_no_more(AccountId a) {
        auto const b = account(bert).id;
        auto const& period = GetParam();
        for (auto const kind : spending_kinds) {
            expect_refused(spend(kind, anna, a, b, 101), period.status);
        }
        EXPECT_EQ(post(spend(TransferKind::withdrawal, anna, a, b, 30)), "posted");
        EXPECT_EQ(post(spend(TransferKind::transfer, anna, a, b, 30)), "posted");
        EXPECT_EQ(post(spend(TransferKind::hold, anna, a, b, 30)), "posted");
        for (auto const kind : spending_kinds) {
            expect_refused(spend(kind, anna, a, b, 11), period.status);
        }
        EXPECT_EQ(post(spend(TransferKind::transfer, anna, a, b, 10)), "posted");
        for (auto const kind : spending_kinds) {
            expect_refused(spend(kind, anna, a, b, 1), period.status);
        }
        EXPECT_EQ(read(a).spending, (api::Spending{100, 100, 100}));
        EXPECT_EQ(post(deposit(teller, a, 500, key())), "posted");
        EXPECT_EQ(read(a).spending, (api::Spending{100, 100, 100}));
        expect_sound_ledger();
    }
};

TEST_P(PeriodLimit, OfAnAccountIsReachedAndNotPassed) {
    auto const a = rich(1000);
    set_limits(a, only(GetParam(), 100));
    EXPECT_EQ(read(a).limits, only(GetParam(), 100));
    expect_a_hundred_and_no_more(a);
}

TEST_P(PeriodLimit, OfARoleIsReachedAndNotPassedOnEachAccount) {
    set_role_limits(Role::customer, only(GetParam(), 100));
    auto const a = rich(1000);
    expect_a_hundred_and_no_more(a);
    // Nothing has left another account yet; and the teller has another role.
    EXPECT_EQ(post(withdrawal(anna, rich(1000), 100, key())), "posted");
    EXPECT_EQ(post(withdrawal(teller, a, 101, key())), "posted");
}

TEST_P(PeriodLimit, CountsWhatTheOrdersBeforeInTheBatchTook) {
    auto const a = rich(1000);
    auto const b = account(bert).id;
    set_limits(a, only(GetParam(), 100));
    auto const results = run({transfer(anna, a, b, 60, key()), withdrawal(anna, a, 41, key()),
                              hold(anna, a, b, 40), transfer(anna, a, b, 1, key())});
    std::vector<std::string> outcomes;
    for (auto const& result : results) outcomes.emplace_back(word(result.decision.code));
    EXPECT_THAT(outcomes, ElementsAre("posted", GetParam().status, "posted", GetParam().status));
    expect_sound_ledger();
}

// At midnight neither the row nor its version changes: an amount that a lane remembers as spent
// today was spent yesterday.
TEST_P(PeriodLimit, BeginsAnewWithItsPeriodAlsoInTheLanesMemory) {
    auto const a = account(anna).id;
    auto const b = account(bert).id;
    pay_in(a, 1000);
    set_limits(a, only(GetParam(), 100));
    Daemon daemon(*bank, 1);
    EXPECT_EQ(daemon.post(transfer(teller, a, b, 60, key())), "posted");
    auto const looked = daemon.locks.load();
    EXPECT_EQ(daemon.post(transfer(teller, a, b, 40, key())), "posted");
    EXPECT_EQ(daemon.post(transfer(teller, a, b, 1, key())), GetParam().status);
    EXPECT_EQ(daemon.locks, looked) << "decided from memory";

    auto const version = database.value(
        fmt::format("update bank.accounts set spent_on = date_trunc('{}', (now() at time zone "
                    "'UTC')::date)::date - 1 where id = {} returning version",
                    GetParam().name, a.value));
    EXPECT_EQ(daemon.post(transfer(teller, a, b, 101, key())), GetParam().status);
    EXPECT_EQ(daemon.post(transfer(teller, a, b, 100, key())), "posted");
    EXPECT_EQ(daemon.post(transfer(teller, a, b, 1, key())), GetParam().status);
    EXPECT_EQ(balance(b), 200);
    EXPECT_EQ(daemon.alarms, 0);
    auto const spending = read(a).spending;
    std::map<std::string, std::int64_t> const spent{
        {"day", spending.today}, {"week", spending.this_week}, {"month", spending.this_month}};
    EXPECT_EQ(spent.at(GetParam().name), 100);
    expect_sound_ledger();
}

// A lane that decides within the limit by yesterday's count continues with today's.
TEST_P(PeriodLimit, IsNotEatenUpByWhatTheLaneRemembersOfThePeriodBefore) {
    auto const a = account(anna).id;
    auto const b = account(bert).id;
    pay_in(a, 1000);
    set_limits(a, only(GetParam(), 100));
    Daemon daemon(*bank, 1);
    EXPECT_EQ(daemon.post(transfer(teller, a, b, 50, key())), "posted");
    database.query(
        fmt::format("update bank.accounts set spent_on = date_trunc('{}', (now() at time zone "
                    "'UTC')::date)::date - 1 where id = {}",
                    GetParam().name, a.value));
    for (auto const amount : {50, 30, 20})
        EXPECT_EQ(daemon.post(transfer(teller, a, b, amount, key())), "posted") << amount;
    EXPECT_EQ(daemon.post(transfer(teller, a, b, 1, key())), GetParam().status);
    EXPECT_EQ(balance(b), 150);
    EXPECT_EQ(daemon.alarms, 0);
}

INSTANTIATE_TEST_SUITE_P(Periods, PeriodLimit, ::testing::ValuesIn(periods),
                         [](::testing::TestParamInfo<Period> const& row) {
                             return std::string{row.param.name};
                         });

class AccountLimits : public LimitsFixture {};

TEST_F(AccountLimits, OfOneTransferDoNotAddUp) {
    auto const a = rich(1000);
    auto const b = account(bert).id;
    auto const expect_bounded = [&] {
        for (auto const kind : spending_kinds) {
            expect_refused(spend(kind, anna, a, b, 101), "transfer_limit_exceeded");
            EXPECT_EQ(post(spend(kind, anna, a, b, 100)), "posted");
        }
    };
    set_limits(a, {.per_transfer = 100});
    expect_bounded();
    set_limits(a, {});
    set_role_limits(Role::customer, {.per_transfer = 100});
    expect_bounded();
    EXPECT_EQ(post(withdrawal(teller, a, 101, key())), "posted");
    expect_sound_ledger();
}

TEST_F(AccountLimits, OfATellersRoleBoundEachDepositButNotTheDay) {
    auto const a = account(anna).id;
    set_role_limits(Role::teller, {.per_transfer = 100, .per_day = 150});
    expect_refused(deposit(teller, a, 101, key()), "transfer_limit_exceeded");
    for (int i = 0; i < 3; ++i) EXPECT_EQ(post(deposit(teller, a, 100, key())), "posted");
    EXPECT_EQ(post(withdrawal(teller, a, 100, key())), "posted");
    expect_refused(withdrawal(teller, a, 51, key()), "day_limit_exceeded");
}

TEST_F(AccountLimits, OfAccountAndRoleCountByTheSmaller) {
    using Limit = std::optional<std::int64_t>;
    struct Row {
        Limit account;
        Limit role;
        std::int64_t allowed;
    };
    Row const rows[] = {{50, 80, 50}, {80, 50, 50},      {50, 50, 50}, {{}, 50, 50},
                        {50, {}, 50}, {{}, {}, 999'999}, {0, 50, 0},   {50, 0, 0}};
    for (auto const& row : rows) {
        auto const a = rich(1'000'000);
        set_limits(a, {.per_day = row.account});
        set_role_limits(Role::customer, {.per_day = row.role});
        auto const name = fmt::format("{} {}", row.account.value_or(-1), row.role.value_or(-1));
        SCOPED_TRACE(name);
        if (row.account || row.role)
            expect_refused(withdrawal(anna, a, row.allowed + 1, key()), "day_limit_exceeded");
        if (row.allowed > 0) {
            EXPECT_EQ(post(withdrawal(anna, a, row.allowed, key())), "posted");
        }
    }
}

TEST_F(AccountLimits, OfARoleAreOfOneCurrency) {
    auto const usd = *money::parse_currency("USD");
    ASSERT_TRUE(bank->keep_currency(usd));
    ASSERT_TRUE(
        bank->ledger().set_role_limits(admin.acting, {Role::customer, usd, {.per_transfer = 1}}));
    EXPECT_EQ(post(withdrawal(anna, rich(1000), 1000, key())), "posted");
}

TEST_F(AccountLimits, AreNamedFromTheNarrowestToTheWidestBeforeTheFunds) {
    auto const a = rich(1000);
    Limits limits{.per_transfer = 10, .per_day = 10, .per_week = 10, .per_month = 10};
    auto const expect = [&](char const* status) {
        set_limits(a, limits);
        expect_refused(withdrawal(anna, a, 1001, key()), status);
    };
    expect("transfer_limit_exceeded");
    limits.per_transfer.reset();
    expect("day_limit_exceeded");
    limits.per_day.reset();
    expect("week_limit_exceeded");
    limits.per_week.reset();
    expect("month_limit_exceeded");
    limits.per_month.reset();
    expect("insufficient_funds");
}

TEST_F(AccountLimits, CountHoldsWhenPlacedAndNeitherCapturesNorReversals) {
    auto const a = rich(1000);
    auto const b = account(bert).id;
    set_limits(a, {.per_day = 100});
    auto const held = posted(hold(anna, a, b, 60));
    auto const given_up = posted(hold(anna, a, b, 40));
    EXPECT_EQ(post(of_origin(TransferKind::release, bert, given_up)), "posted");
    // A released amount still counts.
    expect_refused(withdrawal(anna, a, 1, key()), "day_limit_exceeded");
    set_limits(a, {.per_transfer = 0, .per_day = 0});
    EXPECT_EQ(post(of_origin(TransferKind::capture, bert, held)), "posted");
    EXPECT_EQ(read(a).spending.today, 100);
    EXPECT_EQ(balance(a), 940);

    auto const wrong = posted(deposit(teller, a, 10, key()));
    EXPECT_EQ(post(of_origin(TransferKind::reversal, teller, wrong)), "posted");
    EXPECT_EQ(read(a).spending.today, 100);
    expect_refused(withdrawal(anna, a, 1, key()), "transfer_limit_exceeded");
    expect_sound_ledger();
}

TEST_F(AccountLimits, DoNotCountRefusalsAndReplays) {
    auto const a = rich(1000);
    set_limits(a, {.per_day = 100});
    auto const once = withdrawal(anna, a, 60, key());
    EXPECT_EQ(post(once), "posted");
    EXPECT_EQ(post(once), "posted");
    auto const too_much = withdrawal(anna, a, 50, key());
    expect_refused(too_much, "day_limit_exceeded");
    EXPECT_EQ(read(a).spending.today, 60);
    // A declined order remains declined when there would be room.
    set_limits(a, {});
    auto const before = standing();
    EXPECT_EQ(post(too_much), "day_limit_exceeded");
    EXPECT_EQ(standing(), before);
}

TEST_F(AccountLimits, OfTheMinimumBalanceAndTheOverdraftAreReachedAndNotPassed) {
    struct Row {
        std::int64_t overdraft_limit;
        std::int64_t minimum_balance;
        std::int64_t available;  // Of a balance of 500.
    };
    Row const rows[] = {{0, 0, 500}, {0, 100, 400}, {200, 0, 700}, {200, 100, 600}, {0, 500, 0}};
    auto const b = account(bert).id;
    for (auto const& row : rows) {
        for (auto const kind : spending_kinds) {
            SCOPED_TRACE(
                fmt::format("{}/{} {}", row.overdraft_limit, row.minimum_balance, to_string(kind)));
            auto const a = rich(500, row.overdraft_limit);
            set_limits(a, {}, row.minimum_balance);
            EXPECT_EQ(read(a).available, row.available);
            expect_refused(spend(kind, anna, a, b, row.available + 1), "insufficient_funds");
            if (row.available > 0) {
                EXPECT_EQ(post(spend(kind, anna, a, b, row.available)), "posted");
            }
            EXPECT_EQ(read(a).available, 0);
            expect_refused(spend(kind, anna, a, b, 1), "insufficient_funds");
        }
    }
    expect_sound_ledger();
}

TEST_F(AccountLimits, OfAMinimumAboveTheBalanceStopDebitsButNeitherCreditsNorCaptures) {
    auto const a = rich(500);
    auto const b = account(bert).id;
    auto const held = posted(hold(anna, a, b, 100));
    auto const paid_in = posted(deposit(teller, a, 50, key()));
    set_limits(a, {}, 1000);
    EXPECT_EQ(read(a).available, -550);
    for (auto const kind : spending_kinds)
        expect_refused(spend(kind, anna, a, b, 1), "insufficient_funds");
    expect_refused(of_origin(TransferKind::reversal, teller, paid_in), "insufficient_funds");
    EXPECT_EQ(post(of_origin(TransferKind::capture, bert, held)), "posted");
    EXPECT_EQ(post(deposit(teller, a, 551, key())), "posted");
    EXPECT_EQ(post(withdrawal(anna, a, 1, key())), "posted");
    expect_sound_ledger();
}

TEST_F(AccountLimits, OfTheDayAreNotOverspentByLanesSideBySide) {
    auto const a = account(anna).id;
    auto const b = account(bert).id;
    pay_in(a, 100'000);
    set_limits(a, {.per_day = 300});
    set_role_limits(Role::teller, {.per_day = 250});
    Daemon one(*bank, 2);
    Daemon other(*bank, 2);
    std::atomic<int> posted_count{0};
    std::atomic<int> refused_count{0};
    std::vector<std::thread> threads;
    for (unsigned i = 0; i < 4; ++i) {
        threads.emplace_back([&, i] {
            auto const& daemon = i % 2 == 0 ? one : other;
            for (int n = 0; n < 50; ++n) {
                auto const status =
                    daemon.post(transfer(teller, a, b, 7, fmt::format("side by side {} {}", i, n)));
                posted_count += status == "posted" ? 1 : 0;
                refused_count += status == "day_limit_exceeded" ? 1 : 0;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(posted_count, 250 / 7);
    EXPECT_EQ(refused_count, 200 - 250 / 7);
    EXPECT_EQ(balance(b), 250 / 7 * 7);
    EXPECT_EQ(read(a).spending.today, 250 / 7 * 7);
    EXPECT_EQ(one.alarms + other.alarms, 0);
    expect_sound_ledger();
}

TEST_F(AccountLimits, ThatChangeAreSeenByALaneThatRemembers) {
    auto const a = account(anna, 1000).id;
    auto const b = account(bert).id;
    pay_in(a, 1000);
    Daemon daemon(*bank, 1);
    auto const ten = [&] { return daemon.post(transfer(teller, a, b, 10, key())); };
    ASSERT_EQ(ten(), "posted");
    set_role_limits(Role::teller, {.per_transfer = 9});
    EXPECT_EQ(ten(), "transfer_limit_exceeded");
    EXPECT_EQ(ten(), "transfer_limit_exceeded");
    set_role_limits(Role::teller, {});
    EXPECT_EQ(ten(), "posted");
    set_limits(a, {.per_transfer = 9});
    EXPECT_EQ(ten(), "transfer_limit_exceeded");
    set_limits(a, {}, 2000);
    EXPECT_EQ(ten(), "insufficient_funds");
    set_limits(a, {});
    freeze(a, true, false);
    EXPECT_EQ(ten(), "debit_account_frozen");
    freeze(a, false, false);
    EXPECT_EQ(ten(), "posted");
    freeze(b, false, true);
    EXPECT_EQ(ten(), "credit_account_frozen");
    freeze(b, false, false);
    ASSERT_TRUE(bank->ledger().set_overdraft(admin.acting, {a, 0}));
    EXPECT_EQ(daemon.post(transfer(teller, a, b, 971, key())), "insufficient_funds");
    EXPECT_EQ(daemon.post(transfer(teller, a, b, 970, key())), "posted");
    EXPECT_EQ(balance(b), 1000);
    EXPECT_EQ(daemon.alarms, 0);
    expect_sound_ledger();
}

}  // namespace
}  // namespace bank::test
