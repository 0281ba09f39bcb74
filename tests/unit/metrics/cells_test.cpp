#include "core/metrics/cells.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <numeric>
#include <thread>
#include <vector>

namespace bank::metrics {
namespace {

TEST(Histogram, PutsAValueIntoTheBucketThatEndsWithIt) {
    for (std::size_t i = 0; i < transfers_bounds.size(); ++i) {
        BatchSizes sizes;
        sizes.observe(transfers_bounds[i]);
        EXPECT_EQ(sizes.values()[i], 1U) << i;
        sizes.observe(transfers_bounds[i] + 1);
        EXPECT_EQ(sizes.values()[i + 1], 1U) << i;
        EXPECT_EQ(sizes.values().back(), 2 * transfers_bounds[i] + 1);
    }
}

TEST(Histogram, PutsWhatIsAboveAllBoundsIntoTheLast) {
    Latencies times;
    times.observe(std::chrono::hours{1});
    auto const values = times.values();
    EXPECT_EQ(values[latency_bounds.size()], 1U);
    EXPECT_EQ(values.back(), 3'600'000'000'000U);
}

TEST(Histogram, TakesAClockThatStoodStillOrWentBackAsZero) {
    Latencies times;
    times.observe(std::chrono::nanoseconds{0});
    times.observe(std::chrono::nanoseconds{-5});
    EXPECT_EQ(times.values()[0], 2U);
    EXPECT_EQ(times.values().back(), 0U);
}

TEST(Cells, LoseNothingAmongThreads) {
    constexpr std::size_t threads_count = 8;
    constexpr std::uint64_t each = 20'000;
    PairCounters<3, 5> pairs;
    Latencies times;
    std::vector<std::thread> threads;
    for (std::size_t t = 0; t < threads_count; ++t) {
        threads.emplace_back([&, t] {
            for (std::uint64_t i = 0; i < each; ++i) {
                pairs.at(t % 3, i % 5).add();
                times.observe(i * 1000);
            }
        });
    }
    for (auto& thread : threads) thread.join();
    std::uint64_t sum = 0;
    for (std::size_t i = 0; i < 3; ++i) {
        for (std::size_t j = 0; j < 5; ++j) sum += pairs.at(i, j).value();
    }
    EXPECT_EQ(sum, threads_count * each);
    auto const values = times.values();
    EXPECT_EQ(std::accumulate(values.begin(), values.end() - 1, std::uint64_t{0}),
              threads_count * each);
    EXPECT_EQ(values.back(), threads_count * 1000 * (each * (each - 1) / 2));
}

TEST(PairCounters, KeepEachPairApart) {
    PairCounters<2, 3> pairs;
    pairs.at(0, 2).add(5);
    pairs.at(1, 0).add(7);
    EXPECT_EQ(pairs.at(0, 2).value(), 5U);
    EXPECT_EQ(pairs.at(1, 0).value(), 7U);
    EXPECT_EQ(pairs.at(0, 0).value() + pairs.at(0, 1).value(), 0U);
    EXPECT_EQ(pairs.at(1, 1).value() + pairs.at(1, 2).value(), 0U);
}

}  // namespace
}  // namespace bank::metrics
