#include "core/access/penalties.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace bank::access {
namespace {

using std::chrono::seconds;

Instant const start{std::chrono::hours{1000}};

class PenaltiesTest : public testing::Test {
protected:
    // 0: admitted, and then failed; otherwise the seconds to wait.
    std::uint32_t fail(std::string_view key = "k") {
        auto attempt = penalties_.begin(key, now_);
        if (!attempt) {
            EXPECT_EQ(attempt.code(), Code::login_throttled);
            EXPECT_GT(attempt.error().retry_after_s, 0U);
            return attempt.error().retry_after_s;
        }
        last_delay_ = attempt->fail(now_);
        return 0;
    }

    void fail_times(int count) {
        for (int i = 0; i < count; ++i) {
            ASSERT_EQ(fail(), 0U);
            now_ += last_delay_;
        }
    }

    bool is_admitted(std::string_view key = "k") { return penalties_.begin(key, now_).ok(); }

    Penalties penalties_{{}, 100};
    Instant now_ = start;
    seconds last_delay_{};
};

TEST_F(PenaltiesTest, DelaysDoubleAfterTheFreeFailuresUpToTheBound) {
    std::vector<std::int64_t> delays;
    for (int i = 0; i < 16; ++i) {
        ASSERT_EQ(fail(), 0U);
        delays.push_back(last_delay_.count());
        now_ += last_delay_;
    }
    EXPECT_EQ(delays, (std::vector<std::int64_t>{0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512,
                                                 900, 900, 900}));
}

TEST_F(PenaltiesTest, ATryDuringTheWaitIsRefusedAndAddsNoTime) {
    fail_times(6);
    ASSERT_EQ(fail(), 0U);
    ASSERT_EQ(last_delay_, seconds{8});
    for (int i = 0; i < 1000; ++i) EXPECT_EQ(fail(), 8U);
    now_ += std::chrono::milliseconds{7001};
    EXPECT_EQ(fail(), 1U);
    now_ += std::chrono::milliseconds{999};
    EXPECT_TRUE(is_admitted());
}

TEST_F(PenaltiesTest, SuccessForgetsThatKeyOnly) {
    fail_times(5);
    for (int i = 0; i < 5; ++i) {
        ASSERT_EQ(fail("other"), 0U);
        now_ += last_delay_;
    }
    penalties_.begin("k", now_).value().succeed();
    EXPECT_EQ(fail("k"), 0U);
    EXPECT_EQ(last_delay_, seconds{0});
    EXPECT_EQ(fail("other"), 0U);
    EXPECT_EQ(last_delay_, seconds{4});
}

TEST_F(PenaltiesTest, AbandonChangesNothing) {
    fail_times(5);
    for (int i = 0; i < 100; ++i) {
        auto attempt = penalties_.begin("k", now_);
        ASSERT_TRUE(attempt.ok());
        if (i % 2 == 0) attempt->abandon();  // Else by its destructor.
    }
    EXPECT_EQ(fail(), 0U);
    EXPECT_EQ(last_delay_, seconds{4});
}

TEST_F(PenaltiesTest, TimeForgetsFailuresOneByOne) {
    fail_times(6);
    now_ += seconds{15 * 60 - 1};
    ASSERT_EQ(fail(), 0U);
    EXPECT_EQ(last_delay_, seconds{8});  // Nothing was forgotten yet.
    now_ += last_delay_ + seconds{2 * 15 * 60};
    ASSERT_EQ(fail(), 0U);
    EXPECT_EQ(last_delay_, seconds{4});  // Two of seven were.
    now_ += last_delay_ + std::chrono::hours{24 * 365};
    ASSERT_EQ(fail(), 0U);
    EXPECT_EQ(last_delay_, seconds{0});
}

TEST_F(PenaltiesTest, TriesAtOnceAreNoMoreThanTriesInARowWithoutWait) {
    std::vector<Penalties::Attempt> attempts;
    for (int i = 0; i < 100; ++i) {
        auto attempt = penalties_.begin("k", now_);
        if (attempt) attempts.push_back(std::move(attempt).value());
    }
    ASSERT_EQ(attempts.size(), 4U);  // Three free attempts, and the one that causes the delay.
    seconds longest{0};
    for (auto& attempt : attempts) longest = std::max(longest, attempt.fail(now_));
    EXPECT_EQ(longest, seconds{1});
    EXPECT_EQ(fail(), 1U);
}

TEST_F(PenaltiesTest, BeyondTheFreeFailuresThereIsOneTryAtATime) {
    fail_times(4);
    auto first = penalties_.begin("k", now_);
    ASSERT_TRUE(first.ok());
    auto const second = penalties_.begin("k", now_);
    ASSERT_FALSE(second.ok());
    EXPECT_EQ(second.error().retry_after_s, 1U);
    first->abandon();
    EXPECT_TRUE(is_admitted());
}

TEST_F(PenaltiesTest, ASuccessDoesNotReleaseTriesStillInFlight) {
    std::vector<Penalties::Attempt> attempts;
    for (int i = 0; i < 4; ++i) attempts.push_back(penalties_.begin("k", now_).value());
    attempts.back().succeed();
    attempts.pop_back();
    // Three are still in flight: one more makes four.
    auto one_more = penalties_.begin("k", now_);
    EXPECT_TRUE(one_more.ok());
    EXPECT_FALSE(is_admitted());
    for (auto& attempt : attempts) EXPECT_EQ(attempt.fail(now_), seconds{0});
    EXPECT_EQ(one_more->fail(now_), seconds{1});
}

TEST_F(PenaltiesTest, AMovedAttemptIsDecidedOnce) {
    auto first = penalties_.begin("k", now_).value();
    auto second = std::move(first);
    first = penalties_.begin("other", now_).value();
    second.fail(now_);
    EXPECT_DEATH(second.fail(now_), "check failed");
    first = std::move(second);  // Abandons "other".
    EXPECT_EQ(penalties_.size(), 1U);
}

TEST_F(PenaltiesTest, RememberNobodyWhoDidNotFail) {
    for (int i = 0; i < 50; ++i) penalties_.begin(std::to_string(i), now_).value().succeed();
    for (int i = 0; i < 50; ++i) (void)is_admitted(std::to_string(i));
    EXPECT_EQ(penalties_.size(), 0U);
}

TEST_F(PenaltiesTest, AreBoundedAndAFloodOfNamesDoesNotWashAwayAWait) {
    fail_times(8);
    ASSERT_EQ(fail(), 0U);
    for (int i = 0; i < 20'000; ++i) (void)fail("name" + std::to_string(i));
    EXPECT_LE(penalties_.size(), 100U);
    EXPECT_GT(fail(), 0U);
}

TEST_F(PenaltiesTest, AnswerWithTheCodeOfTheirRule) {
    Penalties pins({.refusal = Code::rate_limited, .failures_free = 0}, 10);
    EXPECT_EQ(pins.begin("k", now_).value().fail(now_), seconds{1});
    EXPECT_EQ(pins.begin("k", now_).code(), Code::rate_limited);
}

TEST_F(PenaltiesTest, CountFailuresOfManyThreads) {
    Penalties penalties({.failures_free = 400}, 100);
    std::vector<std::thread> threads;
    std::atomic<int> admitted{0};
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 200; ++i) {
                auto attempt = penalties.begin("k", start);
                if (!attempt) continue;
                ++admitted;
                (void)attempt->fail(start);
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(admitted, 401);
}

}  // namespace
}  // namespace bank::access
