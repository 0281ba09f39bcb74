#include "core/access/one_time_password.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <set>
#include <string>

#include "core/access/credential_rules.hpp"

namespace bank::access {
namespace {

TEST(OneTimePasswords, AreReadableGroupsWithoutLookAlikes) {
    std::set<char> seen;
    for (int i = 0; i < 200; ++i) {
        auto const password = make_one_time_password();
        auto const text = std::string(password.reveal());
        EXPECT_THAT(text, testing::MatchesRegex("[a-z2-9]{4}(-[a-z2-9]{4}){3}"));
        EXPECT_EQ(text.find_first_of("ilo01"), std::string::npos) << text;
        EXPECT_TRUE(check_new_password(password, "alice").ok()) << text;
        seen.insert(text.begin(), text.end());
    }
    // All 31 and the dash: one of them is missing by chance once in 10^44 runs.
    EXPECT_EQ(seen.size(), 32U);
}

TEST(OneTimePasswords, DoNotRepeat) {
    std::set<std::string> made;
    for (int i = 0; i < 200; ++i) made.emplace(make_one_time_password().reveal());
    EXPECT_EQ(made.size(), 200U);
}

}  // namespace
}  // namespace bank::access
