#include "plugins/rest/http/handshake_gate.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <vector>

namespace bank::rest {
namespace {

TEST(HandshakeGate, HasNeverMoreInsideThanTurnsAndLetsAllThrough) {
    constexpr unsigned turns = 3;
    HandshakeGate gate(turns);
    std::atomic<unsigned> inside{0};
    std::atomic<unsigned> most{0};
    std::atomic<unsigned> through{0};
    std::vector<std::jthread> threads;
    for (int i = 0; i < 16; ++i) {
        threads.emplace_back([&] {
            for (int k = 0; k < 50; ++k) {
                HandshakeGate::Turn const turn(gate);
                auto const now = ++inside;
                for (auto seen = most.load(); seen < now;) {
                    if (most.compare_exchange_weak(seen, now)) break;
                }
                std::this_thread::yield();
                --inside;
                ++through;
            }
        });
    }
    threads.clear();
    EXPECT_LE(most, turns);
    EXPECT_EQ(through, 16U * 50U);
}

}  // namespace
}  // namespace bank::rest
