// Calls that are paid for in advance.
#include "core/access/permits.hpp"

#include <gtest/gtest.h>

namespace bank::access {
namespace {

constexpr Uuid first{{1}};
constexpr Uuid second{{2}};
constexpr Uuid third{{3}};

TEST(Permits, PayForAsManyCallsAsTheyHave) {
    Permits permits(8, 8);
    permits.add(first, UserId{1}, 2);
    EXPECT_TRUE(permits.take(first));
    EXPECT_TRUE(permits.take(first));
    EXPECT_FALSE(permits.take(first));
    EXPECT_FALSE(permits.take(second));
}

TEST(Permits, TakeBackNoMoreThanTheyGave) {
    Permits permits(8, 8);
    permits.add(first, UserId{1}, 1);
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
    Permits permits(2, 8);
    for (auto const& id : {first, second, third}) permits.add(id, UserId{1}, 1);
    EXPECT_FALSE(permits.take(first));
    EXPECT_TRUE(permits.take(second));
    EXPECT_TRUE(permits.take(third));
}

TEST(Permits, OfAnOwnerWithTooManyTheOwnOldestIsForgotten) {
    Permits permits(3, 2);
    permits.add(first, UserId{1}, 1);
    for (std::uint8_t i = 10; i < 40; ++i) permits.add(Uuid{{i}}, UserId{2}, 1);
    EXPECT_TRUE(permits.take(first));
    EXPECT_FALSE(permits.take(Uuid{{37}}));
    EXPECT_TRUE(permits.take(Uuid{{38}}));
    EXPECT_TRUE(permits.take(Uuid{{39}}));
}

}  // namespace
}  // namespace bank::access
