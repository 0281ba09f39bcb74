#include "core/audit/sealer.hpp"

#include "core/base/log.hpp"
#include "tests/unit/audit/sealer_fixture.hpp"

namespace bank::audit {
namespace {

TEST_F(SealerTest, NumbersEachRecordOnceAndWithoutGaps) {
    Daemon daemon(world, clock, {&key}, {}, 100);
    std::uint64_t next = 0;
    for (int const more : {1, 254, 1, 1, 0, 700}) {
        world.write(more);
        EXPECT_EQ(daemon.settle(), Step::idle);
        EXPECT_EQ(world.size(), world.records.size());
    }
    for (auto const& seal : world.seals) {
        EXPECT_EQ(seal.first, next);
        EXPECT_GE(seal.count, 1U);
        EXPECT_LE(seal.count, 100U);
        next += seal.count;
        EXPECT_EQ(seal.last.id, static_cast<std::int64_t>(next));
    }
    EXPECT_THAT(world.tiles, SizeIs(3));
    EXPECT_EQ(*TileTree(daemon.store, next).head(), world.head_of(next));
}

TEST_F(SealerTest, SaysThatThereMayBeMoreOnlyAfterAFullSeal) {
    Daemon daemon(world, clock, {&key}, {}, 5);
    world.write(9);
    EXPECT_EQ(daemon.sealer.step(), Step::more);
    EXPECT_EQ(world.size(), 3U) << "the second transaction may have more";
    EXPECT_EQ(daemon.sealer.step(), Step::more);
    EXPECT_EQ(daemon.sealer.step(), Step::idle);
    EXPECT_EQ(world.size(), 9U);
}

TEST_F(SealerTest, SealsATransactionAsAWhole) {
    Daemon daemon(world, clock, {&key}, {}, 2);
    world.write(7);
    EXPECT_EQ(daemon.settle(), Step::idle);
    ASSERT_THAT(world.seals, SizeIs(3));
    EXPECT_EQ(world.seals[0].count, 3U);
    EXPECT_EQ(world.seals[1].count, 3U);
    EXPECT_EQ(world.seals[2].count, 1U);
    EXPECT_THAT(world.macs, IsEmpty());
}

TEST_F(SealerTest, StopsBeforeRecordsWithoutAMac) {
    Daemon daemon(world, clock, {&key});
    world.write(9);
    world.macs.erase(101);
    EXPECT_EQ(daemon.settle(), Step::halted);
    EXPECT_EQ(world.size(), 3U);
    EXPECT_TRUE(daemon.sealer.has_alarm());
    EXPECT_EQ(daemon.settle(), Step::halted);
    ASSERT_THAT(daemon.alarms, SizeIs(1)) << "once";
    EXPECT_EQ(daemon.alarms[0].xid, 101U);
    EXPECT_EQ(daemon.alarms[0].records.size(), 3U);
    EXPECT_THAT(daemon.alarms[0].sentence, HasSubstr("transaction 101"));
    EXPECT_THAT(daemon.alarms[0].sentence, HasSubstr("Record 4: start ok."));

    // What was sealed before is signed, the rest is not.
    clock.advance(checkpoint_every);
    EXPECT_EQ(daemon.settle(), Step::halted);
    ASSERT_THAT(world.checkpoints, SizeIs(1));
    EXPECT_EQ(world.checkpoints[0].size, 3U);

    world.sign(101);
    EXPECT_EQ(daemon.settle(), Step::idle);
    EXPECT_FALSE(daemon.sealer.has_alarm());
    EXPECT_EQ(world.size(), 9U);
}

TEST_F(SealerTest, StopsBeforeRecordsThatWereAddedChangedOrRemoved) {
    std::pair<char const*, std::function<void()>> const attacks[] = {
        {"changed", [&] { world.records[4].leaf[0] ^= 1; }},
        {"added",
         [&] {
             world.records.insert(world.records.begin() + 6, {{101, 100}, leaf_of(100)});
         }},
        {"removed", [&] { world.records.erase(world.records.begin() + 5); }},
        {"all removed",
         [&] { world.records.erase(world.records.begin() + 3, world.records.begin() + 6); }},
        {"a MAC of another transaction", [&] { world.macs[101] = world.macs[100]; }},
        {"another key",
         [&] { world.sign(101, RecordKeys::read(crypto::make_record_key().reveal()).value()); }},
    };
    for (auto const& [what, attack] : attacks) {
        world = World{};
        world.write(9);
        attack();
        Daemon daemon(world, clock, {&key});
        EXPECT_EQ(daemon.settle(), Step::halted) << what;
        EXPECT_EQ(world.size(), 3U) << what;
        ASSERT_THAT(daemon.alarms, SizeIs(1)) << what;
        EXPECT_EQ(daemon.alarms[0].xid, 101U) << what;
        EXPECT_EQ(daemon.alarms[0].records.empty(), std::string_view{what} == "all removed");
    }
}

TEST_F(SealerTest, ReportsAnAlarmUntilThatSucceedsEvenIfItsCauseIsGoneByThen) {
    Daemon daemon(world, clock, {&key});
    world.write(6);
    world.macs.erase(101);
    daemon.reported = Error{Code::storage_unavailable};
    EXPECT_EQ(daemon.settle(), Step::away);
    EXPECT_TRUE(daemon.sealer.has_alarm());
    world.sign(101);
    EXPECT_EQ(daemon.settle(), Step::away);
    EXPECT_TRUE(daemon.sealer.has_alarm());
    EXPECT_EQ(world.size(), 0U);
    daemon.reported = Done{};
    EXPECT_EQ(daemon.settle(), Step::idle);
    EXPECT_THAT(daemon.alarms, SizeIs(1));
    EXPECT_EQ(world.size(), 6U);
}

TEST_F(SealerTest, ReportsOtherRecordsOfATransactionAsAnotherAlarm) {
    Daemon daemon(world, clock, {&key});
    world.write(6);
    world.macs.erase(101);
    EXPECT_EQ(daemon.settle(), Step::halted);
    world.records[4].leaf[0] ^= 1;
    EXPECT_EQ(daemon.settle(), Step::halted);
    ASSERT_THAT(daemon.alarms, SizeIs(2));
    EXPECT_NE(daemon.alarms[0].digest, daemon.alarms[1].digest);
    EXPECT_EQ(daemon.settle(), Step::halted);
    EXPECT_THAT(daemon.alarms, SizeIs(2));
}

TEST_F(SealerTest, AfterADecisionItReportsWhatIsStillForeignAndSealsWhatWasAccepted) {
    Daemon daemon(world, clock, {&key});
    world.write(6);
    world.macs.erase(101);
    EXPECT_EQ(daemon.settle(), Step::halted);
    daemon.sealer.look_again();
    EXPECT_EQ(daemon.settle(), Step::halted);
    EXPECT_THAT(daemon.alarms, SizeIs(2));
    world.sign(101);
    daemon.sealer.look_again();
    EXPECT_EQ(daemon.settle(), Step::idle);
    EXPECT_THAT(daemon.alarms, SizeIs(2)) << "accepted records are no alarm";
    EXPECT_FALSE(daemon.sealer.has_alarm());
    EXPECT_EQ(world.size(), 6U);
}

TEST_F(SealerTest, StandingByItFindsForeignRecordsToo) {
    Daemon first(world, clock, {&key});
    Daemon second(world, clock, {&key});
    world.write(6);
    EXPECT_EQ(first.settle(), Step::idle);
    EXPECT_EQ(second.settle(), Step::standing);
    EXPECT_FALSE(second.sealer.has_alarm());
    world.write(3);
    auto const mac = world.macs[102];
    world.macs.clear();
    // The first one has sealed them meanwhile.
    world.meanwhile = [&] { world.seals.push_back({6, 3, world.records.back().position}); };
    EXPECT_EQ(second.settle(), Step::standing);
    EXPECT_FALSE(second.sealer.has_alarm());
    world.seals.pop_back();
    EXPECT_EQ(second.settle(), Step::standing);
    EXPECT_TRUE(second.sealer.has_alarm());
    EXPECT_THAT(second.alarms, SizeIs(1));
    world.macs[102] = mac;
    EXPECT_EQ(second.settle(), Step::standing);
    EXPECT_FALSE(second.sealer.has_alarm());
}

TEST_F(SealerTest, WaitsUntilMacsHaveBegun) {
    Daemon daemon(world, clock, {&key});
    world.have_macs_begun = false;
    world.write(3);
    world.macs.clear();
    EXPECT_EQ(daemon.settle(), Step::standing);
    EXPECT_EQ(world.holder, nullptr);
    world.sign(100);
    world.have_macs_begun = true;
    EXPECT_EQ(daemon.settle(), Step::idle);
    EXPECT_EQ(world.size(), 3U);
}

TEST_F(SealerTest, SignsWhenItIsTimeAndOnlyIfAnythingChanged) {
    Daemon daemon(world, clock, {&key});
    clock.advance(checkpoint_every * 2);
    EXPECT_EQ(daemon.settle(), Step::idle);
    clock.advance(checkpoint_every);
    EXPECT_EQ(daemon.settle(), Step::idle);
    EXPECT_THAT(daemon.published, IsEmpty()) << "the log is empty";
    world.write(5);
    daemon.settle();
    ASSERT_THAT(daemon.published, SizeIs(1));
    EXPECT_EQ(checkpoint_in(daemon.published[0], key.public_key()),
              (Checkpoint{origin, world.head_of(5), {}}));
    ASSERT_THAT(world.checkpoints, SizeIs(1));
    EXPECT_EQ(world.checkpoints[0].note, daemon.published[0]);
    EXPECT_EQ(world.checkpoints[0].size, 5U);

    world.write(1);
    clock.advance(checkpoint_every - milliseconds{1});
    daemon.settle();
    EXPECT_THAT(daemon.published, SizeIs(1)) << "too early";
    clock.advance(milliseconds{1});
    daemon.settle();
    EXPECT_THAT(daemon.published, SizeIs(2));
    clock.advance(checkpoint_every);
    daemon.settle();
    EXPECT_THAT(daemon.published, SizeIs(2)) << "nothing changed";
}

TEST_F(SealerTest, SignsWithBothKeysWhileTheyChange) {
    Key const next;
    {
        Daemon daemon(world, clock, {&key, &next});
        world.write(3);
        daemon.settle();
        clock.advance(checkpoint_every);
        daemon.settle();
        ASSERT_THAT(daemon.published, SizeIs(1));
        EXPECT_EQ(checkpoint_in(daemon.published[0], key.public_key()).head, world.head_of(3));
        EXPECT_EQ(checkpoint_in(daemon.published[0], next.public_key()).head, world.head_of(3));
        daemon.store.release();
    }
    Daemon after(world, clock, {&next}, {world.checkpoints[0].note});
    EXPECT_TRUE(after.sealer.check());
    EXPECT_EQ(after.settle(), Step::idle);
}

TEST_F(SealerTest, ReadsItsEdgeAgainAfterAnError) {
    Daemon daemon(world, clock, {&key});
    world.write(300);
    daemon.settle();
    EXPECT_TRUE(daemon.sealer.is_sealing());
    world.write(300);
    world.is_away = true;
    EXPECT_EQ(daemon.sealer.step(), Step::away);
    EXPECT_FALSE(daemon.sealer.is_sealing());
    EXPECT_EQ(world.holder, nullptr);
    world.is_away = false;
    EXPECT_EQ(daemon.settle(), Step::idle);
    EXPECT_EQ(world.size(), 600U);

    world.write(300);
    world.forgets_answer = true;
    EXPECT_EQ(daemon.sealer.step(), Step::away);
    EXPECT_EQ(world.size(), 900U);
    EXPECT_EQ(daemon.settle(), Step::idle);
    EXPECT_EQ(world.size(), 900U) << "sealed twice";
    world.write(1);
    daemon.settle();
    clock.advance(checkpoint_every);
    daemon.settle();
    ASSERT_THAT(daemon.published, SizeIs(1));
    EXPECT_EQ(checkpoint_in(daemon.published[0], key.public_key()).head, world.head_of(901));
}

TEST_F(SealerTest, StandsByUntilThePlaceIsFree) {
    Daemon first(world, clock, {&key});
    Daemon second(world, clock, {&key});
    world.write(10);
    EXPECT_EQ(first.settle(), Step::idle);
    EXPECT_EQ(second.settle(), Step::standing);
    EXPECT_FALSE(second.sealer.is_sealing());
    world.write(10);
    EXPECT_EQ(second.settle(), Step::standing);
    EXPECT_EQ(world.size(), 10U);

    world.holder = nullptr;  // Its connection was closed.
    EXPECT_EQ(second.settle(), Step::idle);
    EXPECT_TRUE(second.sealer.is_sealing());
    EXPECT_EQ(world.size(), 20U);
    world.write(10);
    EXPECT_EQ(first.settle(), Step::away);
    EXPECT_EQ(first.settle(), Step::standing);
    EXPECT_EQ(second.settle(), Step::idle);
    EXPECT_EQ(world.size(), 30U);
}

TEST_F(SealerTest, FindsALogThatItSignedGood) {
    world.write(700);
    sign_all();
    world.write(50);
    Daemon daemon(world, clock, {&key}, {world.checkpoints[0].note});
    EXPECT_TRUE(daemon.sealer.check());
    EXPECT_EQ(daemon.settle(), Step::idle);
    EXPECT_THAT(daemon.refused, IsEmpty());
}

TEST_F(SealerTest, PassesOverEvidenceWhoseRecordsAreMissingByConsentAndNoOther) {
    world.write(10);
    sign_all();
    auto const ten = world.checkpoints.back().note;
    world.write(10);
    sign_all();
    auto const twenty = world.checkpoints.back().note;
    // Restored from a backup of ten records.
    world.checkpoints.pop_back();
    world.seals.pop_back();
    ASSERT_EQ(world.size(), 10U);
    world.lost = {{1, twenty, {1}}};
    EXPECT_TRUE(Daemon(world, clock, {&key}, {twenty, ten}).sealer.check());
    world.lost = {{1, ten, {1}}};
    Daemon daemon(world, clock, {&key}, {twenty});
    EXPECT_THAT(why_not(daemon), HasSubstr("has 10 sealed records, but 20 were signed"));
    // Nor by the consent of a row that the core did not write.
    world.lost = {{1, ten, {1}}, {2, twenty, {}}};
    Daemon again(world, clock, {&key}, {twenty});
    EXPECT_THAT(why_not(again), HasSubstr("Row 2 of bank.restores has a lost_checkpoint"));
}

TEST_F(SealerTest, FindsALogGoodThatAnotherSignsMeanwhile) {
    world.write(10);
    sign_all();
    Daemon other(world, clock, {&key});
    ASSERT_EQ(other.settle(), Step::idle);
    world.meanwhile = [&] {
        world.write(10);
        clock.advance(checkpoint_every);
        other.settle();
        EXPECT_EQ(world.checkpoints.back().size, 20U);
    };
    Daemon daemon(world, clock, {&key});
    EXPECT_TRUE(daemon.sealer.check());
}

TEST_F(SealerTest, RefusesALogThatWasRolledBack) {
    world.write(10);
    sign_all();
    world.seals.back().count = 9;
    Daemon daemon(world, clock, {&key});
    EXPECT_THAT(why_not(daemon), HasSubstr("has 9 sealed records, but 10 were signed"));
}

TEST_F(SealerTest, RefusesALogThatWasRolledBackWithItsCheckpoints) {
    world.write(10);
    sign_all();
    auto const evidence = world.checkpoints.back().note;
    world.seals.clear();
    world.checkpoints.clear();
    Daemon daemon(world, clock, {&key}, {evidence});
    EXPECT_THAT(why_not(daemon), HasSubstr("has 0 sealed records, but 10 were signed"));
}

TEST_F(SealerTest, RefusesALogWithAnotherRoot) {
    world.write(10);
    sign_all();
    world.records[4].leaf[0] ^= 1;
    Daemon daemon(world, clock, {&key});
    EXPECT_THAT(why_not(daemon), HasSubstr("The first 10 records of the audit log differ"));
}

TEST_F(SealerTest, RefusesALogOfAnotherOrigin) {
    world.write(10);
    sign_all();
    // The right key under the right name, but it signed another log.
    auto const text = to_text({"other.example/audit", world.head_of(10), {}});
    world.checkpoints.back().note = key.signer().sign(text);
    Daemon daemon(world, clock, {&key});
    EXPECT_THAT(why_not(daemon), HasSubstr("does not belong to the log bank.example/audit"));
}

TEST_F(SealerTest, RefusesALogThatAnUnknownKeySigned) {
    world.write(10);
    sign_all();
    Key const other;
    Daemon daemon(world, clock, {&other});
    EXPECT_THAT(why_not(daemon), HasSubstr("not signed by this bank's key"));
}

TEST_F(SealerTest, RefusesATransactionClockThatIsBehind) {
    world.write(10);
    sign_all();
    world.is_clock_behind = true;
    Daemon daemon(world, clock, {&key});
    EXPECT_THAT(why_not(daemon), HasSubstr("Transaction numbers of the database are below"));
}

TEST_F(SealerTest, ChecksOnceTheDatabaseIsThere) {
    world.write(10);
    sign_all();
    world.seals.back().count = 9;
    world.is_away = true;
    Daemon daemon(world, clock, {&key});
    EXPECT_EQ(word(daemon.sealer.check().code()), "storage_unavailable");
    EXPECT_EQ(daemon.sealer.step(), Step::away);
    EXPECT_THAT(daemon.refused, IsEmpty());
    world.is_away = false;
    EXPECT_EQ(daemon.sealer.step(), Step::refused);
    EXPECT_THAT(daemon.refused, SizeIs(1));
}

TEST_F(SealerTest, StopSealsAndSignsWhatIsThere) {
    Daemon daemon(world, clock, {&key}, {}, 100);
    world.write(250);
    // It holds the sealer's lock before the thread starts.
    ASSERT_EQ(daemon.sealer.step(), Step::more);
    daemon.sealer.start();
    daemon.sealer.stop();
    EXPECT_EQ(world.size(), 250U);
    ASSERT_THAT(daemon.published, SizeIs(1));
    EXPECT_EQ(checkpoint_in(daemon.published[0], key.public_key()).head, world.head_of(250));
    EXPECT_EQ(world.holder, nullptr);
    EXPECT_FALSE(daemon.sealer.is_sealing());
    daemon.sealer.stop();
    EXPECT_THAT(daemon.published, SizeIs(1));
}

TEST_F(SealerTest, StopOfOneThatStandsByLeavesTheOtherAlone) {
    Daemon first(world, clock, {&key});
    Daemon second(world, clock, {&key});
    first.settle();
    world.write(5);
    second.sealer.start();
    second.sealer.stop();
    EXPECT_EQ(world.size(), 0U);
    EXPECT_THAT(second.published, IsEmpty());
    EXPECT_EQ(world.holder, &first.store);
}

TEST_F(SealerTest, TheLagGrowsWhileTheStoreIsAway) {
    Daemon daemon(world, clock, {&key});
    daemon.settle();
    EXPECT_EQ(daemon.sealer.lag(), milliseconds{0});
    world.write(1);
    world.rounds_held_up = 100;
    world.age = milliseconds{700};
    clock.advance(milliseconds{1000});
    daemon.settle();
    EXPECT_EQ(daemon.sealer.lag(), milliseconds{700});

    world.is_away = true;
    clock.advance(milliseconds{5000});
    EXPECT_EQ(daemon.settle(), Step::away);
    EXPECT_EQ(daemon.sealer.lag(), milliseconds{700}) << "as measured a moment ago";
    for (int const seconds : {6, 60, 3600}) {
        auto const before = daemon.sealer.lag();
        clock.advance(std::chrono::seconds{seconds});
        daemon.settle();
        EXPECT_GE(daemon.sealer.lag(), before + std::chrono::seconds{seconds});
    }
    world.is_away = false;
    world.rounds_held_up = 0;
    daemon.settle();
    clock.advance(milliseconds{1000});
    daemon.settle();
    EXPECT_EQ(daemon.sealer.lag(), milliseconds{0});
}

// As after the clock was set back behind the record's time.
TEST_F(SealerTest, ARecordThatWaitsIsLateThoughItsTimeIsAheadOfTheClock) {
    Daemon sealing(world, clock, {&key});
    Daemon standing(world, clock, {&key});
    sealing.settle();
    standing.settle();
    world.write(3);
    world.rounds_held_up = 100;
    auto const second = [&] {
        clock.advance(milliseconds{1000});
        sealing.settle();
        standing.settle();
    };
    second();
    for (int seconds = 0; seconds <= 6; ++seconds) {
        for (auto* daemon : {&sealing, &standing}) {
            EXPECT_EQ(daemon->sealer.lag(), milliseconds{seconds * 1000});
            EXPECT_EQ(daemon->sealer.request_checkpoint(world.records[0].position), seconds <= 5);
        }
        second();
    }
    world.rounds_held_up = 0;
    second();
    // Another record is the first now: its wait counts only from when it was first seen.
    world.rounds_held_up = 100;
    world.write(1);
    second();
    for (auto* daemon : {&sealing, &standing}) {
        EXPECT_EQ(daemon->sealer.lag(), milliseconds{0});
    }
}

TEST_F(SealerTest, StopWaitsForHeldUpRecordsThoughTheirTimeIsAheadOfTheClock) {
    Daemon daemon(world, clock, {&key}, {}, 4096, std::chrono::hours{10});
    daemon.settle();
    world.write(3);
    world.rounds_held_up = 5;
    daemon.sealer.start();
    daemon.sealer.stop();
    EXPECT_EQ(world.size(), 3U);
    EXPECT_THAT(daemon.published, SizeIs(1));
}

TEST_F(SealerTest, SaysOnceThatTheClockIsBehindTheNewestTransfersAndOnceThatItIsNot) {
    std::vector<std::string> lines;
    log::set_sink([&](log::Level, std::string_view, std::string_view message) {
        if (message.find("clock") != std::string_view::npos) lines.emplace_back(message);
    });
    Daemon daemon(world, clock, {&key});
    struct Row {
        milliseconds transfer;  // After a fixed instant, like the clock.
        milliseconds clock;
        milliseconds ahead;
        unsigned said;
    };
    using std::chrono::hours;
    for (auto const& row : {
             Row{milliseconds{1000}, milliseconds{0}, milliseconds{1000}, 0},
             Row{hours{1}, milliseconds{0}, hours{1}, 1},
             // Of accounts that did not exist while the clock was ahead.
             Row{milliseconds{1000}, milliseconds{1000}, milliseconds{3'599'000}, 1},
             Row{hours{1}, hours{1}, milliseconds{0}, 2},
             Row{hours{1}, hours{2}, milliseconds{0}, 2},
         }) {
        Timestamp const start{1'800'000'000'000'000};
        world.newest_time = {start + row.transfer, start + row.clock};
        clock.advance(milliseconds{1000});
        daemon.settle();
        EXPECT_EQ(daemon.sealer.ahead(), row.ahead);
        EXPECT_THAT(lines, SizeIs(row.said)) << row.ahead.count();
    }
    log::set_sink({});
    ASSERT_THAT(lines, SizeIs(2));
    EXPECT_THAT(lines[0], HasSubstr("dated 3600 s ahead"));
}

}  // namespace
}  // namespace bank::audit
