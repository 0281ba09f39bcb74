#include "daemon/readiness_monitor.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace bank::daemon {
namespace {

using api::Readiness;
using testing::ElementsAre;

class ReadinessMonitorTest : public testing::Test {
protected:
    Result<postgres::SchemaState> schema = postgres::SchemaState{true, 7, ""};
    Status prepared = Done{};
    Status space = Done{};
    int preparations = 0;
    int refusals = 0;
    std::vector<std::string> sentences;
    std::vector<log::Level> levels;
    Result<std::string> halted = std::string{};
    ReadinessMonitor monitor{{[this] { return schema; },
                              [this](std::string const& server) {
                                  EXPECT_EQ(server, schema->server);
                                  return halted;
                              },
                              [this] {
                                  ++preparations;
                                  return prepared;
                              },
                              [this] { return space; }, [this] { ++refusals; },
                              [this](log::Level level, std::string const& s) {
                                  levels.push_back(level);
                                  sentences.push_back(s);
                              }}};
};

TEST_F(ReadinessMonitorTest, IsStartingBeforeItLooked) {
    EXPECT_EQ(monitor.readiness(), Readiness::starting);
    EXPECT_EQ(monitor.schema_version(), 0);
}

TEST_F(ReadinessMonitorTest, IsReadyAfterPreparingOnce) {
    EXPECT_EQ(monitor.step(), Readiness::ready);
    EXPECT_EQ(monitor.step(), Readiness::ready);
    EXPECT_EQ(preparations, 1);
    EXPECT_EQ(monitor.schema_version(), 7);
    EXPECT_THAT(sentences, ElementsAre("Ready."));
}

TEST_F(ReadinessMonitorTest, WaitsForTheDatabaseAndSaysSoOnce) {
    schema = Error{Code::storage_unavailable, "no socket"};
    EXPECT_EQ(monitor.step(), Readiness::database_away);
    schema = Error{Code::storage_unavailable, "waits before the next try"};
    EXPECT_EQ(monitor.step(), Readiness::database_away);
    EXPECT_EQ(preparations, 0);
    schema = postgres::SchemaState{true, 7, ""};
    EXPECT_EQ(monitor.step(), Readiness::ready);
    EXPECT_THAT(sentences,
                ElementsAre("Waiting for the database: storage_unavailable no socket", "Ready."));
}

TEST_F(ReadinessMonitorTest, PreparesAgainUntilThatSucceeds) {
    prepared = Error{Code::storage_unavailable};
    EXPECT_EQ(monitor.step(), Readiness::database_away);
    prepared = Done{};
    EXPECT_EQ(monitor.step(), Readiness::ready);
    EXPECT_EQ(preparations, 2);
}

TEST_F(ReadinessMonitorTest, RefusesAnUnknownSchemaAndNamesTheRemedy) {
    schema = postgres::SchemaState{false, 3, "it is at 3, this program at 7."};
    EXPECT_EQ(monitor.step(), Readiness::schema_mismatch);
    EXPECT_EQ(refusals, 1);
    EXPECT_EQ(preparations, 0);
    EXPECT_THAT(sentences,
                ElementsAre("The database schema does not match this bankd: it is at 3, this "
                            "program at 7. Run bankd --migrate."));
}

TEST_F(ReadinessMonitorTest, PreparesNothingWhileItIsHalted) {
    halted = std::string{"Altered."};
    EXPECT_EQ(monitor.step(), Readiness::halted);
    halted = Error{Code::permission_denied};
    EXPECT_EQ(monitor.step(), Readiness::database_away);
    EXPECT_EQ(preparations, 0);
    halted = std::string{};
    EXPECT_EQ(monitor.step(), Readiness::ready);
    EXPECT_EQ(preparations, 1);
}

TEST_F(ReadinessMonitorTest, HaltsAndServesAgain) {
    monitor.step();
    halted = std::string{"Altered."};
    EXPECT_EQ(monitor.step(), Readiness::halted);
    EXPECT_EQ(monitor.step(), Readiness::halted);
    halted = Error{Code::storage_unavailable};
    EXPECT_EQ(monitor.step(), Readiness::database_away);
    halted = std::string{"Altered."};
    EXPECT_EQ(monitor.step(), Readiness::halted);
    halted = std::string{};
    EXPECT_EQ(monitor.step(), Readiness::ready);
    EXPECT_EQ(sentences.at(1), "Altered.");
    EXPECT_EQ(sentences.back(), "Nothing halts the bank any more. Ready.");
    EXPECT_EQ(refusals, 0);
}

TEST_F(ReadinessMonitorTest, ASchemaThatChangesUnderARunningBankDoesNotEndIt) {
    monitor.step();
    schema = postgres::SchemaState{false, 8, "newer."};
    EXPECT_EQ(monitor.step(), Readiness::schema_mismatch);
    EXPECT_EQ(refusals, 0);
    schema = postgres::SchemaState{true, 7, ""};
    EXPECT_EQ(monitor.step(), Readiness::ready);
    EXPECT_EQ(preparations, 1);
}

TEST_F(ReadinessMonitorTest, AFullDiskIsAStateThatIsSaidOnceAndOnceWhenItEnds) {
    monitor.step();
    space = Error{Code::storage_full, "SQLSTATE 53100: could not extend file"};
    EXPECT_EQ(monitor.step(), Readiness::storage_full);
    space = Error{Code::storage_full, "SQLSTATE 53100: could not extend another file"};
    EXPECT_EQ(monitor.step(), Readiness::storage_full);
    space = Done{};
    EXPECT_EQ(monitor.step(), Readiness::ready);
    EXPECT_EQ(monitor.step(), Readiness::ready);
    EXPECT_EQ(refusals, 0);
    EXPECT_THAT(sentences,
                ElementsAre("Ready.",
                            "The disk of the database is full: requests that must write fail with "
                            "storage_full, reads are answered. Free space on its file system.",
                            "The disk of the database has space again. Ready."));
    EXPECT_THAT(levels, ElementsAre(log::Level::info, log::Level::warning, log::Level::warning));
}

TEST_F(ReadinessMonitorTest, ADiskThatIsFullAtTheStartIsNoAbsenceOfTheDatabase) {
    prepared = Error{Code::storage_full, "SQLSTATE 53100"};
    EXPECT_EQ(monitor.step(), Readiness::storage_full);
    prepared = Done{};
    EXPECT_EQ(monitor.step(), Readiness::ready);
    EXPECT_EQ(preparations, 2);
}

TEST_F(ReadinessMonitorTest, ADatabaseThatGoesWhileItsDiskIsFullIsAwayAndThenReady) {
    monitor.step();
    space = Error{Code::storage_full};
    monitor.step();
    schema = Error{Code::storage_unavailable, "no socket"};
    EXPECT_EQ(monitor.step(), Readiness::database_away);
    schema = postgres::SchemaState{true, 7, ""};
    EXPECT_EQ(monitor.step(), Readiness::storage_full);
    space = Error{Code::storage_unavailable, "no socket"};
    EXPECT_EQ(monitor.step(), Readiness::database_away);
    space = Done{};
    EXPECT_EQ(monitor.step(), Readiness::ready);
    EXPECT_EQ(sentences.back(), "Ready.");
}

TEST_F(ReadinessMonitorTest, DrainingHidesEverythingElse) {
    monitor.step();
    monitor.drain();
    EXPECT_EQ(monitor.readiness(), Readiness::draining);
    schema = Code::storage_unavailable;
    monitor.step();
    EXPECT_EQ(monitor.readiness(), Readiness::draining);
}

}  // namespace
}  // namespace bank::daemon
