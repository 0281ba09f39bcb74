#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "core/access/rate_limiter.hpp"
#include "core/access/source_prefix.hpp"

namespace bank::access {
namespace {

Instant const start{std::chrono::hours{1000}};
constexpr RateBudget two{2, 60};

TEST(RateLimiter, KeepsEachKeysBudgetApart) {
    RateLimiter limiter(100);
    EXPECT_TRUE(limiter.take("a", two, start).is_admitted);
    EXPECT_TRUE(limiter.take("a", two, start).is_admitted);
    EXPECT_FALSE(limiter.take("a", two, start).is_admitted);
    EXPECT_TRUE(limiter.take("b", two, start).is_admitted);
    EXPECT_TRUE(limiter.take("", two, start).is_admitted);
    EXPECT_EQ(limiter.size(), 3U);
}

TEST(RateLimiter, TracksNobodyWithoutALimit) {
    RateLimiter limiter(100);
    EXPECT_TRUE(limiter.take("a", {0, 60}, start).is_admitted);
    EXPECT_EQ(limiter.size(), 0U);
}

class BoundedRateLimiter : public testing::TestWithParam<std::size_t> {};

TEST_P(BoundedRateLimiter, NeverTracksMoreKeysThanItsBound) {
    RateLimiter limiter(GetParam());
    for (int i = 0; i < 20'000; ++i) (void)limiter.take(std::to_string(i), two, start);
    EXPECT_LE(limiter.size(), std::max<std::size_t>(GetParam(), 1));
    EXPECT_GE(limiter.size(), GetParam() / 2);
}

INSTANTIATE_TEST_SUITE_P(Bounds, BoundedRateLimiter,
                         testing::Values(0U, 1U, 7U, 8U, 1000U, 1024U, 4096U));

TEST(RateLimiter, RemembersTheOneItRefusesThroughAFloodOfOthers) {
    RateLimiter limiter(64);
    RateBudget const ten{10, 60};
    while (limiter.take("abuser", ten, start).is_admitted) {
    }
    for (int i = 0; i < 10'000; ++i) (void)limiter.take(std::to_string(i), ten, start);
    EXPECT_FALSE(limiter.take("abuser", ten, start).is_admitted);
    EXPECT_LE(limiter.size(), 64U);
}

TEST(RateLimiter, AdmitsExactlyTheQuotaToManyThreads) {
    RateLimiter limiter(4096);
    RateBudget const budget{500, 60};
    std::atomic<int> admitted{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 500; ++i) {
                if (limiter.take("shared", budget, start).is_admitted) ++admitted;
                (void)limiter.take(std::to_string(i), budget, start);
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(admitted, 500);
}

struct PrefixCase {
    std::string ip;
    char const* prefix;
};

class SourcePrefix : public testing::TestWithParam<PrefixCase> {};

TEST_P(SourcePrefix, IsWhoTheAddressStandsFor) {
    EXPECT_EQ(source_prefix(GetParam().ip), GetParam().prefix);
}

INSTANTIATE_TEST_SUITE_P(
    Table, SourcePrefix,
    testing::Values(PrefixCase{"192.0.2.7", "192.0.2.7/32"},
                    PrefixCase{"127.0.0.1", "127.0.0.1/32"}, PrefixCase{"0.0.0.0", "0.0.0.0/32"},
                    PrefixCase{"::ffff:192.0.2.7", "192.0.2.7/32"},
                    PrefixCase{"::FFFF:C000:207", "192.0.2.7/32"},
                    PrefixCase{"2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"},
                    PrefixCase{"2001:DB8:1:2::", "2001:db8:1:2::/64"},
                    PrefixCase{"2001:db8:1:3::1", "2001:db8:1:3::/64"}, PrefixCase{"::1", "::/64"},
                    PrefixCase{"ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255",
                               "ffff:ffff:ffff:ffff::/64"},
                    PrefixCase{"", "unknown"}, PrefixCase{"localhost", "unknown"},
                    PrefixCase{"192.0.2", "unknown"}, PrefixCase{"192.0.2.256", "unknown"},
                    PrefixCase{"192.0.2.7 ", "unknown"}, PrefixCase{"192.0.2.7/32", "unknown"},
                    PrefixCase{"[::1]", "unknown"}, PrefixCase{"fe80::1%eth0", "unknown"},
                    PrefixCase{std::string("192.0.2.7\0x", 11), "unknown"},
                    PrefixCase{std::string(10'000, ':'), "unknown"}));

}  // namespace
}  // namespace bank::access
