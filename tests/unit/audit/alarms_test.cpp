#include "core/audit/alarms.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "tests/support/record_keys.hpp"

namespace bank::audit {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

Hash hash_of(std::int64_t number) {
    return crypto::sha256(as_bytes("record " + std::to_string(number)));
}

Bytes leaves_of(Hash const& leaf) {
    return {leaf.begin(), leaf.end()};
}

// The log of a bank: its records, and what its transactions hold that are not sealed.
class FakeLog final : public AlarmStore {
public:
    std::vector<AlarmRecord> all;
    std::map<std::uint64_t, PendingRecords> pending;
    std::vector<NewDecision> decisions;
    std::string decider = "os:1";
    std::int64_t decider_id = 1;

    AlarmRecord& write(std::string const& action) {
        AlarmRecord record;
        record.id = static_cast<std::int64_t>(all.size()) + 1;
        record.action = action;
        record.outcome = "ok";
        record.leaf = hash_of(record.id);
        record.xid = 100 + static_cast<std::uint64_t>(record.id);
        record.is_whole = true;
        record.follows_others = true;
        record.transaction.leaves = leaves_of(record.leaf);
        record.transaction.mac = test::record_keys().sign(record.xid, record.transaction.leaves);
        return all.emplace_back(record);
    }
    AlarmRecord& raise_schema() {
        auto& record = write("schema_alarm");
        record.digest = to_hex(hash_of(0));
        return record;
    }
    // Over a transaction with one record, which has no MAC.
    AlarmRecord& raise_records(std::uint64_t xid) {
        pending[xid].leaves = leaves_of(hash_of(1000));
        auto& record = write("records_alarm");
        record.of_xid = std::to_string(xid);
        record.digest = to_hex(crypto::sha256(pending[xid].leaves));
        return record;
    }
    static void seal(AlarmRecord& record) { record.transaction = {true, {}, std::nullopt}; }

    Result<std::vector<AlarmRecord>> records() override { return all; }
    Status decide(access::Acting const&, Decide const& decide) override {
        auto const decision = decide(
            all, [this](std::uint64_t xid) -> Result<PendingRecords> { return pending[xid]; });
        if (!decision) return decision.error();
        decisions.push_back(*decision);
        auto& record = write("clear_alarm");
        record.actor_id = decider_id;
        record.user_name = decider;
        record.alarm = std::to_string(decision->alarm.value);
        record.reason = decision->reason;
        record.mac = to_hex(decision->mac);
        if (decision->accepted) pending[decision->accepted->xid].mac = decision->accepted->mac;
        return Done{};
    }
};

class AlarmsTest : public testing::Test {
protected:
    std::string clear(std::int64_t alarm, std::int64_t user) {
        log.decider_id = user;
        log.decider = "os:" + std::to_string(user);
        auto const cleared = alarms.decide({}, UserId{user}, {AuditId{alarm}, "looked at"});
        if (!cleared) return std::string{word(cleared.code())};
        return cleared->cleared_at ? "cleared" : "open";
    }
    std::vector<api::Alarm> open() {
        EXPECT_TRUE(alarms.refresh());
        return alarms.open();
    }

