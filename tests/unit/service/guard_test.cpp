// Who gets past the guard, and what the audit log's state has to do with it.
#include "core/service/guard.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <set>

#include "core/crypto/key_maker.hpp"
#include "core/operations/list.hpp"
#include "tests/support/failing_audit_store.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/mock_user_store.hpp"

namespace bank::service {
namespace {

using policy::Permission;
using testing::_;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Return;
using testing::UnorderedElementsAre;
using namespace std::chrono_literals;

class Records : public test::FailingAuditStore {
public:
    Status record(audit::Event const& event) override {
        words.push_back(std::string(audit::facts(event.action).word) + " " +
                        std::string(event.outcome ? word(*event.outcome) : "ok"));
        return Done{};
    }
    std::vector<std::string> words;
};

class GuardTest : public testing::Test {
protected:
    GuardTest() {
        caller_.local_peer = api::LocalPeer{.uid = ::getuid()};
        auth::SessionRecord session;
        session.id = SessionId{7};
        session.user.id = UserId{3};
        session.user.role = api::Role::admin;
        session.expires_at = clock_.now() + 12h;
        EXPECT_CALL(users_, open_local_session(_, _, _)).WillRepeatedly(Return(session));
    }
    std::string enter(Permission permission, audit::Action action) {
        auto const entered = guard_.enter({api::FrontEnd::admin, caller_}, {permission, action});
        if (entered.ok()) return "ok";
        return std::string(word(entered.code())) + " " +
               std::to_string(entered.error().retry_after_s);
    }
    static auth::Authenticator::Settings settings() {
        auth::Authenticator::Settings made;
        made.local_access.uids = {::getuid()};
        return made;
    }
    static crypto::TokenSigner signer() {
        return crypto::TokenSigner::make({.key_pem = crypto::make_private_key_pem(),
                                          .key_id = "k1",
                                          .issuer = "bankd",
                                          .audience = "bankd"})
            .value();
    }

