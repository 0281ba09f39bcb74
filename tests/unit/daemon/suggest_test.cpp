#include "daemon/config/suggest.hpp"

#include <gtest/gtest.h>

namespace bank::daemon {
namespace {

std::vector<std::string> const keys{"lanes", "queue_max", "batch_max", "statement_timeout_ms"};

TEST(Suggest, FindsWhatWasMistyped) {
    EXPECT_EQ(nearest("lane", keys), "lanes");
    EXPECT_EQ(nearest("lnaes", keys), "lanes");
    EXPECT_EQ(nearest("queue-max", keys), "queue_max");
    EXPECT_EQ(nearest("btach_max", keys), "batch_max");
    EXPECT_EQ(nearest("statement_timeout", keys), "statement_timeout_ms");
}

TEST(Suggest, SaysNothingWhenNothingIsNear) {
    EXPECT_EQ(nearest("colour", keys), "");
    EXPECT_EQ(nearest("x", keys), "");
    EXPECT_EQ(nearest("", keys), "");
    EXPECT_EQ(nearest(std::string(100'000, 'l'), keys), "");
    EXPECT_EQ(nearest("lanes", {}), "");
}

}  // namespace
}  // namespace bank::daemon
