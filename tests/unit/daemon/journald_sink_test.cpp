#include "daemon/evidence/journald_sink.hpp"
#include "core/base/log.hpp"
#include "tests/support/failing_audit_store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>
#include <vector>

namespace bank::daemon {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;
using testing::StartsWith;

// Sealed records with numbers 0..last-1.
class FakeStore final : public test::FailingAuditStore {
public:
    Result<audit::Delivered> delivered(std::string const& sink) override {
        EXPECT_EQ(sink, "journald");
        if (is_away) return Code::storage_unavailable;
        return audit::Delivered{kept, mac, oldest};
    }
    Result<std::vector<audit::NumberedRecord>> undelivered(std::uint64_t from,
                                                           std::uint32_t limit) override {
        if (is_away) return Code::storage_unavailable;
        std::vector<audit::NumberedRecord> records;
        for (auto number = from; number < last && records.size() < limit; ++number) {
            audit::NumberedRecord next;
            next.number = number;
            next.record.action = "login";
            next.record.outcome = "ok";
            next.record.actor = "alice";
            records.push_back(next);
        }
        return records;
    }
    Status set_delivered(std::string const&, audit::Reached const& reached) override {
        if (is_away || refuses_to_keep) return Code::storage_unavailable;
        if (!kept || *kept < reached.next || reached.is_restart) {
            kept = reached.next;
            mac.assign(reached.mac.begin(), reached.mac.end());
        }
        return Done{};
    }
    Result<std::int64_t> count_undelivered(std::uint64_t from) override {
        return static_cast<std::int64_t>(last - from);
    }

    std::uint64_t last = 0;
    std::uint64_t oldest = 0;
    std::optional<std::uint64_t> kept;
    Bytes mac;
    bool is_away = false;
    bool refuses_to_keep = false;
};

// A MAC that is the number.
audit::RowMac mac_of(std::string_view sink, std::uint64_t next) {
    EXPECT_EQ(sink, "journald");
    audit::RowMac mac{};
    mac[0] = static_cast<std::uint8_t>(next + 1);
    return mac;
}
JournaldSink::Binding binding() {
    return {mac_of, [](std::string_view sink, std::uint64_t next, BytesView mac) {
                return std::ranges::equal(mac_of(sink, next), mac);
            }};
}

std::string field(JournalFields const& fields, std::string const& name) {
    for (auto const& one : fields) {
        if (one.starts_with(name + "=")) return one.substr(name.size() + 1);
    }
    return "(none)";
}

class JournaldSinkTest : public testing::Test {
protected:
    JournaldSink make() {
        return JournaldSink(store, binding(), [this](JournalFields const& fields) -> Status {
            if (accepts_until && sent.size() >= *accepts_until) return Code::storage_unavailable;
            sent.push_back(std::stoll(field(fields, "BANKD_SEQ")));
            return Done{};
        });
    }

    void keep(std::uint64_t next) {
        ASSERT_TRUE(store.set_delivered("journald", {next, mac_of("journald", next), true}));
    }