    test::FakeClock clock_;
    testing::NiceMock<test::MockUserStore> users_;
    auth::Authenticator authenticator_{users_, signer(), Secret("a key for tests"), settings(),
                                       clock_};
    Records records_;
    RefusalLog refusals_{records_, clock_};
    std::chrono::milliseconds lag_{0};
    Guard guard_{authenticator_, refusals_, [this] { return lag_; }};
    api::Caller caller_;
};

TEST_F(GuardTest, RefusesHighRiskWhileTheAuditLogIsBehindAndNothingElse) {
    lag_ = Guard::sealing_lag_max;
    EXPECT_EQ(enter(Permission::set_role, audit::Action::set_role), "ok");
    lag_ += 1ms;
    EXPECT_EQ(enter(Permission::set_role, audit::Action::set_role), "audit_behind 10");
    EXPECT_EQ(enter(Permission::reverse, audit::Action::reversal), "audit_behind 10");
    EXPECT_EQ(enter(Permission::erase_subject, audit::Action::erase_subject), "audit_behind 10");
    EXPECT_EQ(enter(Permission::archive_audit, audit::Action::prune_audit), "audit_behind 10");
    EXPECT_EQ(enter(Permission::reset_password, audit::Action::reset_password), "audit_behind 10");
    EXPECT_THAT(
        records_.words,
        ElementsAre("set_role audit_behind", "reversal audit_behind", "erase_subject audit_behind",
                    "prune_audit audit_behind", "reset_password audit_behind"));
    records_.words.clear();
    EXPECT_EQ(enter(Permission::transfer, audit::Action::transfer), "ok");
    EXPECT_EQ(enter(Permission::view_audit, audit::Action::view_audit), "ok");
    lag_ = 0ms;
    EXPECT_EQ(enter(Permission::set_role, audit::Action::set_role), "ok");
    EXPECT_THAT(records_.words, IsEmpty());
}

TEST_F(GuardTest, AsksForTheNewPasswordBeforeAnythingElse) {
    lag_ = Guard::sealing_lag_max + 1ms;
    auth::SessionRecord session;
    session.id = SessionId{8};
    session.user.id = UserId{4};
    session.user.password_state = api::PasswordState::one_time;
    session.expires_at = clock_.now() + 12h;
    for (auto const role : {api::Role::customer, api::Role::admin}) {
        session.user.role = role;
        ++session.id.value;
        EXPECT_CALL(users_, open_session(_, _)).WillOnce(Return(session));
        EXPECT_CALL(users_, find_session(_)).WillRepeatedly(Return(session));
        auto const tokens = authenticator_.open(UserId{4}, 1, {});
        ASSERT_TRUE(tokens.ok());
        api::Caller caller;
        caller.access_token = tokens->access_token.reveal();
        auto const entered = guard_.enter({api::FrontEnd::rest, caller},
                                          {Permission::set_role, audit::Action::set_role});
        EXPECT_EQ(word(entered.code()), "password_change_required") << to_string(role);
    }
    EXPECT_THAT(records_.words, ElementsAre("set_role password_change_required",
                                            "set_role password_change_required"));
}

// Written down a second time on purpose: an operation that asks for less proof has to be named
// here.
TEST(Gate, AsksEveryOperationForASessionButThese) {
    std::set<std::string_view> anyone;
    std::set<std::string_view> any_password;
    std::set<std::string_view> by_kind;
    for (auto const* const operation : operations::all()) {
        auto const& facts = operation->facts;
        switch (facts.entry) {
        case operations::Entry::anyone: anyone.insert(facts.name); break;
        case operations::Entry::any_password: any_password.insert(facts.name); break;
        case operations::Entry::by_kind: by_kind.insert(facts.name); break;
        case operations::Entry::session:
            // All but the one that pays for what is checked call by call.
            EXPECT_TRUE(facts.permission || facts.name == "reserve_batch") << facts.name;
        }
    }
    EXPECT_THAT(anyone, UnorderedElementsAre("login", "refresh", "audit_checkpoint", "audit_keys",
                                             "audit_consistency", "readiness", "public_facts",
                                             "metrics", "report_metrics"));
    EXPECT_THAT(any_password, UnorderedElementsAre("logout", "who_am_i", "change_password"));
    EXPECT_THAT(by_kind, UnorderedElementsAre("submit", "submit_linked"));
}

TEST_F(GuardTest, LetsASessionOfAOneTimePasswordDoOnlyTheFewThingsThatItMay) {
    auth::SessionRecord session;
    session.id = SessionId{8};
    session.user.id = UserId{4};
    session.user.role = api::Role::admin;
    session.user.password_state = api::PasswordState::one_time;
    session.expires_at = clock_.now() + 12h;
    EXPECT_CALL(users_, open_session(_, _)).WillOnce(Return(session));
    auto const tokens = authenticator_.open(UserId{4}, 1, {});
    ASSERT_TRUE(tokens.ok());
    api::Caller caller;
    caller.access_token = tokens->access_token.reveal();
    Request const request{api::FrontEnd::rest, caller};
    // Asked for each time: what another daemon did counts at once.
    EXPECT_CALL(users_, find_session(_)).Times(3).WillRepeatedly(Return(session));
    Purpose const looking{Permission::view_account, audit::Action::view_account};
    Purpose const changing{Permission::change_password, audit::Action::change_password};
    EXPECT_EQ(guard_.enter(request, looking).code(), Code::password_change_required);
    EXPECT_EQ(guard_.enter(request, changing).code(), Code::password_change_required);
    EXPECT_TRUE(guard_.enter(request, operations::ChangePassword::facts).ok());
    EXPECT_THAT(records_.words, ElementsAre("view_account password_change_required",
                                            "change_password password_change_required"));
    session.user.password_state = api::PasswordState::chosen;
    EXPECT_CALL(users_, find_session(_)).WillOnce(Return(session));
    EXPECT_TRUE(guard_.enter(request, looking).ok());
    EXPECT_TRUE(guard_.enter(request, looking).ok());
}

}  // namespace
}  // namespace bank::service
