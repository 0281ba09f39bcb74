#include "daemon/host/core_socket.hpp"

#include <gtest/gtest.h>

namespace bank::daemon {
namespace {

TEST(VisibleUid, IsTheUsersOwnWithoutANamespace) {
    EXPECT_EQ(visible_uid(996, "         0          0 4294967295\n"), 996U);
    EXPECT_EQ(visible_uid(0, "         0          0 4294967295\n"), 0U);
}

// As the service manager makes it for PrivateUsers=: root, the unit's own user, and no other.
TEST(VisibleUid, IsNobodyForWhoIsNotMapped) {
    constexpr auto map = "         0          0          1\n       997        997          1\n";
    EXPECT_EQ(visible_uid(997, map), 997U);
    EXPECT_EQ(visible_uid(0, map), 0U);
    EXPECT_EQ(visible_uid(996, map), 65534U);
    EXPECT_EQ(visible_uid(998, map), 65534U);
}

TEST(VisibleUid, FollowsARange) {
    constexpr auto map = "1000 524288 65536\n";
    EXPECT_EQ(visible_uid(524288, map), 1000U);
    EXPECT_EQ(visible_uid(524288 + 65535, map), 1000U + 65535U);
    EXPECT_EQ(visible_uid(524288 + 65536, map), 65534U);
    EXPECT_EQ(visible_uid(1000, map), 65534U);
}

TEST(FindUser, KnowsNamesAndNumbers) {
    EXPECT_EQ(find_user("root"), 0U);
    EXPECT_EQ(find_user("12345"), 12345U);
    EXPECT_FALSE(find_user("nobody-of-that-name"));
    EXPECT_FALSE(find_user(""));
    EXPECT_FALSE(find_user("-1"));
    EXPECT_FALSE(find_user("4294967296"));
    EXPECT_FALSE(find_user("12x"));
}

}  // namespace
}  // namespace bank::daemon