    FakeStore store;
    std::optional<std::size_t> accepts_until;
    std::vector<std::int64_t> sent;
};

TEST_F(JournaldSinkTest, CopiesInOrderAndKeepsHowFarItCame) {
    store.last = 3;
    auto sink = make();
    EXPECT_EQ(sink.step(), JournaldSink::Step::idle);
    EXPECT_THAT(sent, ElementsAre(0, 1, 2));
    EXPECT_EQ(store.kept, 3U);
    EXPECT_EQ(sink.step(), JournaldSink::Step::idle);
    EXPECT_EQ(sent.size(), 3U);
}

TEST_F(JournaldSinkTest, TakesManyInRoundsAndLeavesNoneOut) {
    store.last = 1000;
    auto sink = make();
    while (sink.step() == JournaldSink::Step::more) {
        EXPECT_EQ(sink.undelivered(), static_cast<std::int64_t>(store.last - sent.size()));
    }
    ASSERT_EQ(sent.size(), 1000U);
    EXPECT_TRUE(std::is_sorted(sent.begin(), sent.end()));
    EXPECT_EQ(sink.undelivered(), 0);
}

TEST_F(JournaldSinkTest, GoesOnAfterThePositionThatTheDatabaseKept) {
    store.last = 5;
    keep(3);
    auto sink = make();
    EXPECT_EQ(sink.step(), JournaldSink::Step::idle);
    EXPECT_THAT(sent, ElementsAre(3, 4));
}

TEST_F(JournaldSinkTest, CopiesAllAgainIfItDidNotWriteThePosition) {
    store.last = 5;
    store.oldest = 1;
    keep(2);
    store.kept = 5;  // With the MAC of 2.
    {
        std::string alarm;
        log::set_sink([&](log::Level level, std::string_view, std::string_view message) {
            if (level == log::Level::error) alarm = message;
        });
        EXPECT_EQ(make().step(), JournaldSink::Step::idle);
        log::set_sink({});
        EXPECT_THAT(alarm, testing::HasSubstr("from record 1"));
    }
    EXPECT_THAT(sent, ElementsAre(1, 2, 3, 4));
    // The position is right again.
    EXPECT_EQ(make().step(), JournaldSink::Step::idle);
    EXPECT_EQ(sent.size(), 4U);
    store.mac.clear();
    EXPECT_EQ(make().step(), JournaldSink::Step::idle);
    EXPECT_THAT(sent, ElementsAre(1, 2, 3, 4, 1, 2, 3, 4));
}

TEST_F(JournaldSinkTest, RepeatsFromAnOlderPositionOfItsOwn) {
    store.last = 5;
    keep(4);
    auto const older = std::pair(store.kept, store.mac);
    keep(5);
    std::tie(store.kept, store.mac) = older;
    EXPECT_EQ(make().step(), JournaldSink::Step::idle);
    EXPECT_THAT(sent, ElementsAre(4));
    // Records before that were pruned.
    sent.clear();
    keep(1);
    store.oldest = 3;
    EXPECT_EQ(make().step(), JournaldSink::Step::idle);
    EXPECT_THAT(sent, ElementsAre(3, 4));
}

TEST_F(JournaldSinkTest, DoesNotAdvanceWhileTheJournalIsAway) {
    store.last = 4;
    accepts_until = 2;
    auto sink = make();
    EXPECT_EQ(sink.step(), JournaldSink::Step::away);
    EXPECT_EQ(store.kept, 2U);
    EXPECT_EQ(sink.undelivered(), 2);
    accepts_until.reset();
    EXPECT_EQ(sink.step(), JournaldSink::Step::idle);
    EXPECT_THAT(sent, ElementsAre(0, 1, 2, 3));
    EXPECT_EQ(store.kept, 4U);
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
    EXPECT_EQ(store.kept, std::nullopt);
    store.refuses_to_keep = false;
    EXPECT_EQ(sink.step(), JournaldSink::Step::idle);
    EXPECT_EQ(store.kept, 2U);
}

TEST_F(JournaldSinkTest, CopiesWhatIsLeftWhenItEnds) {
    store.last = 7;
    {
        auto sink =
            std::make_unique<JournaldSink>(store, binding(), [this](JournalFields const& fields) {
                sent.push_back(std::stoll(field(fields, "BANKD_SEQ")));
                return Status(Done{});
            });
        sink->start();
    }
    EXPECT_EQ(store.kept, 7U);
    EXPECT_THAT(sent, ElementsAre(0, 1, 2, 3, 4, 5, 6));
}

TEST(JournalFields, SayEverythingThatTheRecordSays) {
    audit::NumberedRecord numbered;
    auto& record = numbered.record;
    numbered.number = 17;
    numbered.transfer_id = {7};
    numbered.account_id = {9};
    record.id = {42};
    record.created_at = *parse_timestamp("2026-03-01T12:00:00Z");
    record.actor = "alice";
    record.action = "transfer";
    record.outcome = "insufficient_funds";
    record.details = R"({"amount":5})";
    record.ip = "192.0.2.1";
    record.user_agent = "curl";
    record.request_id = "0190";
    EXPECT_THAT(
        journal_fields(numbered),
        ElementsAre("MESSAGE=transfer insufficient_funds by alice from 192.0.2.1",
                    "MESSAGE_ID=0fd6f4a5b3e24d0a8f3a6c1e5d2b7a16", "PRIORITY=6",
                    "SYSLOG_IDENTIFIER=bankd", "BANKD_SEQ=17", "BANKD_AUDIT_ID=42",
                    "BANKD_TIMESTAMP=2026-03-01T12:00:00.000000Z", "BANKD_ACTOR=alice",
                    "BANKD_ACTION=transfer", "BANKD_OUTCOME=insufficient_funds", "BANKD_TRANSFER=7",
                    "BANKD_ACCOUNT=9", "BANKD_IP=192.0.2.1", "BANKD_REQUEST_ID=0190",
                    "BANKD_USER_AGENT=curl", "BANKD_DETAILS={\"amount\":5}"));
}

TEST(JournalFields, AreNeverMoreThan64KiBAndNeverMoreThanOneLineEach) {
    audit::NumberedRecord numbered;
    auto& record = numbered.record;
    record.action = "login";
    record.user_agent = "evil\nPRIORITY=0\nMESSAGE=forged";
    record.actor = std::string(200'000, 'a');
    record.details = std::string(200'000, 'b');
    std::size_t size = 0;
    for (auto const& one : journal_fields(numbered)) {
        size += one.size() + 1;
        EXPECT_EQ(one.find('\n'), std::string::npos);
    }
    EXPECT_LE(size, 65'536U);
    EXPECT_EQ(field(journal_fields(numbered), "PRIORITY"), "6");
}

TEST(JournalFields, OfAnUnknownActionHaveNoMessageId) {
    audit::NumberedRecord numbered;
    auto& record = numbered.record;
    record.action = "from_the_future";
    EXPECT_THAT(journal_fields(numbered), Not(Contains(StartsWith("MESSAGE_ID="))));
    EXPECT_THAT(journal_fields(numbered), Contains("BANKD_ACTION=from_the_future"));
}

}  // namespace
}  // namespace bank::daemon
