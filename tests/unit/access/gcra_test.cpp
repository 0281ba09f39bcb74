#include "core/access/gcra.hpp"

#include <gtest/gtest.h>

namespace bank::access {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;

Instant const start{std::chrono::hours{1000}};

TEST(Gcra, AdmitsTheWholeQuotaAtOnceAndThenRefuses) {
    RateState state;
    RateBudget const budget{5, 10};
    for (std::uint32_t i = 1; i <= 5; ++i) {
        auto const admission = take(state, budget, start);
        EXPECT_TRUE(admission.is_admitted);
        EXPECT_EQ(admission.quota, 5U);
        EXPECT_EQ(admission.window_s, 10U);
        EXPECT_EQ(admission.remaining, 5 - i);
        EXPECT_EQ(admission.reset_s, 2 * i);
        EXPECT_EQ(admission.retry_after_s, 0U);
    }
    auto const refused = take(state, budget, start);
    EXPECT_FALSE(refused.is_admitted);
    EXPECT_EQ(refused.remaining, 0U);
    EXPECT_EQ(refused.reset_s, 10U);
    EXPECT_EQ(refused.retry_after_s, 2U);
}

TEST(Gcra, GivesARefusedRequestNoFurtherWait) {
    RateState state;
    RateBudget const budget{1, 10};
    ASSERT_TRUE(take(state, budget, start).is_admitted);
    auto const before = state.full_at;
    for (int i = 0; i < 1000; ++i) EXPECT_FALSE(take(state, budget, start).is_admitted);
    EXPECT_EQ(state.full_at, before);
    EXPECT_TRUE(take(state, budget, start + seconds{10}).is_admitted);
}

TEST(Gcra, AdmitsExactlyWhenRetryAfterSays) {
    RateState state;
    RateBudget const budget{3, 7};  // An interval that is not a whole number of any unit.
    while (take(state, budget, start).is_admitted) {
    }
    auto probe = state;
    auto const wait = seconds{take(probe, budget, start).retry_after_s};
    EXPECT_EQ(wait, seconds{3});
    probe = state;
    EXPECT_TRUE(take(probe, budget, start + wait).is_admitted);
    probe = state;
    EXPECT_FALSE(take(probe, budget, start + milliseconds{2333}).is_admitted);
    probe = state;
    EXPECT_TRUE(take(probe, budget, start + milliseconds{2334}).is_admitted);
}

TEST(Gcra, RefillsEvenlyAndNeverBeyondTheQuota) {
    RateState state;
    RateBudget const budget{10, 10};
    auto now = start;
    auto const drain = [&] {
        int admitted = 0;
        while (take(state, budget, now).is_admitted) ++admitted;
        return admitted;
    };
    EXPECT_EQ(drain(), 10);
    now += seconds{1};
    EXPECT_EQ(drain(), 1);
    now += milliseconds{3999};
    EXPECT_EQ(drain(), 3);
    now += milliseconds{1};
    EXPECT_EQ(drain(), 1);
    now += std::chrono::hours{24 * 365};
    EXPECT_EQ(drain(), 10);
}

TEST(Gcra, NeverAdmitsMoreThanTwoQuotasInOneWindow) {
    // The bound of the algorithm: a burst, and the refill during the window.
    RateState state;
    RateBudget const budget{600, 60};
    int admitted = 0;
    for (auto now = start; now < start + seconds{60}; now += milliseconds{1}) {
        admitted += take(state, budget, now).is_admitted ? 1 : 0;
    }
    EXPECT_GE(admitted, 600 * 2 - 1);
    EXPECT_LE(admitted, 600 * 2);
}

TEST(Gcra, WithoutALimitAdmitsEverythingAndKeepsNothing) {
    RateState state;
    for (int i = 0; i < 1000; ++i) {
        auto const admission = take(state, {0, 60}, start);
        EXPECT_TRUE(admission.is_admitted);
        EXPECT_EQ(admission.quota, 0U);
    }
    EXPECT_EQ(state.full_at, Instant{});
}

TEST(Gcra, StandsAClockThatGoesBack) {
    RateState state;
    RateBudget const budget{2, 10};
    (void)take(state, budget, start);
    auto const admission = take(state, budget, start - seconds{3600});
    EXPECT_FALSE(admission.is_admitted);
    EXPECT_LE(admission.retry_after_s, 10U);
}

TEST(Gcra, AppliesASmallerBudgetAtOnce) {
    RateState state;
    for (int i = 0; i < 3000; ++i) (void)take(state, {3000, 3600}, start);
    auto const admission = take(state, {10, 10}, start);
    EXPECT_FALSE(admission.is_admitted);
    EXPECT_LE(admission.retry_after_s, 10U);
    EXPECT_EQ(admission.reset_s, 10U);
}

class ExtremeBudget : public testing::TestWithParam<RateBudget> {};

TEST_P(ExtremeBudget, IsComputedWithoutOverflow) {
    for (auto const now : {Instant{}, start, Instant{std::chrono::hours{24 * 365 * 100}}}) {
        RateState state;
        EXPECT_TRUE(take(state, GetParam(), now).is_admitted);
        auto const second = take(state, GetParam(), now);
        EXPECT_EQ(second.is_admitted, GetParam().requests > 1);
        EXPECT_LE(second.remaining, GetParam().requests);
    }
}

INSTANTIATE_TEST_SUITE_P(Table, ExtremeBudget,
                         testing::Values(RateBudget{1, 1}, RateBudget{1, 0},
                                         RateBudget{1, UINT32_MAX}, RateBudget{UINT32_MAX, 1},
                                         RateBudget{UINT32_MAX, 0},
                                         RateBudget{UINT32_MAX, UINT32_MAX}, RateBudget{7, 60}));

}  // namespace
}  // namespace bank::access
