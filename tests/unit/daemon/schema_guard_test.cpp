#include "daemon/schema_guard.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bank::daemon {
namespace {

using testing::ElementsAre;

api::SchemaReport as_built() {
    api::SchemaReport report;
    report.is_as_built = true;
    return report;
}

api::SchemaReport altered(std::string const& object) {
    api::SchemaReport report;
    report.grave_count = report.difference_count = 1;
    report.differences.push_back({object, "one", "other", true});
    return report;
}

class SchemaGuardTest : public testing::Test {
protected:
    Result<api::SchemaReport> found = as_built();
    Status recorded = Done{};
    int comparisons = 0;
    std::vector<bool> records;
    SchemaGuard guard{{[this] {
                           ++comparisons;
                           return found;
                       },
                       [this](api::SchemaReport const& report) {
                           if (recorded) records.push_back(report.is_as_built);
                           return recorded;
                       }}};
};

TEST_F(SchemaGuardTest, NothingChangesBeforeTheFirstComparison) {
    EXPECT_EQ(guard.obstacle(), Code::storage_unavailable);
    found = Error{Code::storage_unavailable};
    EXPECT_FALSE(guard.look("a"));
    EXPECT_EQ(guard.obstacle(), Code::storage_unavailable);
    found = as_built();
    EXPECT_TRUE(guard.look("a"));
    EXPECT_EQ(guard.obstacle(), std::nullopt);
}

TEST_F(SchemaGuardTest, ComparesAgainOnlyOnAnotherServer) {
    for (auto const* server : {"a", "a", "b", "b", "a"}) EXPECT_TRUE(guard.look(server));
    EXPECT_EQ(comparisons, 3);
    EXPECT_TRUE(records.empty());
}

TEST_F(SchemaGuardTest, RecordsEachChangeOnce) {
    EXPECT_TRUE(guard.check());
    found = altered("table bank.users");
    EXPECT_TRUE(guard.check());
    EXPECT_TRUE(guard.check());
    EXPECT_EQ(guard.obstacle(), Code::bank_halted);
    found = altered("table bank.accounts");
    EXPECT_TRUE(guard.check());
    found = as_built();
    EXPECT_TRUE(guard.check());
    EXPECT_EQ(guard.obstacle(), std::nullopt);
    EXPECT_THAT(records, ElementsAre(false, false, true));
}

TEST_F(SchemaGuardTest, HaltsEvenIfTheRecordFailsAndWritesItLater) {
    found = altered("trigger swallow on bank.audit_logs");
    recorded = Error{Code::internal_error};
    EXPECT_FALSE(guard.look("a"));
    EXPECT_EQ(guard.obstacle(), Code::bank_halted);
    recorded = Done{};
    EXPECT_TRUE(guard.look("a"));
    EXPECT_THAT(records, ElementsAre(false));
    EXPECT_EQ(comparisons, 2);
}

TEST_F(SchemaGuardTest, RecordsAnAlarmThatWasUndoneBeforeItCouldBeRecorded) {
    EXPECT_TRUE(guard.look("a"));
    found = altered("trigger swallow on bank.audit_logs");
    recorded = Error{Code::internal_error};
    EXPECT_FALSE(guard.look("b"));
    found = as_built();
    EXPECT_FALSE(guard.look("b"));
    EXPECT_EQ(guard.obstacle(), Code::bank_halted) << "nothing says yet that it was altered";
    recorded = Done{};
    EXPECT_TRUE(guard.look("b"));
    EXPECT_THAT(records, ElementsAre(false, true));
    EXPECT_EQ(guard.obstacle(), std::nullopt);
}

TEST_F(SchemaGuardTest, HaltsIfTheComparisonIsPreventedButNotInAnOutage) {
    EXPECT_TRUE(guard.check());
    found = Error{Code::storage_unavailable};
    EXPECT_FALSE(guard.check());
    EXPECT_EQ(guard.obstacle(), std::nullopt);
    found = Error{Code::permission_denied, "permission denied for table pg_proc"};
    EXPECT_FALSE(guard.check());
    EXPECT_FALSE(guard.check());
    EXPECT_EQ(guard.obstacle(), Code::bank_halted);
    EXPECT_THAT(records, ElementsAre(false)) << "an alarm as any other";
}

TEST_F(SchemaGuardTest, DetailsNameTheFirstObjects) {
    auto report = altered("table bank.users");
    for (int i = 0; i < 20; ++i)
        report.differences.push_back({"column " + std::string(300, 'x'), "a", "b", true});
    report.grave_count = 21;
    auto const details = alarm_details(report);
    EXPECT_THAT(details,
                testing::StartsWith(R"({"differences":21,"objects":["table bank.users",)"));
    EXPECT_THAT(details, testing::ContainsRegex(R"(\],"digest":"[0-9a-f]{64}"\}$)"));
    EXPECT_NE(alarm_details(altered("table bank.accounts")),
              alarm_details(altered("table bank.users")));
    EXPECT_LT(details.size(), 4096U);
    EXPECT_EQ(alarm_details(as_built()), R"({"differences":0,"objects":[]})");
}

}  // namespace
}  // namespace bank::daemon
