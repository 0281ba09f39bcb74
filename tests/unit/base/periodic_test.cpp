#include "core/base/periodic.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/base/log.hpp"

namespace bank {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using Steady = std::chrono::steady_clock;

// Records events of the worker's thread, and waits for them.
class Diary {
public:
    // The number of lines, including this one.
    int write(std::string what) {
        std::lock_guard const lock(mutex_);
        lines_.push_back(std::move(what));
        written_.notify_all();
        return static_cast<int>(lines_.size());
    }
    // False if it takes longer than a test should.
    bool wait_for(std::size_t count) {
        std::unique_lock lock(mutex_);
        return written_.wait_for(lock, std::chrono::seconds{60},
                                 [&] { return lines_.size() >= count; });
    }
    std::vector<std::string> lines() {
        std::lock_guard const lock(mutex_);
        return lines_;
    }

private:
    std::mutex mutex_;
    std::condition_variable written_;
    std::vector<std::string> lines_;
};

using Lines = std::vector<std::string>;

class PeriodicTest : public testing::Test {
protected:
    Periodic::Work work(std::function<Periodic::Pause(int)> pause) {
        return {.name = "Work",
                .round = [this, pause] { return pause(diary.write("round")); },
                .farewell = [this] { diary.write("farewell"); }};
    }

    Diary diary;
};

TEST_F(PeriodicTest, DoesNothingBeforeItIsStartedAndNoFarewellIfItNeverIs) {
    {
        Periodic worker(work([](int) { return hours{1}; }));
        worker.wake();
        worker.stop();
    }
    EXPECT_EQ(diary.lines(), Lines{});
}

TEST_F(PeriodicTest, GoesOnAfterThePauseThatARoundAsksFor) {
    auto const start = Steady::now();
    Periodic worker(work([](int round) -> Periodic::Pause {
        if (round == 3) return std::nullopt;
        return milliseconds{round == 1 ? 0 : 40};
    }));
    worker.start();
    ASSERT_TRUE(diary.wait_for(3));
    EXPECT_GE(Steady::now() - start, milliseconds{40});
}

TEST_F(PeriodicTest, AWakeEndsThePauseHoweverLong) {
    for (auto const pause : {Periodic::Pause{}, Periodic::Pause{hours{1}}}) {
        auto const before = diary.lines().size();
        Periodic worker(work([pause](int) { return pause; }));
        worker.start();
        ASSERT_TRUE(diary.wait_for(before + 1));
        worker.wake();
        ASSERT_TRUE(diary.wait_for(before + 2));
        worker.stop();
        EXPECT_EQ(diary.lines().size(), before + 3) << "two rounds and the farewell";
    }
}

TEST_F(PeriodicTest, AWakeDuringARoundIsNotLostAndSeveralAreOne) {
    Periodic* woken = nullptr;
    Periodic worker(work([&](int round) -> Periodic::Pause {
        if (round == 1) {
            woken->wake();
            woken->wake();
        }
        return std::nullopt;
    }));
    woken = &worker;
    worker.start();
    ASSERT_TRUE(diary.wait_for(2));
    worker.stop();
    EXPECT_EQ(diary.lines(), (Lines{"round", "round", "farewell"}));
}

TEST_F(PeriodicTest, AWakeBeforeTheStartMakesTheFirstRoundComeAtOnce) {
    auto late = work([](int) { return hours{1}; });
    late.before_first = hours{1};
    Periodic worker(std::move(late));
    worker.wake();
    worker.start();
    EXPECT_TRUE(diary.wait_for(1));
}

TEST_F(PeriodicTest, StopDoesNotWaitForThePauseAndTheFarewellIsTheLast) {
    auto late = work([](int) { return hours{1}; });
    late.before_first = hours{1};
    Periodic worker(std::move(late));
    worker.start();
    worker.stop();
    worker.stop();
    EXPECT_EQ(diary.lines(), Lines{"farewell"}) << "it was stopped before its first round";
}

TEST_F(PeriodicTest, StopWaitsForTheRoundUnderWay) {
    Diary doors;
    Periodic worker(work([&](int) {
        doors.write("inside");
        // Nothing shows that stop() has started to wait; the final order does.
        doors.wait_for(2);
        diary.write("end of the round");
        return hours{1};
    }));
    worker.start();
    ASSERT_TRUE(doors.wait_for(1));
    std::jthread const opener([&] { doors.write("open"); });
    worker.stop();
    EXPECT_EQ(diary.lines(), (Lines{"round", "end of the round", "farewell"}));
}

TEST_F(PeriodicTest, ItsDestructorStopsIt) {
    {
        Periodic worker(work([](int) { return hours{1}; }));
        worker.start();
        ASSERT_TRUE(diary.wait_for(1));
    }
    EXPECT_EQ(diary.lines(), (Lines{"round", "farewell"}));
}

TEST_F(PeriodicTest, IsStalledWhileARoundTakesItsTimeAndNotDuringAPause) {
    Diary doors;
    Periodic worker(work([&](int) {
        doors.write("inside");
        doors.wait_for(2);
        return hours{1};
    }));
    EXPECT_EQ(worker.stalled_for(), milliseconds{0}) << "it was not started";
    worker.start();
    ASSERT_TRUE(doors.wait_for(1));
    auto const end = Steady::now() + std::chrono::seconds{60};
    while (worker.stalled_for() < milliseconds{5} && Steady::now() < end) std::this_thread::yield();
    EXPECT_GE(worker.stalled_for(), milliseconds{5});
    doors.write("open");
    while (worker.stalled_for() > milliseconds{0} && Steady::now() < end) std::this_thread::yield();
    EXPECT_EQ(worker.stalled_for(), milliseconds{0});
    worker.stop();
    EXPECT_EQ(worker.stalled_for(), milliseconds{0});
}

class PeriodicFailure : public PeriodicTest {
protected:
    PeriodicFailure() {
        log::set_sink([this](log::Level, std::string_view, std::string_view message) {
            said.write(std::string(message));
        });
    }
    ~PeriodicFailure() override { log::set_sink({}); }

