#include "core/jobs/worker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <vector>

#include "core/base/log.hpp"

namespace bank::jobs {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Ran = jobs::Run;  // GoogleTest's Test has a member Run of its own.
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Timestamp now{1'000'000'000'000'000};

class FakeStore final : public JobStore {
public:
    Result<State> state(std::string_view job) override {
        calls.push_back("state " + std::string(job));
        return found;
    }
    Status keep(std::string_view job, std::optional<Timestamp> due) override {
        calls.push_back("keep " + std::string(job) + " " + (due ? to_string(*due) : "by rows"));
        return kept;
    }
    Result<Run> run(Job const& job, Terms const& terms) override {
        calls.push_back("run " + std::string(job.name) + " " +
                        std::to_string(terms.ended_sessions_days));
        return ran;
    }
    Status fail(std::string_view job, State const& state, Code code) override {
        calls.push_back("fail " + std::string(job) + " " + std::to_string(state.attempts) + " " +
                        std::string(word(code)));
        return failed;
    }

    Result<State> found = State{};
    Status kept = Done{};
    Result<Run> ran = Run{};
    Status failed = Done{};
    std::vector<std::string> calls;
};

State due_in(microseconds wait, std::int64_t attempts = 0) {
    State state;
    state.is_kept = true;
    state.now = now;
    state.due = now + wait;
    state.wait = wait;
    state.attempts = attempts;
    return state;
}

class WorkerTest : public testing::Test {
protected:
    WorkerTest() {
        log::set_sink([this](log::Level, std::string_view, std::string_view message) {
            said.emplace_back(message);
        });
    }
    ~WorkerTest() override { log::set_sink({}); }

    FakeStore store;
    std::int64_t days = 30;
    Job const by_rows{"work", Timing::by_rows};
    Job const daily{"work", Timing::periodic, Missed::coalesced, seconds{86'400}, seconds{0}};
    Worker worker{store, by_rows, [this] { return Terms{days}; }};
    Worker nightly{store, daily, [this] { return Terms{days}; }};
    std::vector<std::string> said;
};

struct Wait {
    char const* name;
    microseconds until;
    milliseconds by_rows;
    milliseconds periodic;
};

class WaitFor : public WorkerTest, public testing::WithParamInterface<Wait> {};

INSTANTIATE_TEST_SUITE_P(
    Worker, WaitFor,
    testing::Values(Wait{"a_moment", microseconds{1}, milliseconds{10}, milliseconds{10}},
                    Wait{"soon", microseconds{20'001}, milliseconds{21}, milliseconds{21}},
                    Wait{"seconds", seconds{3}, milliseconds{500}, milliseconds{3000}},
                    Wait{"a_day", seconds{86'400}, milliseconds{500}, milliseconds{10'000}}),
    [](auto const& row) { return row.param.name; });

TEST_P(WaitFor, IsUntilItIsDueAndNotSoLongThatWhatComesMeanwhileIsLate) {
    auto const& row = GetParam();
    store.found = due_in(row.until);
    EXPECT_EQ(worker.step(), row.by_rows);
    EXPECT_EQ(nightly.step(), row.periodic);
    EXPECT_THAT(store.calls, ElementsAre("state work", "state work")) << "nothing was run";
}

TEST_F(WorkerTest, LooksAgainInHalfASecondIfNothingIsThereToBeDone) {
    State idle;
    idle.is_kept = true;
    store.found = idle;
    EXPECT_EQ(worker.step(), milliseconds{500});
    ASSERT_TRUE(worker.seen());
    EXPECT_FALSE(worker.seen()->due);
}

TEST_F(WorkerTest, RunsWhatIsDueByTheSettingsInForceAndGoesOnAtOnce) {
    store.ran = Ran{Ran::Extent::portion, 500};
    for (auto const wait : {seconds{0}, seconds{-3600}}) {
        store.calls.clear();
        store.found = due_in(wait);
        EXPECT_EQ(worker.step(), Worker::wait_min);
        EXPECT_THAT(store.calls, ElementsAre("state work", "run work 30"));
    }
    days = 7;
    store.ran = Ran{Ran::Extent::complete, 0};
    store.calls.clear();
    EXPECT_EQ(worker.step(), Worker::wait_min);
    EXPECT_THAT(store.calls, ElementsAre("state work", "run work 7"));
    EXPECT_THAT(said, ElementsAre("Job work: 500 rows.", "Job work: 500 rows."));
}

TEST_F(WorkerTest, WaitsWhileAnotherRunsIt) {
    store.found = due_in(seconds{0});
    store.ran = Ran{};
    EXPECT_EQ(worker.step(), milliseconds{500});
    EXPECT_THAT(said, IsEmpty());
}

TEST_F(WorkerTest, MakesAJobThatIsNew) {
    State fresh;
    fresh.now = now;  // 2001-09-09T01:46:40Z
    store.found = fresh;
    EXPECT_EQ(worker.step(), Worker::wait_min);
    EXPECT_EQ(nightly.step(), Worker::wait_min);
    Worker close(store, {"close", Timing::by_calendar}, [] { return Terms{}; });
    EXPECT_EQ(close.step(), Worker::wait_min);
    EXPECT_THAT(store.calls, ElementsAre("state work", "keep work by rows", "state work",
                                         "keep work 2001-09-10T00:00:00.000000Z", "state close",
                                         "keep close 2001-09-09T01:46:40.000000Z"));
    EXPECT_FALSE(worker.seen()) << "of a job that is not there nothing is known";
    store.kept = Code::storage_unavailable;
    EXPECT_EQ(worker.step(), milliseconds{500});
}

TEST_F(WorkerTest, RecordsAFailureWithItsCodeAndSaysSoOnce) {
    store.ran = Error{Code::decision_refused, "SQL and the engine disagree."};
    store.found = due_in(seconds{0}, 4);
    EXPECT_EQ(worker.step(), milliseconds{500});
    EXPECT_EQ(worker.step(), milliseconds{500});
    EXPECT_THAT(store.calls,
                ElementsAre("state work", "run work 30", "fail work 4 decision_refused",
                            "state work", "run work 30", "fail work 4 decision_refused"));
    EXPECT_EQ(worker.seen()->attempts, 4);
    store.ran = Ran{Ran::Extent::complete, 0};
    EXPECT_EQ(worker.step(), Worker::wait_min);
    EXPECT_EQ(worker.step(), Worker::wait_min);
    EXPECT_THAT(said, ElementsAre("Job work failed and is tried again: decision_refused SQL and "
                                  "the engine disagree.",
                                  "Job work resumed."));
}

TEST_F(WorkerTest, AsksAgainInHalfASecondWhileTheDatabaseIsAway) {
    store.found = Code::storage_unavailable;
    EXPECT_EQ(nightly.step(), milliseconds{500});
    EXPECT_THAT(store.calls, ElementsAre("state work"));
    EXPECT_FALSE(nightly.seen());
    EXPECT_THAT(said, IsEmpty()) << "the monitor of readiness says it for all";
}

TEST_F(WorkerTest, SaysOnceThatAJobCannotBeLookedAtAndCountsIt) {
    store.found = Error{Code::internal_error, "No such function."};
    for (int i = 0; i < 3; ++i) EXPECT_EQ(nightly.step(), milliseconds{500});
    ASSERT_TRUE(nightly.seen());
    EXPECT_EQ(nightly.seen()->attempts, 3);
    EXPECT_FALSE(nightly.seen()->due);
    store.found = State{};
    store.kept = Error{Code::decision_refused, "Not in the list."};
    EXPECT_EQ(nightly.step(), milliseconds{500});
    EXPECT_EQ(nightly.seen()->attempts, 4);
    EXPECT_THAT(said,
                ElementsAre("Job work failed and is tried again: internal_error No such function."))
        << "it still cannot be run";
    store.found = due_in(seconds{3});
    for (int i = 0; i < 2; ++i) EXPECT_EQ(nightly.step(), milliseconds{3000});
    EXPECT_EQ(nightly.seen()->attempts, 0);
    ASSERT_EQ(said.size(), 2U);
    EXPECT_EQ(said[1], "Job work resumed.");
}

TEST_F(WorkerTest, SaysOnceThatAJobWasPostponed) {
    store.found = due_in(seconds{2 * 86'400});
    nightly.step();
    EXPECT_THAT(said, IsEmpty());
    store.found = due_in(seconds{2 * 86'400 + 1});
    nightly.step();
    nightly.step();
    ASSERT_EQ(said.size(), 1U);
    EXPECT_THAT(said[0], testing::HasSubstr("somebody with access to the database postponed it"));
    store.found = due_in(seconds{86'400});
    nightly.step();
    EXPECT_EQ(said.size(), 2U);
    // Rows may be due at any time.
    store.found = due_in(seconds{365 * 86'400});
    worker.step();
    EXPECT_EQ(said.size(), 2U);
}

TEST_F(WorkerTest, DoesNotTouchADatabaseThatIsNotAdmitted) {
    bool is_admitted = false;
    Worker gated(
        store, by_rows, [] { return Terms{}; }, [&] { return is_admitted; });
    store.found = due_in(seconds{0});
    EXPECT_EQ(gated.step(), milliseconds{500});
    EXPECT_THAT(store.calls, IsEmpty());
    is_admitted = true;
    gated.step();
    EXPECT_EQ(store.calls.front(), "state work");
}

}  // namespace
}  // namespace bank::jobs
