#include "core/access/credential_rules.hpp"

#include <gtest/gtest.h>

namespace bank::access {
namespace {

TEST(UserNames, AreShortPlainAndBeginWithALetter) {
    for (auto const* good : {"bob", "alice.smith", "a-1_b", "teller2"}) {
        EXPECT_TRUE(check_user_name(good).ok()) << good;
    }
    std::string const longest(64, 'a');
    EXPECT_TRUE(check_user_name(longest).ok());
    std::string const with_nul("ali\0ce", 6);
    for (std::string const& bad : {std::string(), std::string("al"), longest + "a",
                                   std::string("Alice"), std::string("1bob"), std::string(".bob"),
                                   std::string("os:1000"), std::string("bob smith"),
                                   std::string("b\xc3\xb6"
                                               "b"),
                                   with_nul, std::string("bob\n")}) {
        EXPECT_EQ(check_user_name(bad).code(), Code::invalid_field) << bad;
    }
}

TEST(NewPasswords, AreLongEnoughAndNotAmongTheFirstGuesses) {
    for (auto const* good : {"correct horse", "8 bytes!", "p\xc3\xa4ssw\xc3\xb6rter"}) {
        EXPECT_TRUE(check_new_password(Secret(good), "alice").ok()) << good;
    }
    EXPECT_TRUE(check_new_password(Secret(std::string(255, 'x') + "y"), "alice").ok());
    // Characters are counted, not bytes.
    EXPECT_TRUE(
        check_new_password(Secret("\u00e4\u00f6\u00fc\u00df\u4f60\u597d\u4e16\u754c"), "").ok());
    std::string longest;
    for (int i = 0; i < 128; ++i) longest += "\U0001f600\u00e4";
    EXPECT_TRUE(check_new_password(Secret(longest), "alice").ok());
    EXPECT_FALSE(check_new_password(Secret(longest + "x"), "alice").ok());
    for (std::string const& bad :
         {std::string("short12"), std::string(257, 'x') + "y", std::string("aaaaaaaaaa"),
          std::string("PassWord1"), std::string("alice.in.wonderland"),
          std::string("\u00e4\u00f6\u00fc\u00df"), std::string("\u4f60\u597d\u4e16"),
          std::string("\U0001f600\U0001f601"),
          std::string("\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4\u00e4"),
          std::string("\xff\xfe\xfd......")}) {
        auto const name = "Alice.In.Wonderland";
        EXPECT_EQ(check_new_password(Secret(bad), name).code(), Code::secret_too_weak) << bad;
    }
}

TEST(NewPins, AreDigitsAndNotARun) {
    for (auto const* good : {"1357", "0007", "112233", "902183746501"}) {
        EXPECT_TRUE(check_new_pin(Secret(good)).ok()) << good;
    }
    for (auto const* bad : {"", "135", "1111", "1234", "9876", "0123456789", "13a7", "1357 ",
                            "1234567890123", "\xd9\xa1\xd9\xa2\xd9\xa3\xd9\xa4"}) {
        EXPECT_EQ(check_new_pin(Secret(bad)).code(), Code::secret_too_weak) << bad;
    }
}

}  // namespace
}  // namespace bank::access
