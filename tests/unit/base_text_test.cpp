#include "core/base/text.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <string>

namespace bank {
namespace {

struct IntegerCase {
    char const* text;
    std::int64_t value;
};

class Integer : public testing::TestWithParam<IntegerCase> {};

TEST_P(Integer, IsRead) {
    EXPECT_EQ(parse_int64(GetParam().text), GetParam().value);
}

INSTANTIATE_TEST_SUITE_P(
    Table, Integer,
    testing::Values(IntegerCase{"0", 0}, IntegerCase{"7", 7}, IntegerCase{"-7", -7},
                    IntegerCase{"10", 10},
                    IntegerCase{"9223372036854775807", std::numeric_limits<std::int64_t>::max()},
                    IntegerCase{"-9223372036854775808", std::numeric_limits<std::int64_t>::min()}));

class NotAnInteger : public testing::TestWithParam<std::string> {};

TEST_P(NotAnInteger, IsRefused) {
    EXPECT_FALSE(parse_int64(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Table, NotAnInteger,
                         testing::Values("", "-", "-0", "00", "01", "-01", "+1", "--1", " 1", "1 ",
                                         "1.0", "1e3", "0x1", "1a", "1_000", "nan",
                                         "9223372036854775808", "-9223372036854775809",
                                         std::string("1\0", 2), std::string(1000, '9'),
                                         "\xd9\xa1"));

TEST(Characters, AreCodePoints) {
    EXPECT_EQ(count_characters(""), 0U);
    EXPECT_EQ(count_characters("abc"), 3U);
    EXPECT_EQ(count_characters("\u00e4\u20ac\U0001f600"), 3U);
    EXPECT_EQ(count_characters("e\u0301"), 2U);
}

struct Utf8Case {
    char const* name;
    std::string text;
    bool is_utf8;
    bool is_plain;
};

class Utf8 : public testing::TestWithParam<Utf8Case> {};

TEST_P(Utf8, IsJudged) {
    EXPECT_EQ(is_utf8(GetParam().text), GetParam().is_utf8);
    EXPECT_EQ(is_plain_text(GetParam().text), GetParam().is_plain);
    // In the middle of good text as well.
    EXPECT_EQ(is_utf8("a" + GetParam().text + "b"), GetParam().is_utf8);
    EXPECT_EQ(plain_text(GetParam().text, 100) == GetParam().text, GetParam().is_plain);
    EXPECT_TRUE(is_plain_text(plain_text(GetParam().text, 100)));
}

INSTANTIATE_TEST_SUITE_P(
    Table, Utf8,
    testing::Values(
        Utf8Case{"Empty", "", true, true}, Utf8Case{"Ascii", "Hi ~", true, true},
        Utf8Case{"Two", "\xc3\xbc", true, true}, Utf8Case{"Three", "\xe2\x82\xac", true, true},
        Utf8Case{"Four", "\xf0\x9f\x8f\xa6", true, true},
        Utf8Case{"LastBeforeSurrogates", "\xed\x9f\xbf", true, true},
        Utf8Case{"FirstAfterSurrogates", "\xee\x80\x80", true, true},
        Utf8Case{"Last", "\xf4\x8f\xbf\xbf", true, true},
        Utf8Case{"NoBreakSpace", "\xc2\xa0", true, true},
        Utf8Case{"Nul", std::string(1, '\0'), true, false}, Utf8Case{"Newline", "\n", true, false},
        Utf8Case{"Tab", "\t", true, false}, Utf8Case{"Escape", "\x1b[31m", true, false},
        Utf8Case{"Delete", "\x7f", true, false}, Utf8Case{"C1First", "\xc2\x80", true, false},
        Utf8Case{"C1Last", "\xc2\x9f", true, false},
        Utf8Case{"LoneContinuation", "\x80", false, false},
        Utf8Case{"CutTwo", "\xc3", false, false}, Utf8Case{"CutThree", "\xe2\x82", false, false},
        Utf8Case{"CutFour", "\xf0\x9f\x8f", false, false},
        Utf8Case{"OverlongTwo", "\xc0\x80", false, false},
        Utf8Case{"OverlongTwoHigh", "\xc1\xbf", false, false},
        Utf8Case{"OverlongThree", "\xe0\x9f\xbf", false, false},
        Utf8Case{"OverlongFour", "\xf0\x8f\xbf\xbf", false, false},
        Utf8Case{"SurrogateFirst", "\xed\xa0\x80", false, false},
        Utf8Case{"SurrogateLast", "\xed\xbf\xbf", false, false},
        Utf8Case{"PastTheEnd", "\xf4\x90\x80\x80", false, false},
        Utf8Case{"FiveBytes", "\xf8\x88\x80\x80\x80", false, false},
        Utf8Case{"Fe", "\xfe", false, false}, Utf8Case{"Ff", "\xff", false, false}),
    [](auto const& test) { return std::string(test.param.name); });

TEST(PlainText, ReplacesWhatIsNotPlainAndCutsBetweenCharacters) {
    EXPECT_EQ(plain_text("a\r\nb\x1b[0m", 100), "a??b?[0m");
    EXPECT_EQ(plain_text("\xff\xc3\xbc\x80", 100), "?\xc3\xbc?");
    EXPECT_EQ(plain_text("abc", 2), "ab");
    EXPECT_EQ(plain_text("abc", 0), "");
    EXPECT_EQ(plain_text("a\xe2\x82\xac", 3), "a");
    EXPECT_EQ(plain_text("a\xe2\x82\xac", 4), "a\xe2\x82\xac");
    // Cut at the first that does not fit, not filled up with later ones.
    EXPECT_EQ(plain_text("a\xe2\x82\xac"
                         "b",
                         3),
              "a");
}

}  // namespace
}  // namespace bank
