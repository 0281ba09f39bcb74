#include "core/access/authenticator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "core/crypto/key_maker.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/mock_user_store.hpp"

namespace bank::access {
namespace {

using testing::_;
using testing::Return;
using namespace std::chrono_literals;

Bindings const bindings{Secret("a key for tests")};

class AuthenticatorTest : public testing::Test {
protected:
    static crypto::TokenSigner signer() {
        auto made = crypto::TokenSigner::make({.key_pem = crypto::make_private_key_pem(),
                                               .key_id = "k1",
                                               .issuer = "bankd",
                                               .audience = "bankd"});
        return std::move(made).value();
    }

    SessionRecord record() const {
        SessionRecord made;
        made.id = SessionId{7};
        made.user.id = UserId{3};
        made.user.user_name = "alice";
        made.user.role = api::Role::customer;
        made.role_mac = mac_of(made.user);
        made.expires_at = clock_.now() + 12h;
        return made;
    }

    static Bytes mac_of(api::User const& user) {
        auto const mac = bindings.of_role(user.id, user.role);
        return {mac.begin(), mac.end()};
    }

    Result<api::Tokens> open(SessionRecord const& opened) {
        EXPECT_CALL(users_, open_session(_, _)).WillOnce(Return(opened));
        return authenticator_.open({.user = record().user, .password = {}, .role_mac = {}}, {});
    }

    std::string log_in() {
        auto const tokens = open(record());
        EXPECT_TRUE(tokens.ok());
        return std::string(tokens->access_token.reveal());
    }

