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
    // Inside valid text as well.
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

TEST(VisibleText, NeedsOneCharacterThatCanBeSeen) {
    for (auto const* text :
         {"a", " a ", "\xc2\xa0-", "\xe2\x80\x8b.", "0", "\xc3\xbc", "\xe4\xb8\xad",
          "\xf0\x9f\x8f\xa6", "\xe2\x80\x90", "\xe2\x80\xb0", "\xe2\x81\x9e", "\xe2\xa0\x81",
          "\xef\xb8\x90", "\xef\xbf\xbc", "\xef\xbf\xbd", "\xc2\xa1", "\xc2\xae", "~"}) {
        EXPECT_TRUE(has_visible_text(text)) << text;
    }
}

TEST(VisibleText, IsNotBlanksOrWhatIsDisplayedAsNothing) {
    struct {
        char const* name;
        std::string_view text;
    } const rows[] = {{"nothing", ""},
                      {"blank", " "},
                      {"tab, line feed", "\t\n\r"},
                      {"NUL", std::string_view{"\0", 1}},
                      {"DEL", "\x7f"},
                      {"U+0085", "\xc2\x85"},
                      {"U+00A0 no-break space", "\xc2\xa0"},
                      {"U+00AD soft hyphen", "\xc2\xad"},
                      {"U+034F combining grapheme joiner", "\xcd\x8f"},
                      {"U+061C Arabic letter mark", "\xd8\x9c"},
                      {"U+115F Hangul choseong filler", "\xe1\x85\x9f"},
                      {"U+1680 Ogham space mark", "\xe1\x9a\x80"},
                      {"U+180E Mongolian vowel separator", "\xe1\xa0\x8e"},
                      {"U+2003 em space", "\xe2\x80\x83"},
                      {"U+200B zero width space", "\xe2\x80\x8b"},
                      {"U+200D zero width joiner", "\xe2\x80\x8d"},
                      {"U+2028 line separator", "\xe2\x80\xa8"},
                      {"U+202E right-to-left override", "\xe2\x80\xae"},
                      {"U+202F narrow no-break space", "\xe2\x80\xaf"},
                      {"U+2060 word joiner", "\xe2\x81\xa0"},
                      {"U+2066 left-to-right isolate", "\xe2\x81\xa6"},
                      {"U+2800 Braille pattern blank", "\xe2\xa0\x80"},
                      {"U+3000 ideographic space", "\xe3\x80\x80"},
                      {"U+3164 Hangul filler", "\xe3\x85\xa4"},
                      {"U+FE0F variation selector-16", "\xef\xb8\x8f"},
                      {"U+FEFF byte order mark", "\xef\xbb\xbf"},
                      {"U+FFA0 halfwidth Hangul filler", "\xef\xbe\xa0"},
                      {"U+1D173 musical symbol begin beam", "\xf0\x9d\x85\xb3"},
                      {"U+E0020 tag space", "\xf3\xa0\x80\xa0"},
                      {"several", " \xc2\xa0\xe2\x80\x8b\xe2\x80\xae\xef\xbb\xbf"},
                      {"no UTF-8", "a\xff"}};
    for (auto const& row : rows) EXPECT_FALSE(has_visible_text(row.text)) << row.name;
}

TEST(LegibleText, HidesAndTurnsNothing) {
    for (auto const* text : {"", "Miete, M\u00e4rz", "\u05e9\u05dc\u05d5\u05dd\u200f 7",
                             "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
                             "\U0001f468\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f",
                             "\u0e01\u0e33", "e\u0301", "\u00a0"}) {
        EXPECT_TRUE(is_legible_text(text)) << text;
    }
    for (auto const* hidden :
         {"\u00ad",     "\u200b",     "\u2028",     "\u2029", "\u202a", "\u202e", "\u2060",
          "\u2066",     "\u2069",     "\u3164",     "\ufdd0", "\ufeff", "\ufffe", "\uffff",
          "\U000e0041", "\U0001fffe", "\U0010ffff", "\n",     "\x7f",   "\xff"}) {
        EXPECT_FALSE(is_legible_text(std::string("a") + hidden + "b")) << hidden;
    }
}

TEST(PlainText, ReplacesWhatIsNotPlainAndCutsBetweenCharacters) {
    EXPECT_EQ(plain_text("a\r\nb\x1b[0m", 100), "a??b?[0m");
    EXPECT_EQ(plain_text("\xff\xc3\xbc\x80", 100), "?\xc3\xbc?");
    EXPECT_EQ(plain_text("abc", 2), "ab");
    EXPECT_EQ(plain_text("abc", 0), "");
    EXPECT_EQ(plain_text("a\xe2\x82\xac", 3), "a");
    EXPECT_EQ(plain_text("a\xe2\x82\xac", 4), "a\xe2\x82\xac");
    // Cut at the first part that does not fit; later, shorter ones are not used.
    EXPECT_EQ(plain_text("a\xe2\x82\xac"
                         "b",
                         3),
              "a");
}

}  // namespace
}  // namespace bank