    Diary said;
};

TEST_F(PeriodicFailure, IsLoggedOnceAndTheNextRoundsCome) {
    Periodic worker(work([](int round) -> Periodic::Pause {
        if (round <= 2) throw std::runtime_error("The disk is on fire.");
        return std::nullopt;
    }));
    worker.start();
    ASSERT_TRUE(diary.wait_for(1));
    worker.wake();  // The pause after a failure can be cut short like any other.
    ASSERT_TRUE(diary.wait_for(2));
    worker.wake();
    ASSERT_TRUE(diary.wait_for(3));
    worker.stop();
    EXPECT_EQ(said.lines(),
              (Lines{"Work failed and is tried again: The disk is on fire.", "Work resumed."}));
}

TEST_F(PeriodicFailure, OfTheFarewellIsLoggedAndEndsNothingElse) {
    Periodic worker({.name = "Work",
                     .round = [] { return Periodic::Pause{}; },
                     .farewell = [] { throw std::runtime_error("Too late."); }});
    worker.start();
    worker.stop();
    EXPECT_EQ(said.lines(), Lines{"Work failed at its end: Too late."});
}

TEST_F(PeriodicFailure, MayBeAnythingThatIsThrown) {
    Periodic worker({.name = "Work",
                     .round = [this]() -> Periodic::Pause {
                         if (diary.write("round") == 1) throw 1;
                         return std::nullopt;
                     },
                     .farewell = [] { throw 2; }});
    worker.start();
    ASSERT_TRUE(diary.wait_for(1));
    worker.wake();
    ASSERT_TRUE(diary.wait_for(2));
    worker.stop();
    auto const lines = said.lines();
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_TRUE(lines[0].starts_with("Work failed and is tried again: ")) << lines[0];
    EXPECT_EQ(lines[1], "Work resumed.");
    EXPECT_TRUE(lines[2].starts_with("Work failed at its end: ")) << lines[2];
}

}  // namespace
}  // namespace bank
