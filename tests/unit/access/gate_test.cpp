// Which calls pass the gate, the order of its steps, and the records of its refusals.
#include "core/access/gate.hpp"

#include <gmock/gmock.h>
#include <unistd.h>

#include <set>

#include "core/crypto/key_maker.hpp"
#include "core/operations/list.hpp"
#include "tests/support/failing_audit_store.hpp"
#include "tests/support/fake_clock.hpp"
#include "tests/support/mock_user_store.hpp"

namespace bank::access {
namespace {

using operations::Permission;
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

class GateTest : public testing::Test {
protected:
    GateTest() {
        caller_.local_peer = api::LocalPeer{.uid = ::getuid()};
        SessionRecord session;
        session.id = SessionId{7};
        session.user.id = UserId{3};
        session.user.role = api::Role::admin;
        session.expires_at = clock_.now() + 12h;
        EXPECT_CALL(users_, open_local_session(_, _, _)).WillRepeatedly(Return(session));
    }
    static operations::Facts facts_of(Permission permission, audit::Action action) {
        operations::Facts facts;
        facts.permission = permission;
        facts.action = action;
        return facts;
    }
    // Without an input.
    static operations::Operation operation_of(operations::Facts const& facts) {
        auto operation = operations::operation<operations::Logout>;
        operation.facts = facts;
        return operation;
    }
    Status enter(Request const& request, operations::Facts const& facts) {
        Gate::Visit visit;
        Done input;
        return gate_.enter(request, operation_of(facts), &input, *facts.action, visit);
    }
    std::string enter(Permission permission, audit::Action action) {
        auto const entered = enter({api::FrontEnd::admin, caller_}, facts_of(permission, action));
        if (entered.ok()) return "ok";
        return std::string(word(entered.code())) + " " +
               std::to_string(entered.error().retry_after_s);
    }
    void bind(SessionRecord& session) const {
        auto const mac = bindings_.of_role(session.user.id, session.user.role);
        session.role_mac.assign(mac.begin(), mac.end());
    }
    static Authenticator::Settings settings() {
        Authenticator::Settings made;
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
    Bindings const bindings_{Secret("a key for tests")};
    Authenticator authenticator_{users_, signer(), bindings_, settings(), clock_};
    Records records_;
    RefusalLog refusals_{records_, clock_};
    std::chrono::milliseconds lag_{0};
    std::optional<Code> obstacle_;
    Admission admission_{{}, authenticator_, refusals_, clock_, [](operations::Budget) {}};
    Gate gate_{admission_,
               authenticator_,
               refusals_,
               {[this] { return lag_; }, [this] { return obstacle_; }}};
    api::Caller caller_;
};

TEST_F(GateTest, RefusesHighRiskWhileTheAuditLogIsBehindAndNothingElse) {
    lag_ = Gate::sealing_lag_max;
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

TEST_F(GateTest, LetsAHaltedBankBeReadAndNothingElse) {
    auto const changes = [](Permission permission, audit::Action action) {
        auto facts = facts_of(permission, action);
        facts.effect = operations::Effect::changes;
        return facts;
    };
    Request const request{api::FrontEnd::admin, caller_};
    auto leaving = changes(Permission::revoke_session, audit::Action::logout);
    leaving.works_in_halt = true;
    for (auto const code : {Code::bank_halted, Code::storage_unavailable}) {
        obstacle_ = code;
        auto const refused =
            enter(request, changes(Permission::lock_account, audit::Action::lock_account));
        EXPECT_EQ(refused.code(), code);
        EXPECT_GT(refused.error().retry_after_s, 0U);
        EXPECT_EQ(enter(Permission::view_account, audit::Action::view_account), "ok");
        EXPECT_TRUE(enter(request, leaving).ok());
    }
    obstacle_ = std::nullopt;
    EXPECT_TRUE(
        enter(request, changes(Permission::lock_account, audit::Action::lock_account)).ok());
}

// Written down a second time on purpose, as below.
TEST(Halt, LeavesOnlySessionsPasswordsAndDecisionsOnAlarms) {
    std::set<std::string_view> working;
    for (auto const* const operation : operations::all()) {
        auto const& facts = operation->facts;
        // Operations without a permission are not asked about.
        if (facts.effect == operations::Effect::changes &&
            (facts.works_in_halt || !facts.permission) && facts.entry != operations::Entry::by_kind)
            working.insert(facts.name);
    }
    EXPECT_THAT(working, UnorderedElementsAre("refresh", "logout", "revoke_session",
                                              "change_password", "clear_alarm"));
}

TEST_F(GateTest, AsksForTheNewPasswordBeforeAnythingElse) {
    lag_ = Gate::sealing_lag_max + 1ms;
    SessionRecord session;
    session.id = SessionId{8};
    session.user.id = UserId{4};
    session.user.password_state = api::PasswordState::one_time;
    session.expires_at = clock_.now() + 12h;
    for (auto const role : {api::Role::customer, api::Role::admin}) {
        session.user.role = role;
        ++session.id.value;
        bind(session);
        EXPECT_CALL(users_, open_session(_, _)).WillOnce(Return(session));
        EXPECT_CALL(users_, find_session(_)).WillRepeatedly(Return(session));
        auto const tokens =
            authenticator_.open({.user = session.user, .password = {}, .role_mac = {}}, {});
        ASSERT_TRUE(tokens.ok());
        api::Caller caller;
        caller.access_token = tokens->access_token.reveal();
        auto const entered = enter({api::FrontEnd::rest, caller},
                                   facts_of(Permission::set_role, audit::Action::set_role));
        EXPECT_EQ(word(entered.code()), "password_change_required") << to_string(role);
    }
    EXPECT_THAT(records_.words, ElementsAre("set_role password_change_required",
                                            "set_role password_change_required"));
}

// Written down a second time on purpose: an operation that asks for less proof has to be named
// here.
TEST(Entries, AskEveryOperationForASessionButThese) {
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

TEST_F(GateTest, LetsASessionOfAOneTimePasswordDoOnlyTheFewThingsThatItMay) {
    SessionRecord session;
    session.id = SessionId{8};
    session.user.id = UserId{4};
    session.user.role = api::Role::admin;
    session.user.password_state = api::PasswordState::one_time;
    session.expires_at = clock_.now() + 12h;
    bind(session);
    EXPECT_CALL(users_, open_session(_, _)).WillOnce(Return(session));
    auto const tokens =
        authenticator_.open({.user = session.user, .password = {}, .role_mac = {}}, {});
    ASSERT_TRUE(tokens.ok());
    api::Caller caller;
    caller.access_token = tokens->access_token.reveal();
    Request const request{api::FrontEnd::rest, caller};
    // Asked for each time: what another daemon did counts at once.
    EXPECT_CALL(users_, find_session(_)).Times(3).WillRepeatedly(Return(session));
    auto const looking = facts_of(Permission::view_account, audit::Action::view_account);
    auto const changing = facts_of(Permission::change_password, audit::Action::change_password);
    EXPECT_EQ(enter(request, looking).code(), Code::password_change_required);
    EXPECT_EQ(enter(request, changing).code(), Code::password_change_required);
    EXPECT_TRUE(enter(request, operations::ChangePassword::facts).ok());
    EXPECT_THAT(records_.words, ElementsAre("view_account password_change_required",
                                            "change_password password_change_required"));
    session.user.password_state = api::PasswordState::chosen;
    EXPECT_CALL(users_, find_session(_)).WillOnce(Return(session));
    EXPECT_TRUE(enter(request, looking).ok());
    EXPECT_TRUE(enter(request, looking).ok());
}

TEST_F(GateTest, ChargesNoBudgetAndAsksNoProofOfAFrontEndThatMayNotCall) {
    auto facts = facts_of(Permission::view_account, audit::Action::view_account);
    facts.callers = operations::Callers::rest;
    Gate::Visit visit;
    Done input;
    auto const entered = gate_.enter({api::FrontEnd::admin, caller_}, operation_of(facts), &input,
                                     audit::Action::view_account, visit);
    EXPECT_EQ(entered.code(), Code::permission_denied);
    EXPECT_FALSE(visit.is_admitted);
    EXPECT_FALSE(visit.principal);
    EXPECT_THAT(records_.words, IsEmpty());
}

TEST_F(GateTest, ChecksTheShapeAfterTheSessionAndBeforeThePermission) {
    auto const& lock = operations::operation<operations::LockAccount>;
    api::LockAccountRequest input{.account_id = AccountId{1}, .reason = " "};
    Gate::Visit visit;
    auto const check = [&](api::Caller const& caller) {
        auto const entered = gate_.enter({api::FrontEnd::admin, caller}, lock, &input,
                                         audit::Action::lock_account, visit);
        return entered.ok() ? "ok" : std::string(word(entered.code())) + entered.error().field;
    };
    EXPECT_EQ(check({}), "not_authenticated");
    EXPECT_EQ(check(caller_), "invalid_field/reason");
    input.reason = "lost card";
    EXPECT_EQ(check(caller_), "ok");
}

// Notes which of its steps the gate asks for.
class FakeMovement final : public Movement {
public:
    [[nodiscard]] Purpose purpose() const override { return purpose_; }
    [[nodiscard]] Status preflight(Principal const&) override {
        steps.emplace_back("preflight");
        return preflight_;
    }
    [[nodiscard]] Result<bool> replay() override {
        steps.emplace_back("replay");
        return replay_;
    }
    [[nodiscard]] bool has_pin(Principal const&) const override { return has_pin_; }
    [[nodiscard]] Status prove_pin(Principal const&) override {
        steps.emplace_back("pin");
        return pin_;
    }

    std::vector<std::string> steps;
    Purpose purpose_{Permission::transfer, audit::Action::transfer};
    Status preflight_ = Done{};
    Result<bool> replay_ = false;
    bool has_pin_ = false;
    Status pin_ = Done{};
};

class Passing : public GateTest {
protected:
    Passing() {
        who_.user_id = UserId{3};
        who_.role = api::Role::customer;
    }
    std::string pass() {
        movement_.steps.clear();
        auto const passed = gate_.pass(who_, movement_);
        return passed.ok() ? "ok" : std::string(word(passed.code()));
    }

    Principal who_;
    FakeMovement movement_;
};

TEST_F(Passing, AsksTheDatabaseNothingWithoutAReason) {
    EXPECT_EQ(pass(), "ok");
    EXPECT_THAT(movement_.steps, ElementsAre("preflight"));
}

TEST_F(Passing, VerifiesAPinOnlyOfAnUndecidedKey) {
    movement_.has_pin_ = true;
    EXPECT_EQ(pass(), "ok");
    EXPECT_THAT(movement_.steps, ElementsAre("preflight", "replay", "pin"));
    movement_.pin_ = Code::pin_wrong;
    EXPECT_EQ(pass(), "pin_wrong");
    movement_.replay_ = true;
    EXPECT_EQ(pass(), "ok");
    EXPECT_THAT(movement_.steps, ElementsAre("preflight", "replay"));
}

TEST_F(Passing, RepeatsTheFirstAnswerWhateverHasChangedSince) {
    movement_.replay_ = true;
    movement_.preflight_ = Code::cash_by_staff_only;
    EXPECT_EQ(pass(), "ok");
    movement_.preflight_ = Done{};
    who_.role = api::Role::auditor;
    EXPECT_EQ(pass(), "ok");
    EXPECT_THAT(movement_.steps, ElementsAre("replay"));
    EXPECT_THAT(records_.words, IsEmpty());
}

TEST_F(Passing, RecordsARefusalAndNoOutage) {
    who_.role = api::Role::auditor;
    EXPECT_EQ(pass(), "permission_denied");
    who_.role = api::Role::customer;
    movement_.preflight_ = Code::cash_by_staff_only;
    EXPECT_EQ(pass(), "cash_by_staff_only");
    EXPECT_THAT(movement_.steps, ElementsAre("preflight", "replay"));
    movement_.preflight_ = Code::storage_unavailable;
    EXPECT_EQ(pass(), "storage_unavailable");
    movement_.replay_ = Code::storage_unavailable;
    movement_.preflight_ = Done{};
    movement_.has_pin_ = true;
    EXPECT_EQ(pass(), "storage_unavailable");
    EXPECT_THAT(movement_.steps, ElementsAre("preflight", "replay"));
    EXPECT_THAT(records_.words,
                ElementsAre("transfer permission_denied", "transfer cash_by_staff_only"));
}

TEST_F(Passing, RefusesHighRiskWhileTheAuditLogIsBehind) {
    movement_.purpose_ = {Permission::reverse, audit::Action::reversal};
    who_.role = api::Role::teller;
    EXPECT_EQ(pass(), "ok");
    lag_ = Gate::sealing_lag_max + 1ms;
    EXPECT_EQ(pass(), "audit_behind");
    movement_.replay_ = true;
    EXPECT_EQ(pass(), "ok");
}

}  // namespace
}  // namespace bank::access
