#include "daemon/config/ini.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bank::daemon {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> mistakes_of(std::string_view text) {
    Report report;
    static_cast<void>(parse_ini(text, "f", report));
    std::vector<std::string> lines;
    for (auto const& mistake : report.mistakes) lines.push_back(to_string(mistake));
    return lines;
}

TEST(Ini, ReadsSectionsKeysAndValuesWithTheirLines) {
    Report report;
    auto const sections = parse_ini(
        "# a comment\n\n[one]\n  a = 1\n\tb\t=\ttwo words # not a comment \n[two]\nc "
        "=\n[one]\nd=x=y",
        "f", report);
    EXPECT_THAT(report.mistakes, IsEmpty());
    ASSERT_EQ(sections.size(), 3U);
    EXPECT_EQ(sections[0].name, "one");
    EXPECT_EQ(sections[0].place.line, 3);
    ASSERT_EQ(sections[0].entries.size(), 2U);
    EXPECT_EQ(sections[0].entries[0].value, "1");
    EXPECT_EQ(sections[0].entries[1].key, "b");
    EXPECT_EQ(sections[0].entries[1].value, "two words # not a comment");
    EXPECT_EQ(to_string(sections[0].entries[1].place), "f:5");
    EXPECT_EQ(sections[1].entries.at(0).value, "");
    EXPECT_EQ(sections[2].entries.at(0).value, "x=y");
    EXPECT_EQ(sections[2].entries.at(0).place.line, 9);
}

struct Refusal {
    char const* name;
    std::string text;
    std::string mistake;
};

class IniRefuses : public testing::TestWithParam<Refusal> {};

TEST_P(IniRefuses, AndSaysWhere) {
    EXPECT_THAT(mistakes_of(GetParam().text), ElementsAre(GetParam().mistake));
}

INSTANTIATE_TEST_SUITE_P(
    Lines, IniRefuses,
    testing::Values(
        Refusal{"NeitherSectionNorEntry", "[a]\nnonsense\n",
                "f:2: 'nonsense' is neither [section] nor key = value"},
        Refusal{"OpenSection", "[a\nb = 1\n", "f:1: '[a' is not a section; use [name]"},
        Refusal{"EmptySection", "[]\n", "f:1: '[]' is not a section; use [name]"},
        Refusal{"LoneBracket", "[", "f:1: '[' is not a section; use [name]"},
        Refusal{"CommentAfterSection", "[a] # b\n", "f:1: '[a] # b' is not a section; use [name]"},
        Refusal{"UpperCaseKey", "[a]\nLanes = 2\n",
                "f:2: 'Lanes' is not a key; keys are lower-case letters, digits and '_'"},
        Refusal{"NoKey", "[a]\n= 2\n",
                "f:2: '' is not a key; keys are lower-case letters, digits and '_'"},
        Refusal{"EntryBeforeSection", "a = 1\n", "f:1: 'a' appears before the first [section]"},
        Refusal{"Duplicate", "[a]\nb = 1\nb = 1\n", "f:3: [a] b is already set in line 2"},
        Refusal{"DuplicateInReopenedSection", "[a]\nb = 1\n[c]\n[a]\nb = 1\n",
                "f:5: [a] b is already set in line 2"},
        Refusal{"CarriageReturn", "[a]\r\n",
                "f:1: the line ends in a carriage return; save the file with Unix line ends"},
        Refusal{"NotUtf8", "[a]\nb = \xff\n",
                "f:2: the line is not UTF-8 text or contains control characters"},
        Refusal{"ControlCharacter", "[a]\nb = \x1b[31m\n",
                "f:2: the line is not UTF-8 text or contains control characters"},
        Refusal{"ByteOrderMark", "\xef\xbb\xbf# x\n",
                "f:1: '\xef\xbb\xbf# x' is neither [section] nor key = value"},
        Refusal{"LongLine", "[a]\n" + std::string(4097, 'x') + "\n",
                "f:2: the line is longer than 4096 bytes"}),
    [](auto const& refusal) { return refusal.param.name; });

TEST(Ini, GoesOnAfterAMistakeAndFindsTheNext) {
    EXPECT_THAT(mistakes_of("x\n[a]\nb\nc = 1\nc = 2\n"),
                ElementsAre("f:1: 'x' is neither [section] nor key = value",
                            "f:3: 'b' is neither [section] nor key = value",
                            "f:5: [a] c is already set in line 4"));
}

TEST(Ini, ANulByteIsAMistakeAndNotAnEnd) {
    EXPECT_EQ(mistakes_of(std::string_view("[a]\nb = 1\0 2\nc\n", 15)).size(), 2U);
}

}  // namespace
}  // namespace bank::daemon
