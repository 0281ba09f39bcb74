// Known devices: what a login leaves, and for how long.
#include <fmt/format.h>

#include "core/access/login_throttle.hpp"
#include "tests/integration/postgres/bank_fixture.hpp"
#include "tests/support/fake_clock.hpp"

namespace bank::test {
namespace {

using access::DeviceTag;
using access::DeviceTags;
using testing::ElementsAre;
using testing::IsEmpty;

DeviceTag tag(std::uint8_t n) {
    DeviceTag made{};
    made.fill(n);
    return made;
}

class KnownDevices : public BankFixture {
protected:
    KnownDevices() : anna(person(api::Role::customer, "anna")) {}

    std::string log_in(DeviceTags const& tags, std::int64_t password_version = 0) {
        auto session = new_session(anna.id, fmt::format("token {}", ++logins));
        session.password_version = password_version;
        session.known_from_now = tags;
        auto const opened = bank->users().open_session({"192.0.2.1", "test", {}}, session);
        return opened ? "ok" : std::string(word(opened.code()));
    }
    std::string found(DeviceTags const& tags) {
        auto const known = bank->known_devices().find_known(tags);
        if (!known) return std::string(word(known.code()));
        return std::string(known->device ? "device " : "") + (known->source ? "source" : "");
    }
    // Kinds and first bytes, by age.
    std::vector<std::string> rows() {
        return database.query(
            "select kind || ' ' || get_byte(tag, 0) from bank.known_devices"
            " order by kind, seen_at, tag");
    }

    Person anna;
    int logins = 0;
};

TEST_F(KnownDevices, AreKnownOnceALoginHasSucceeded) {
    DeviceTags const tags{tag(1), tag(2)};
    EXPECT_EQ(found(tags), "");
    EXPECT_EQ(log_in(tags, 17), "login_refused") << "the password is another one by now";
    EXPECT_EQ(found(tags), "");
    EXPECT_EQ(log_in(tags), "ok");
    EXPECT_EQ(found(tags), "device source");
    EXPECT_EQ(found({std::nullopt, tag(2)}), "source");
    EXPECT_EQ(found({tag(1), std::nullopt}), "device ");
    EXPECT_EQ(found({tag(2), tag(1)}), "") << "each as what it is";
    EXPECT_EQ(found({}), "");
    EXPECT_EQ(log_in(tags), "ok");
    EXPECT_THAT(rows(), ElementsAre("device 1", "source 2"));
    EXPECT_EQ(log_in({}), "ok");
    EXPECT_THAT(rows(), ElementsAre("device 1", "source 2"));
}

TEST_F(KnownDevices, AreTheLastEightOfEachKind) {
    for (std::uint8_t i = 1; i <= 12; ++i) {
        EXPECT_EQ(log_in({tag(i), tag(100)}), "ok");
        // The first is used in between.
        EXPECT_EQ(log_in({tag(1), std::nullopt}), "ok");
    }
    EXPECT_THAT(rows(), ElementsAre("device 6", "device 7", "device 8", "device 9", "device 10",
                                    "device 11", "device 12", "device 1", "source 100"));
}

TEST_F(KnownDevices, AreForgottenSomeTimeAfterTheLastLoginOrWithThePerson) {
    for (std::uint8_t i = 1; i <= 4; ++i) EXPECT_EQ(log_in({tag(i), std::nullopt}), "ok");
    database.query(
        "update bank.known_devices set seen_at = now() - interval '90 days 1 min'"
        " where get_byte(tag, 0) <= 2;"
        "update bank.known_devices set seen_at = now() - interval '90 days -1 min'"
        " where get_byte(tag, 0) = 3");
    auto const apply = [this](int up_to) {
        return database.value(
            fmt::format("select r.done || case when r.is_complete then ' all' else ' more' end"
                        " from bank.apply_retention(90, {}) r",
                        up_to));
    };
    EXPECT_EQ(apply(1), "1 more");
    EXPECT_EQ(apply(1000), "1 all");
    EXPECT_THAT(rows(), ElementsAre("device 3", "device 4"));
    EXPECT_EQ(database.value(
                  "select d.details ->> 'known_devices' from bank.audit_details d"
                  " join bank.audit_logs l on l.details_hash = d.hash order by l.id desc limit 1"),
              "1");
    ASSERT_TRUE(bank->users().set_disabled(admin.acting, {anna.id, true}));
    ASSERT_TRUE(bank->users().erase_subject(admin.acting, anna.id));
    EXPECT_THAT(rows(), IsEmpty());
}

TEST_F(KnownDevices, PassWhileGuessersKeepTheUserBusyAndAfterARestart) {
    FakeClock clock;
    access::DeviceMarks const marks(Secret("a key for tests"));
    auto const throttle = [&] {
        return access::LoginThrottle(clock, bank->known_devices(), marks, {1});
    };
    auto const begin = [](access::LoginThrottle& of, std::string ip, Secret token) {
        return of.begin({std::move(ip), "anna", std::move(token)});
    };
    auto first = throttle();
    auto attempt = begin(first, "192.0.2.1", Secret{});
    ASSERT_TRUE(attempt);
    auto const familiarity = attempt->succeed();
    ASSERT_EQ(log_in(familiarity.tags), "ok");

    auto second = throttle();
    for (int i = 0; i < 300; ++i) {
        clock.advance(std::chrono::milliseconds{100});
        auto guess = begin(second, fmt::format("10.0.{}.1", i), Secret{});
        if (guess) guess->fail();
    }
    EXPECT_FALSE(begin(second, "198.51.100.1", Secret{}));
    EXPECT_TRUE(begin(second, "192.0.2.1", Secret{}));
    EXPECT_TRUE(begin(second, "198.51.100.1", familiarity.device_token.clone()));
    // A row of a database administrator, who has no key.
    database.query(
        fmt::format("insert into bank.known_devices (tag, user_id, kind)"
                    " values (sha256('198.51.100.1/32 anna'), {}, 'source')",
                    anna.id.value));
    EXPECT_FALSE(begin(second, "198.51.100.1", Secret{}));
}

}  // namespace
}  // namespace bank::test
