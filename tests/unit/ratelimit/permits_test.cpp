// Calls that are paid for in advance.
#include "core/ratelimit/permits.hpp"

#include <gtest/gtest.h>

namespace bank::ratelimit {
namespace {

constexpr Uuid first{{1}};
constexpr Uuid second{{2}};
constexpr Uuid third{{3}};

TEST(Permits, PayForAsManyCallsAsTheyHave) {
    Permits permits(8);
    permits.add(first, 2);
    EXPECT_TRUE(permits.take(first));
    EXPECT_TRUE(permits.take(first));
    EXPECT_FALSE(permits.take(first));
    EXPECT_FALSE(permits.take(second));
}

TEST(Permits, TakeBackNoMoreThanTheyGave) {
    Permits permits(8);
    permits.add(first, 1);
    permits.give_back(first);
    permits.give_back(second);
    EXPECT_TRUE(permits.take(first));
    EXPECT_FALSE(permits.take(first));
    permits.give_back(first);
    EXPECT_TRUE(permits.take(first));
    EXPECT_FALSE(permits.take(first));
    EXPECT_FALSE(permits.take(second));
}

TEST(Permits, BeyondTheirNumberTheOldestIsForgotten) {
    Permits permits(2);
    for (auto const& id : {first, second, third}) permits.add(id, 1);
    EXPECT_FALSE(permits.take(first));
    EXPECT_TRUE(permits.take(second));
    EXPECT_TRUE(permits.take(third));
}

}  // namespace
}  // namespace bank::ratelimit
