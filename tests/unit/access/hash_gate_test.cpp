#include "core/access/hash_gate.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>
#include <vector>

namespace bank::access {
namespace {

TEST(HashGate, TurnsAwayWhatHasNoPlaceToWait) {
    HashGate gate({.running_max = 1, .waiting_max = 0});
    auto first = gate.enter();
    ASSERT_TRUE(first.ok());
    auto const refused = gate.enter();
    EXPECT_EQ(refused.code(), Code::overloaded);
    EXPECT_GT(refused.error().retry_after_s, 0U);
    { auto const gone = std::move(first).value(); }
    EXPECT_TRUE(gate.enter().ok());
}

TEST(HashGate, NeverLetsMoreRunThanItsBound) {
    HashGate gate({.running_max = 2, .waiting_max = 100});
    std::atomic<int> running{0};
    std::atomic<int> most{0};
    std::atomic<int> admitted{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 16; ++i) {
        threads.emplace_back([&] {
            for (int round = 0; round < 200; ++round) {
                auto const permit = gate.enter();
                ASSERT_TRUE(permit.ok());
                auto const now = ++running;
                for (auto seen = most.load();
                     now > seen && !most.compare_exchange_weak(seen, now);) {
                }
                ++admitted;
                --running;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_LE(most, 2);
    EXPECT_EQ(admitted, 16 * 200);
}

}  // namespace
}  // namespace bank::access