    test::FakeClock clock_;
    testing::StrictMock<test::MockUserStore> users_;
    Authenticator authenticator_{users_, signer(), bindings, {}, clock_};
};

TEST_F(AuthenticatorTest, KnowsItsOwnTokenAndAsksForTheSessionOnce) {
    auto const token = log_in();
    EXPECT_CALL(users_, find_session(_)).WillOnce(Return(record()));
    for (int i = 0; i < 3; ++i) {
        auto const principal = authenticator_.by_token(token, {.ip = "192.0.2.1"});
        ASSERT_TRUE(principal.ok());
        EXPECT_EQ(principal->user_name, "alice");
        EXPECT_EQ(principal->acting.source.ip, "192.0.2.1");
    }
    EXPECT_EQ(authenticator_.user_of(token), UserId{3});
}

TEST_F(AuthenticatorTest, RefusesWhatIsNotItsToken) {
    auto const other = Authenticator(users_, signer(), bindings, {}, clock_);
    auto token = log_in();
    token.back() = token.back() == 'A' ? 'B' : 'A';
    for (auto const& bad : {std::string(), std::string("abc"), token}) {
        EXPECT_EQ(authenticator_.by_token(bad, {}).code(), Code::not_authenticated);
        EXPECT_EQ(authenticator_.user_of(bad), UserId{});
    }
}

TEST_F(AuthenticatorTest, RefusesAnExpiredTokenEvenIfItWasCached) {
    auto const token = log_in();
    EXPECT_CALL(users_, find_session(_)).WillOnce(Return(record()));
    ASSERT_TRUE(authenticator_.by_token(token, {}).ok());
    clock_.advance(601s);
    EXPECT_EQ(authenticator_.by_token(token, {}).code(), Code::not_authenticated);
}

TEST_F(AuthenticatorTest, LooksAgainAfterTheSessionWasForgottenOrHalfAMinuteWentBy) {
    auto const token = log_in();
    EXPECT_CALL(users_, find_session(_))
        .WillOnce(Return(record()))
        .WillOnce(Return(record()))
        .WillOnce(Return(Error{Code::session_ended}));
    ASSERT_TRUE(authenticator_.by_token(token, {}).ok());
    authenticator_.forget_session(SessionId{7});
    ASSERT_TRUE(authenticator_.by_token(token, {}).ok());
    clock_.advance(31s);
    EXPECT_EQ(authenticator_.by_token(token, {}).code(), Code::session_ended);
}

TEST_F(AuthenticatorTest, RefusesATokenWhoseRoleTheSessionNoLongerHas) {
    auto const token = log_in();
    auto promoted = record();
    promoted.user.role = api::Role::admin;
    EXPECT_CALL(users_, find_session(_)).WillOnce(Return(promoted));
    EXPECT_EQ(authenticator_.by_token(token, {}).code(), Code::session_ended);
}

TEST_F(AuthenticatorTest, BelievesNoRoleThatIsNotBound) {
    auto const token = log_in();
    for (auto const& mac : {Bytes{}, Bytes(32, 0), mac_of({.id = UserId{4}})}) {
        auto forged = record();
        forged.role_mac = mac;
        EXPECT_CALL(users_, find_session(_)).WillOnce(Return(forged));
        EXPECT_EQ(authenticator_.by_token(token, {}).code(), Code::session_ended);
        EXPECT_CALL(users_, end_session(_)).WillOnce(Return(Done{}));
        EXPECT_EQ(open(forged).code(), Code::session_ended);
    }
    // Bound, but not the role that was looked at when the password was verified.
    auto promoted = record();
    promoted.user.role = api::Role::admin;
    promoted.role_mac = mac_of(promoted.user);
    EXPECT_CALL(users_, end_session(_)).WillOnce(Return(Done{}));
    EXPECT_EQ(open(promoted).code(), Code::session_ended);
}

TEST_F(AuthenticatorTest, RefusesAMalformedRefreshTokenWithoutAskingTheDatabase) {
    auto const good = std::string(open(record())->refresh_token.reveal());
    ASSERT_EQ(good.size(), 55U);
    for (auto const& bad :
         {std::string{}, std::string{"x"}, good + "=", good.substr(0, 54),
          // No role; and 32 bytes, as in earlier versions.
          good.substr(0, 53) + "__", good.substr(0, 43), std::string{"not base64!"}}) {
        EXPECT_EQ(authenticator_.refresh(Secret(bad), {}).code(), Code::not_authenticated) << bad;
    }
}

TEST_F(AuthenticatorTest, EndsASessionThatARefreshTokenOfAnotherFinds) {
    auto const tokens = open(record());
    auto other_user = record();
    other_user.user.id = UserId{4};
    other_user.role_mac = mac_of(other_user.user);
    auto other_role = record();
    other_role.user.role = api::Role::admin;
    other_role.role_mac = mac_of(other_role.user);
    for (auto const& found : {other_user, other_role}) {
        EXPECT_CALL(users_, refresh_session(_, _, _)).WillOnce(Return(found));
        EXPECT_CALL(users_, end_session(_)).WillOnce(Return(Done{}));
        EXPECT_EQ(authenticator_.refresh(tokens->refresh_token, {}).code(), Code::session_ended);
    }
}

TEST_F(AuthenticatorTest, MakesTheSameSuccessorOfARefreshTokenAgainAndInEveryDaemon) {
    Bindings const other_bindings{Secret("another key")};
    auto other = Authenticator(users_, signer(), bindings, {}, clock_);
    auto stranger = Authenticator(users_, signer(), other_bindings, {}, clock_);
    auto const first = open(record())->refresh_token.clone();
    auto const second = open(record())->refresh_token.clone();
    std::vector<NewSession> renewed;
    EXPECT_CALL(users_, refresh_session(_, _, _))
        .Times(5)
        .WillRepeatedly([&](auto const&, auto const&, NewSession const& session) {
            renewed.push_back(session);
            return record();
        });
    std::vector<std::string> successors;
    auto const exchange = [&](Authenticator& by, Secret const& token) {
        successors.emplace_back(by.refresh(token, {})->refresh_token.reveal());
    };
    exchange(authenticator_, first);
    exchange(authenticator_, first);
    exchange(other, first);
    exchange(authenticator_, second);
    EXPECT_CALL(users_, end_session(_)).WillOnce(Return(Done{}));
    EXPECT_FALSE(stranger.refresh(first, {}).ok());
    EXPECT_EQ(successors[0], successors[1]);
    EXPECT_EQ(successors[0], successors[2]);
    EXPECT_EQ(renewed[0].random, renewed[2].random);
    EXPECT_EQ(renewed[0].refresh_digest, renewed[2].refresh_digest);
    EXPECT_NE(successors[0], successors[3]);
    for (auto const i : {3U, 4U}) {
        EXPECT_NE(renewed[0].random, renewed[i].random);
        EXPECT_NE(renewed[0].refresh_digest, renewed[i].refresh_digest);
    }
    EXPECT_NE(successors[0], first.reveal());
}

TEST_F(AuthenticatorTest, AdmitsOnlyTheSystemUsersThatItWasTold) {
    constexpr std::uint32_t stranger = 54'321;
    auto const refused = authenticator_.by_peer({.uid = stranger}, {});
    EXPECT_EQ(refused.code(), Code::permission_denied);
    EXPECT_NE(refused.error().message.find("[admin-access]"), std::string::npos);
    authenticator_.reload({.local_access = {.uids = {stranger}, .group = ""}});
    EXPECT_CALL(users_, open_local_session(_, stranger, _)).WillOnce(Return(record()));
    EXPECT_TRUE(authenticator_.by_peer({.uid = stranger}, {}).ok());
    EXPECT_TRUE(authenticator_.by_peer({.uid = stranger}, {}).ok());
    EXPECT_CALL(users_, open_local_session(_, geteuid(), _)).WillOnce(Return(record()));
    EXPECT_TRUE(authenticator_.by_peer({.uid = geteuid()}, {}).ok());
}

}  // namespace
}  // namespace bank::access
