#include "core/access/pin_authorizations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "tests/support/fake_clock.hpp"

namespace bank::access {
namespace {

using namespace std::chrono_literals;

// One row for each authorization, as SQL would return it.
class FakePins final : public PinStore {
public:
    Result<api::PinAuthorization> authorize(Acting const&, AccountId account, PinVerifier const&,
                                            int, PinGrant const& grant) override {
        auto const expires_at = now + grant.lifetime;
        auto const mac = grant.bind(expires_at);
        rows.push_back({account, {grant.only_for, expires_at}, {mac.begin(), mac.end()}});
        return api::PinAuthorization{expires_at};
    }
    Result<std::vector<StoredPinAuthorization>> authorizations(Acting const&, AccountId,
                                                               Uuid const&) override {
        ++reads;
        if (is_away) return Code::storage_unavailable;
        return rows;
    }
    Status set_pin(Acting const&, AccountId, std::string const&, PinVerifier const&, int) override {
        return Done{};
    }
    [[nodiscard]] std::uint64_t lockouts() const noexcept override { return 0; }

    Timestamp now;
    std::vector<StoredPinAuthorization> rows;
    int reads = 0;
    bool is_away = false;
};

class PinAuthorizationsTest : public testing::Test {
protected:
    PinAuthorizationsTest() {
        store_.now = clock_.now();
        who_.session_id = SessionId{7};
    }
    void authorize(Uuid const& only_for = {}) {
        EXPECT_TRUE(
            authorizations_.authorize(who_, account_, [](std::string_view) { return true; },
                                      {.lifetime = 5min, .attempts_max = 3, .only_for = only_for}));
    }
    bool covers(Uuid const& transfer = {}) {
        auto const covered = authorizations_.covers(who_, account_, transfer);
        EXPECT_TRUE(covered);
        return covered && *covered;
    }

    test::FakeClock clock_;
    FakePins store_;
    Bindings const bindings_{Secret("a key for tests")};
    PinAuthorizations authorizations_{store_, bindings_, clock_};
    Principal who_;
    AccountId const account_{3};
    Uuid const transfer_ = new_uuid(clock_.now());
};

TEST_F(PinAuthorizationsTest, CoverWhatTheCoreAuthorizedUntilItsEnd) {
    EXPECT_FALSE(covers());
    authorize();
    EXPECT_TRUE(covers());
    EXPECT_EQ(store_.reads, 1) << "the core gave it itself";
    clock_.advance(5min);
    store_.rows.clear();
    EXPECT_FALSE(covers());
}

TEST_F(PinAuthorizationsTest, CoverWhatAnotherDaemonAuthorized) {
    authorize();
    PinAuthorizations other(store_, bindings_, clock_);
    auto const covers = [&](AccountId account) {
        auto const covered = other.covers(who_, account, transfer_);
        return covered && *covered;
    };
    EXPECT_FALSE(covers(AccountId{4}));
    EXPECT_TRUE(covers(account_));
    EXPECT_TRUE(covers(account_));
    EXPECT_EQ(store_.reads, 1) << "all of a session with one question";
}

TEST_F(PinAuthorizationsTest, CoverOneTransferAlone) {
    authorize(transfer_);
    EXPECT_TRUE(covers(transfer_));
    store_.rows.clear();
    EXPECT_FALSE(covers(transfer_)) << "it was not remembered for others";
}

TEST_F(PinAuthorizationsTest, AreNotBelievedOnceTheirRowWasAltered) {
    authorize(transfer_);
    authorize();
    auto const honest = store_.rows;
    auto const altered = [&](std::size_t row, auto change) {
        store_.rows = {honest[row]};
        change(store_.rows[0]);
        PinAuthorizations other(store_, bindings_, clock_);
        return other.covers(who_, account_, {}).value();
    };
    using Row = StoredPinAuthorization;
    EXPECT_FALSE(altered(0, [](Row& row) { row.scope.only_for = {}; }));
    EXPECT_FALSE(altered(1, [](Row& row) { row.scope.expires_at = row.scope.expires_at + 1us; }));
    EXPECT_FALSE(altered(1, [](Row& row) { row.mac[31] ^= 1; }));
    EXPECT_FALSE(altered(1, [](Row& row) { row.mac.clear(); }));
    for (auto const& other : {std::pair{SessionId{8}, account_}, {SessionId{7}, AccountId{4}}}) {
        EXPECT_FALSE(altered(1, [&](Row& row) {
            auto const mac = bindings_.of_pin(other.first, other.second, row.scope);
            row.mac.assign(mac.begin(), mac.end());
        }));
    }
    EXPECT_FALSE(altered(1, [](Row& row) { row.account = AccountId{4}; }));
    EXPECT_TRUE(altered(1, [](Row&) {}));
}

TEST_F(PinAuthorizationsTest, AreUnknownWhileTheDatabaseIsAway) {
    store_.is_away = true;
    auto const covered = authorizations_.covers(who_, account_, transfer_);
    ASSERT_FALSE(covered);
    EXPECT_EQ(covered.code(), Code::storage_unavailable);
}

TEST(SessionSecrets, EndWithTheirUser) {
    SessionRandom random{};
    random.fill(0xAB);
    auto const secret = session_secret(random, UserId{0x0102030405060708});
    EXPECT_EQ(to_hex(secret), "abababababababababababababababab0102030405060708");
}

}  // namespace
}  // namespace bank::access
