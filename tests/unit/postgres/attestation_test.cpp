#include "core/postgres/schema/attestation.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/postgres/schema/migrations.hpp"

namespace bank::postgres {
namespace {

using testing::ElementsAre;

std::vector<SchemaObject> objects(std::string const& lines) {
    return parse_objects("built-in functions of PostgreSQL 15\tdigest\n" + lines);
}

std::vector<std::string> differences(api::SchemaReport const& report) {
    std::vector<std::string> lines;
    for (auto const& one : report.differences) {
        lines.push_back(one.object + "|" + one.expected + "|" + one.found +
                        (one.is_grave ? "|grave" : ""));
    }
    return lines;
}

TEST(SchemaObjects, AreReadFromLinesAndSorted) {
    auto const read = parse_objects("b\tx\ty\na\tz\nnothing\n\nc\t");
    EXPECT_THAT(read, ElementsAre(SchemaObject{"a", "z"}, SchemaObject{"b", "x\ty"},
                                  SchemaObject{"c", ""}));
}

TEST(SchemaObjects, OfThisProgramAreManyAndEachHasADefinition) {
    auto const expected = parse_objects(embedded_attestation().expected);
    EXPECT_GT(expected.size(), 900U);
    for (auto const& object : expected) EXPECT_FALSE(object.definition.empty()) << object.name;
}

TEST(SchemaComparison, NamesWhatIsMissingUnexpectedAndDifferent) {
    auto const report =
        compare_objects(objects("a\t1\nb\t2\nd\t4\n"), objects("b\t2\nc\t3\nd\t5\n"));
    EXPECT_THAT(differences(report), ElementsAre("a|1||grave", "c||3|grave", "d|4|5|grave"));
    EXPECT_FALSE(report.is_as_built);
    EXPECT_EQ(report.objects, 4);
    EXPECT_TRUE(compare_objects(objects("a\t1\n"), objects("a\t1\n")).is_as_built);
}

TEST(SchemaComparison, OfAnotherVersionOfPostgreSqlForgivesItsWording) {
    auto const here = objects("index i\tthe index\ntable t\tthe table\nview v\tthe view\n");
    auto const there = parse_objects(
        "built-in functions of PostgreSQL 16\tother\n"
        "index i\tthe same index\ntable t\tanother table\nview v\tthe view\n");
    auto const report = compare_objects(here, there);
    EXPECT_EQ(report.grave_count, 1);
    EXPECT_EQ(report.differences.front().object, "table t");
    EXPECT_EQ(report.difference_count, 4);
    // What is missing is missing in every version.
    auto const without = parse_objects("built-in functions of PostgreSQL 16\tother\n");
    EXPECT_EQ(compare_objects(here, without).grave_count, 3);
}

TEST(SchemaComparison, ListsTheGraveOnesIfThereAreTooMany) {
    std::string lines;
    for (int i = 0; i < 200; ++i) lines += "view " + std::to_string(i) + "\tx\n";
    auto const here = objects(lines + "table t\t1\n");
    auto other = here;
    for (auto& object : other) object.definition += "!";
    other.front().name = "built-in functions of PostgreSQL 17";
    auto const report = compare_objects(here, other);
    EXPECT_EQ(report.differences.size(), api::SchemaReport::differences_max);
    EXPECT_EQ(report.differences.front().object, "table t");
    EXPECT_EQ(report.difference_count, 203);
}

}  // namespace
}  // namespace bank::postgres
