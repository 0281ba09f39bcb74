#include "daemon/journald_sink.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace bank::daemon {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;
using testing::StartsWith;

// Records with ids 1..n; a Position is the last id.
class FakeStore final : public audit::AuditStore {
public:
    Status record(audit::Event const&) override { return Code::internal_error; }
    Result<api::Page<api::AuditRecord>> read(storage::Acting const&,
                                             api::AuditRequest const&) override {
        return Code::internal_error;
    }
    Result<audit::Position> delivered(std::string const& sink) override {
        EXPECT_EQ(sink, "journald");
        if (is_away) return Code::storage_unavailable;
        return kept;
    }
    Result<audit::Delivery> undelivered(audit::Position after, std::uint32_t limit) override {
        if (is_away) return Code::storage_unavailable;
        audit::Delivery delivery;
        delivery.reached = after;
        for (auto id = after.id + 1; id <= last && delivery.records.size() < limit; ++id) {
            api::AuditRecord record;
            record.id = {id};
            record.action = "login";
            record.outcome = "ok";
            record.actor = "alice";
            delivery.records.push_back(record);
            delivery.reached = {static_cast<std::uint64_t>(id), id};
        }
        return delivery;
    }
    Status set_delivered(std::string const&, audit::Position reached) override {
        if (is_away || refuses_to_keep) return Code::storage_unavailable;
        kept = reached;
        return Done{};
    }
    Result<std::int64_t> count_undelivered(audit::Position after) override {
        return last - after.id;
    }

    std::int64_t last = 0;
    audit::Position kept;
    bool is_away = false;
    bool refuses_to_keep = false;
};

std::string field(JournalFields const& fields, std::string const& name) {
    for (auto const& one : fields) {
        if (one.starts_with(name + "=")) return one.substr(name.size() + 1);
    }
    return "(none)";
}

class JournaldSinkTest : public testing::Test {
protected:
    JournaldSink make() {
        return JournaldSink(store, [this](JournalFields const& fields) -> Status {
            if (accepts_until && sent.size() >= *accepts_until) return Code::storage_unavailable;
            sent.push_back(std::stoll(field(fields, "BANKD_AUDIT_ID")));
            return Done{};
        });
    }

    FakeStore store;
    std::optional<std::size_t> accepts_until;
    std::vector<std::int64_t> sent;
};

TEST_F(JournaldSinkTest, CopiesInOrderAndKeepsHowFarItCame) {
    store.last = 3;
    auto sink = make();
    EXPECT_EQ(sink.step(), JournaldSink::Step::idle);
    EXPECT_THAT(sent, ElementsAre(1, 2, 3));
    EXPECT_EQ(store.kept.id, 3);
    EXPECT_EQ(sink.step(), JournaldSink::Step::idle);
    EXPECT_EQ(sent.size(), 3U);
}

TEST_F(JournaldSinkTest, TakesManyInRoundsAndLeavesNoneOut) {
    store.last = 1000;
    auto sink = make();
    while (sink.step() == JournaldSink::Step::more) {
        EXPECT_EQ(sink.undelivered(), store.last - static_cast<std::int64_t>(sent.size()));
    }
    ASSERT_EQ(sent.size(), 1000U);
    EXPECT_TRUE(std::is_sorted(sent.begin(), sent.end()));
    EXPECT_EQ(sink.undelivered(), 0);
}

TEST_F(JournaldSinkTest, GoesOnAfterThePositionThatTheDatabaseKept) {
    store.last = 5;
    store.kept = {3, 3};
    auto sink = make();
    EXPECT_EQ(sink.step(), JournaldSink::Step::idle);
    EXPECT_THAT(sent, ElementsAre(4, 5));
}

