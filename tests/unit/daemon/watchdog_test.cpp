#include "daemon/os/watchdog.hpp"

#include <gtest/gtest.h>

namespace bank::daemon {
namespace {

using namespace std::chrono_literals;

Watchdog::Probe silent_for(std::chrono::milliseconds time) {
    return [time] { return time; };
}

TEST(Watchdog, IsAliveWhileEveryPartIs) {
    EXPECT_TRUE(Watchdog({}).is_alive(1s));
    EXPECT_TRUE(Watchdog({silent_for(0ms), silent_for(999ms)}).is_alive(1s));
}

TEST(Watchdog, OnePartThatHangsIsEnough) {
    EXPECT_FALSE(Watchdog({silent_for(0ms), silent_for(1s)}).is_alive(1s));
    EXPECT_FALSE(Watchdog({silent_for(1min), silent_for(0ms)}).is_alive(1s));
}

}  // namespace
}  // namespace bank::daemon