    Secret pepper{"a pepper of the tests"};
    FakeLog log;
    int changes = 0;
    Alarms alarms{log,
                  {&test::record_keys(), &test::record_keys(), &pepper,
                   [this](std::vector<api::Alarm> const&) { ++changes; }}};
};

TEST_F(AlarmsTest, NothingChangesBeforeTheLogIsRead) {
    EXPECT_EQ(alarms.obstacle(), Code::storage_unavailable);
    EXPECT_THAT(open(), IsEmpty());
    EXPECT_EQ(alarms.obstacle(), std::nullopt);
    EXPECT_EQ(changes, 1);
    EXPECT_THAT(open(), IsEmpty());
    EXPECT_EQ(changes, 1);
}

TEST_F(AlarmsTest, TwoAdministratorsClearAnAlarm) {
    log.raise_schema();
    ASSERT_THAT(open(), SizeIs(1));
    EXPECT_EQ(alarms.obstacle(), Code::bank_halted);
    EXPECT_EQ(clear(1, 7), "open");
    EXPECT_EQ(alarms.obstacle(), Code::bank_halted);
    EXPECT_EQ(clear(1, 7), "other_administrator_required");
    EXPECT_EQ(clear(1, 8), "cleared");
    EXPECT_EQ(alarms.obstacle(), std::nullopt);
    EXPECT_EQ(clear(1, 9), "alarm_cleared");
    EXPECT_EQ(clear(2, 9), "not_found") << "a decision is no alarm";
    EXPECT_THAT(log.decisions, SizeIs(2));
    auto const all = alarms.list(true);
    ASSERT_TRUE(all);
    ASSERT_THAT(*all, SizeIs(1));
    EXPECT_EQ((*all)[0].decisions[1].user_name, "os:8");
    EXPECT_EQ((*all)[0].decisions[1].reason, "looked at");
}

TEST_F(AlarmsTest, ADecisionCoversOlderAlarmsOfItsKindOnly) {
    log.raise_schema();
    log.raise_records(50);
    log.raise_schema();
    EXPECT_EQ(clear(3, 7), "open");
    EXPECT_EQ(clear(1, 7), "other_administrator_required");
    EXPECT_EQ(clear(1, 8), "cleared");
    ASSERT_THAT(open(), SizeIs(2));
    EXPECT_EQ(clear(3, 8), "cleared");
    ASSERT_THAT(open(), SizeIs(1));
    EXPECT_EQ(open()[0].kind, api::AlarmKind::records);
}

TEST_F(AlarmsTest, APlantedCopiedOrChangedDecisionDoesNotCount) {
    log.raise_schema();
    log.raise_schema();
    EXPECT_EQ(clear(1, 7), "open");
    auto const decision = log.all.back();
    std::pair<char const*, void (*)(AlarmRecord&)> const attacks[] = {
        {"of another user", [](AlarmRecord& r) { r.actor_id = 8; }},
        {"on another alarm", [](AlarmRecord& r) { r.alarm = "2"; }},
        {"another reason", [](AlarmRecord& r) { r.actor_id = 8, r.reason = "other"; }},
        {"without a MAC", [](AlarmRecord& r) { r.actor_id = 8, r.mac.clear(); }},
        {"of no alarm", [](AlarmRecord& r) { r.actor_id = 8, r.alarm = "x"; }},
    };
    for (auto const& [what, attack] : attacks) {
        for (bool const is_sealed : {false, true}) {
            auto copy = decision;
            copy.id = 100;
            attack(copy);
            if (is_sealed) FakeLog::seal(copy);
            log.all.push_back(copy);
            ASSERT_THAT(open(), SizeIs(2)) << what;
            EXPECT_THAT(alarms.open()[0].decisions, SizeIs(1)) << what;
            EXPECT_THAT(alarms.open()[1].decisions, IsEmpty()) << what;
            log.all.pop_back();
        }
    }
    // One that was really made, and is changed in its row or loses the MAC of its transaction.
    for (auto const damage : {0, 1, 2}) {
        log.all.back() = decision;
        if (damage == 0) log.all.back().is_whole = false;
        if (damage == 1) log.all.back().transaction.mac.reset();
        if (damage == 2) log.all.back().outcome = "not_found";
        EXPECT_THAT(open()[0].decisions, IsEmpty());
    }
}

TEST_F(AlarmsTest, AnAlarmThatTheBankDidNotWriteIsNoneWhileItIsNotSealed) {
    log.raise_schema().transaction.mac.reset();
    EXPECT_THAT(open(), IsEmpty());
    FakeLog::seal(log.all[0]);
    EXPECT_THAT(open(), SizeIs(1));
}

TEST_F(AlarmsTest, AlarmsOfEarlierVersionsNeedNoDecision) {
    log.write("schema_alarm");
    log.write("records_alarm").of_xid = "5";
    EXPECT_THAT(open(), IsEmpty());
}

TEST_F(AlarmsTest, TheSecondDecisionAcceptsTheRecordsOfTheAlarm) {
    log.raise_records(50);
    EXPECT_EQ(clear(1, 7), "open");
    EXPECT_FALSE(log.decisions[0].accepted);
    EXPECT_EQ(clear(1, 8), "cleared");
    ASSERT_TRUE(log.decisions[1].accepted);
    EXPECT_EQ(log.decisions[1].accepted->xid, 50U);
    auto const& pending = log.pending[50];
    EXPECT_TRUE(test::record_keys().verify(&*pending.mac, 50, pending.leaves));
}

TEST_F(AlarmsTest, RecordsThatHaveChangedAreNotAccepted) {
    log.raise_records(50);
    EXPECT_EQ(clear(1, 7), "open");
    log.pending[50].leaves[0] ^= 1;
    EXPECT_EQ(clear(1, 8), "alarm_persists");
    EXPECT_EQ(alarms.obstacle(), Code::bank_halted);
    EXPECT_THAT(log.decisions, SizeIs(1));
    // The sealer raises a newer alarm, which both decide on.
    EXPECT_FALSE(alarms.covers({50, crypto::sha256(log.pending[50].leaves), {}, {}}));
    auto& newer = log.write("records_alarm");
    newer.of_xid = "50";
    newer.digest = to_hex(crypto::sha256(log.pending[50].leaves));
    EXPECT_THAT(open(), SizeIs(2));
    EXPECT_TRUE(alarms.covers({50, crypto::sha256(log.pending[50].leaves), {}, {}}));
    EXPECT_EQ(clear(3, 8), "open");
    EXPECT_EQ(clear(3, 7), "cleared");
    EXPECT_THAT(open(), IsEmpty());
}

TEST_F(AlarmsTest, RecordsThatWereRemovedAreAcceptedWithoutAMac) {
    auto& alarm = log.raise_records(50);
    alarm.digest = to_hex(crypto::sha256({}));
    log.pending[50] = {false, {}, test::record_keys().sign(50, leaves_of(hash_of(3)))};
    EXPECT_EQ(clear(1, 7), "open");
    EXPECT_EQ(clear(1, 8), "cleared");
    ASSERT_TRUE(log.decisions[1].accepted);
    EXPECT_FALSE(log.decisions[1].accepted->mac);
}

TEST_F(AlarmsTest, NothingIsAcceptedOnceTheBanksRecordsAreBackOrSealed) {
    auto const back = test::record_keys().sign(50, leaves_of(hash_of(3)));
    for (auto const& pending : {PendingRecords{false, leaves_of(hash_of(3)), back},
                                PendingRecords{false, {}, {}}, PendingRecords{true, {}, {}}}) {
        log.all.clear();
        log.decisions.clear();
        log.raise_records(50);
        log.pending[50] = pending;
        EXPECT_EQ(clear(1, 7), "open");
        EXPECT_EQ(clear(1, 8), "cleared");
        EXPECT_FALSE(log.decisions[1].accepted);
    }
    // Nor by an alarm that is sealed: its transaction was before.
    log.all.clear();
    log.decisions.clear();
    FakeLog::seal(log.raise_records(50));
    EXPECT_EQ(clear(1, 7), "open");
    EXPECT_EQ(clear(1, 8), "cleared");
    EXPECT_FALSE(log.decisions[1].accepted);
}

TEST_F(AlarmsTest, DecisionsAmongAcceptedRecordsAreEvidenceOnly) {
    log.raise_schema();
    EXPECT_EQ(clear(1, 7), "open");
    EXPECT_THAT(open()[0].decisions, SizeIs(1));
    log.raise_records(log.all[1].xid);
    EXPECT_THAT(open()[0].decisions, IsEmpty());
}

TEST_F(AlarmsTest, ACutOffIsConfirmedAndASecondOneHalts) {
    // A new database has nothing that is older.
    log.write("begin_state").follows_others = false;
    log.write("begin_record_macs").follows_others = false;
    EXPECT_THAT(open(), IsEmpty());
    EXPECT_TRUE(alarms.have_macs_begun());

    log.all.clear();
    for (auto const* action : {"begin_state", "bind_credentials", "bind_credentials"})
        log.write(action);
    EXPECT_FALSE(open()[0].is_halting);
    EXPECT_FALSE(alarms.have_macs_begun());
    log.write("begin_record_macs");
    ASSERT_THAT(open(), SizeIs(4));
    EXPECT_EQ(open()[3].kind, api::AlarmKind::cut_off);
    EXPECT_EQ(alarms.obstacle(), std::nullopt);
    EXPECT_EQ(clear(4, 7), "open");
    EXPECT_EQ(clear(4, 8), "cleared");
    EXPECT_THAT(open(), IsEmpty());

    for (auto const* action : {"begin_state", "bind_credentials", "begin_record_macs"}) {
        auto const id = log.write(action).id;
        EXPECT_THAT(open(), SizeIs(1)) << action;
        EXPECT_EQ(alarms.obstacle(), Code::bank_halted) << action;
        EXPECT_EQ(clear(id, 7), "open");
        EXPECT_EQ(clear(id, 8), "cleared");
        EXPECT_EQ(alarms.obstacle(), std::nullopt) << action;
    }
    EXPECT_FALSE(alarms.is_binding_refused());
    log.write("bind_credentials").outcome = "bank_halted";
    EXPECT_THAT(open(), SizeIs(1));
    EXPECT_TRUE(alarms.is_binding_refused());
}

}  // namespace
}  // namespace bank::audit
