// Checkpoints requested before the regular one is due.
#include <future>

#include "core/audit/sealer.hpp"
#include "tests/unit/audit/sealer_fixture.hpp"

namespace bank::audit {
namespace {

// Of the record with that number, from 1.
Position position_of(World const& world, std::size_t number) {
    return world.records.at(number - 1).position;
}

TEST_F(SealerTest, SignsEarlyWhatIsRequestedOnceASecondHoweverManyAsk) {
    Daemon daemon(world, clock, {&key});
    daemon.settle();
    clock.advance(milliseconds{1000});
    for (int second = 0; second < 5; ++second) {
        auto const before = world.checkpoints.size();
        for (int i = 0; i < 100; ++i) {
            world.write(1);
            EXPECT_TRUE(daemon.sealer.request_checkpoint(position_of(world, world.records.size())));
            daemon.settle();
            clock.advance(milliseconds{10});
        }
        EXPECT_EQ(world.checkpoints.size(), before + 1) << second;
    }
    EXPECT_EQ(daemon.sealer.early_checkpoints(), 5U);
}

TEST_F(SealerTest, KeepsARequestUntilItsSecondIsOver) {
    Daemon daemon(world, clock, {&key});
    daemon.settle();
    world.write(1);
    EXPECT_TRUE(daemon.sealer.request_checkpoint(position_of(world, 1)));
    clock.advance(milliseconds{999});
    daemon.settle();
    EXPECT_THAT(world.checkpoints, IsEmpty());
    clock.advance(milliseconds{1});
    daemon.settle();
    ASSERT_THAT(world.checkpoints, SizeIs(1));
    EXPECT_EQ(world.checkpoints[0].size, 1U);
    EXPECT_THAT(daemon.published, SizeIs(1));

    // No more requests: the next checkpoint is a regular one.
    world.write(1);
    clock.advance(checkpoint_every - milliseconds{1});
    daemon.settle();
    EXPECT_THAT(world.checkpoints, SizeIs(1));
    clock.advance(milliseconds{1});
    daemon.settle();
    EXPECT_THAT(world.checkpoints, SizeIs(2));
    EXPECT_EQ(daemon.sealer.early_checkpoints(), 1U);
}

TEST_F(SealerTest, DoesNotSignBeforeWhatIsRequestedIsSealed) {
    world.per_transaction = 1;
    Daemon daemon(world, clock, {&key}, {}, 2);
    world.write(9);
    EXPECT_TRUE(daemon.sealer.request_checkpoint(position_of(world, 9)));
    EXPECT_EQ(daemon.sealer.step(), Step::more);
    clock.advance(milliseconds{2000});
    EXPECT_EQ(daemon.sealer.step(), Step::more);
    EXPECT_THAT(world.checkpoints, IsEmpty()) << "it would not help";
    daemon.settle();
    ASSERT_THAT(world.checkpoints, SizeIs(1));
    EXPECT_EQ(world.checkpoints[0].size, 9U);
}

TEST_F(SealerTest, SignsForTheFirstThatAsksAndKeepsTheOther) {
    world.per_transaction = 1;
    Daemon daemon(world, clock, {&key}, {}, 2);
    daemon.settle();
    clock.advance(milliseconds{1000});
    world.write(3);
    EXPECT_TRUE(daemon.sealer.request_checkpoint(position_of(world, 3)));
    EXPECT_TRUE(daemon.sealer.request_checkpoint(position_of(world, 1)));
    EXPECT_EQ(daemon.sealer.step(), Step::more);
    ASSERT_THAT(world.checkpoints, SizeIs(1));
    EXPECT_EQ(world.checkpoints[0].size, 2U);
    daemon.settle();
    EXPECT_THAT(world.checkpoints, SizeIs(1)) << "the second is not over";
    clock.advance(milliseconds{1000});
    daemon.settle();
    ASSERT_THAT(world.checkpoints, SizeIs(2));
    EXPECT_EQ(world.checkpoints[1].size, 3U);
}

TEST_F(SealerTest, ARequestOfWhatIsSignedMakesNoCheckpoint) {
    Daemon daemon(world, clock, {&key});
    world.write(1);
    sign_all();
    daemon.settle();
    EXPECT_TRUE(daemon.sealer.request_checkpoint(position_of(world, 1)));
    clock.advance(milliseconds{1000});
    daemon.settle();
    world.write(1);
    clock.advance(milliseconds{1000});
    daemon.settle();
    EXPECT_THAT(daemon.published, IsEmpty());
}

TEST_F(SealerTest, OneThatStandsByPassesRequestsOnOnceASecond) {
    Daemon sealing(world, clock, {&key});
    Daemon standing(world, clock, {&key});
    sealing.settle();
    clock.advance(milliseconds{1000});
    world.write(1);
    for (int i = 0; i < 50; ++i) {
        EXPECT_TRUE(standing.sealer.request_checkpoint(position_of(world, 1)));
        EXPECT_EQ(standing.settle(), Step::standing);
    }
    EXPECT_EQ(world.passed_requests, 1);
    sealing.settle();
    ASSERT_THAT(sealing.published, SizeIs(1));
    EXPECT_THAT(standing.published, IsEmpty());
    clock.advance(milliseconds{1000});
    EXPECT_EQ(standing.settle(), Step::standing);
    EXPECT_EQ(world.passed_requests, 2) << "those that came meanwhile";
    EXPECT_EQ(standing.settle(), Step::standing);
    EXPECT_EQ(world.passed_requests, 2);
}

TEST_F(SealerTest, SaysThatNoCheckpointIsToBeExpectedWhileItCannotSign) {
    Daemon daemon(world, clock, {&key});
    daemon.settle();
    world.write(1);
    auto const position = position_of(world, 1);
    EXPECT_TRUE(daemon.sealer.request_checkpoint(position));
    world.is_away = true;
    clock.advance(milliseconds{5000});
    daemon.settle();
    EXPECT_TRUE(daemon.sealer.request_checkpoint(position));
    clock.advance(milliseconds{1});
    daemon.settle();
    EXPECT_FALSE(daemon.sealer.request_checkpoint(position));
    world.is_away = false;
    daemon.settle();
    clock.advance(milliseconds{1000});
    daemon.settle();
    EXPECT_THAT(daemon.published, SizeIs(1)) << "it was kept all the same";
    EXPECT_TRUE(daemon.sealer.request_checkpoint(position));
    // The database is available, but an open transaction blocks the records.
    world.write(1);
    world.rounds_held_up = 100;
    world.age = milliseconds{5001};
    clock.advance(milliseconds{1000});
    daemon.settle();
    EXPECT_FALSE(daemon.sealer.request_checkpoint(position));
}

TEST_F(SealerTest, ARequestWakesTheThreadAndStopEndsItsWait) {
    // A pause longer than the test: only a request or stop() can end it.
    Daemon daemon(world, clock, {&key}, {}, 4096, std::chrono::hours{10});
    world.write(1);
    daemon.settle();
    clock.advance(milliseconds{1000});
    std::promise<void> is_published;
    daemon.on_published = [&] { is_published.set_value(); };
    auto const covering = position_of(world, 1);
    daemon.sealer.start();
    EXPECT_TRUE(daemon.sealer.request_checkpoint(covering));
    is_published.get_future().wait();
    daemon.sealer.stop();
    ASSERT_THAT(world.checkpoints, SizeIs(1));
    EXPECT_EQ(daemon.sealer.early_checkpoints(), 1U);
}

TEST_F(SealerTest, ARequestDuringARoundIsNotLost) {
    Daemon daemon(world, clock, {&key}, {}, 4096, std::chrono::hours{10});
    world.write(1);
    daemon.settle();
    clock.advance(milliseconds{1000});
    std::promise<void> is_over;
    daemon.on_published = [&] {
        if (daemon.published.size() == 2) return is_over.set_value();
        // The round has already read the requests; this one comes too late for it.
        world.write(1);
        EXPECT_TRUE(daemon.sealer.request_checkpoint(position_of(world, 2)));
        clock.advance(milliseconds{1000});
    };
    EXPECT_TRUE(daemon.sealer.request_checkpoint(position_of(world, 1)));
    daemon.sealer.start();
    is_over.get_future().wait();
    daemon.sealer.stop();
    EXPECT_THAT(world.checkpoints, SizeIs(2));
}

}  // namespace
}  // namespace bank::audit