TEST_F(JournaldSinkTest, DoesNotAdvanceWhileTheJournalIsAway) {
    store.last = 4;
    accepts_until = 2;
    auto sink = make();
    EXPECT_EQ(sink.step(), JournaldSink::Step::away);
    EXPECT_EQ(store.kept.id, 0);
    EXPECT_EQ(sink.undelivered(), 4);
    accepts_until.reset();
    EXPECT_EQ(sink.step(), JournaldSink::Step::idle);
    // Those that were sent before come again; none is missing.
    EXPECT_THAT(sent, ElementsAre(1, 2, 1, 2, 3, 4));
    EXPECT_EQ(store.kept.id, 4);
}

TEST_F(JournaldSinkTest, WaitsForTheDatabaseAtEachStep) {
    store.last = 2;
    store.is_away = true;
    auto sink = make();
    EXPECT_EQ(sink.step(), JournaldSink::Step::away);
    EXPECT_TRUE(sent.empty());
    store.is_away = false;
    store.refuses_to_keep = true;
    EXPECT_EQ(sink.step(), JournaldSink::Step::away);
    EXPECT_EQ(store.kept.id, 0);
    store.refuses_to_keep = false;
    EXPECT_EQ(sink.step(), JournaldSink::Step::idle);
    EXPECT_EQ(store.kept.id, 2);
}

TEST_F(JournaldSinkTest, CopiesWhatIsLeftWhenItEnds) {
    store.last = 7;
    {
        auto sink = std::make_unique<JournaldSink>(store, [this](JournalFields const& fields) {
            sent.push_back(std::stoll(field(fields, "BANKD_AUDIT_ID")));
            return Status(Done{});
        });
        sink->start();
    }
    EXPECT_EQ(store.kept.id, 7);
    EXPECT_THAT(sent, ElementsAre(1, 2, 3, 4, 5, 6, 7));
}

TEST(JournalFields, SayEverythingThatTheRecordSays) {
    api::AuditRecord record;
    record.id = {42};
    record.timestamp = *parse_timestamp("2026-03-01T12:00:00Z");
    record.actor = "alice";
    record.action = "transfer";
    record.outcome = "insufficient_funds";
    record.details = R"({"amount":5})";
    record.ip = "192.0.2.1";
    record.user_agent = "curl";
    record.request_id = "0190";
    EXPECT_THAT(journal_fields(record),
                ElementsAre("MESSAGE=transfer insufficient_funds by alice from 192.0.2.1",
                            "MESSAGE_ID=0fd6f4a5b3e24d0a8f3a6c1e5d2b7a16", "PRIORITY=6",
                            "SYSLOG_IDENTIFIER=bankd", "BANKD_AUDIT_ID=42",
                            "BANKD_TIMESTAMP=2026-03-01T12:00:00.000000Z", "BANKD_ACTOR=alice",
                            "BANKD_ACTION=transfer", "BANKD_OUTCOME=insufficient_funds",
                            "BANKD_IP=192.0.2.1", "BANKD_REQUEST_ID=0190", "BANKD_USER_AGENT=curl",
                            "BANKD_DETAILS={\"amount\":5}"));
}

TEST(JournalFields, AreNeverMoreThan64KiBAndNeverMoreThanOneLineEach) {
    api::AuditRecord record;
    record.action = "login";
    record.user_agent = "evil\nPRIORITY=0\nMESSAGE=forged";
    record.actor = std::string(200'000, 'a');
    record.details = std::string(200'000, 'b');
    std::size_t size = 0;
    for (auto const& one : journal_fields(record)) {
        size += one.size() + 1;
        EXPECT_EQ(one.find('\n'), std::string::npos);
    }
    EXPECT_LE(size, 65'536U);
    EXPECT_EQ(field(journal_fields(record), "PRIORITY"), "6");
}

TEST(JournalFields, OfAnUnknownActionHaveNoMessageId) {
    api::AuditRecord record;
    record.action = "from_the_future";
    EXPECT_THAT(journal_fields(record), Not(Contains(StartsWith("MESSAGE_ID="))));
    EXPECT_THAT(journal_fields(record), Contains("BANKD_ACTION=from_the_future"));
}

}  // namespace
}  // namespace bank::daemon
