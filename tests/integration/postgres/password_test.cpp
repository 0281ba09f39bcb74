// One-time passwords: who may set them, and the limits of their sessions.
#include <fmt/format.h>

#include "core/base/bytes.hpp"
#include "tests/integration/postgres/bank_fixture.hpp"

namespace bank::test {
namespace {

using api::PasswordState;
using api::Role;
using ::testing::ElementsAre;

std::string word_of(auto const& result) {
    return result ? "ok" : std::string{word(result.code())};
}

class OneTime : public BankFixture {
protected:
    OneTime() : carl(person(Role::customer, "carl")), a(account(carl, 0, "pin record").id) {}

    // Reset by the admin, and signed in with the one-time password.
    Person signed_in_again(Person const& who) {
        auto const reset = bank->users().reset_password(admin.acting, who.id, "one-time record");
        EXPECT_TRUE(reset) << reset.error().detail;
        return log_in_again(who);
    }
    std::string expiry_of(Person const& who) {
        return database.value(
            fmt::format("select round(extract(epoch from password_expires_at - now()) / 60) from "
                        "bank.users where id = {}",
                        who.id.value));
    }
    void age(Person const& who, std::string const& interval) {
        database.alter(
            fmt::format("update bank.users set password_expires_at = "
                        "password_expires_at - interval '{}' where id = {}",
                        interval, who.id.value));
    }
    Result<access::SessionRecord> sign_in(Person const& who, std::string const& token) {
        auto session = new_session(who.id, token);
        auto const record = bank->users().login_record(who.name);
        session.password_version = (*record)->password.version;
        return bank->users().open_session(source, session);
    }

    access::Source source{"192.0.2.1", "test", {}};
    Person carl;
    AccountId a;
};

TEST_F(OneTime, EndsAllSessionsAndPinAuthorizationsAndTheOldPassword) {
    auto const other = log_in_again(carl);
    authorize(carl, a);
    auto const reset = bank->users().reset_password(admin.acting, carl.id, "one-time record");
    ASSERT_TRUE(reset) << reset.error().detail;
    EXPECT_EQ(reset->password_state, PasswordState::one_time);
    ASSERT_TRUE(reset->password_expires_at);
    EXPECT_EQ(expiry_of(carl), "1440");
    for (auto const& session : {carl, other}) {
        EXPECT_EQ(word_of(bank->users().find_session(session.acting.session)), "session_ended");
    }
    EXPECT_EQ(database.value("select count(*) from bank.pin_authorizations"), "0");
    // A login that verified the old password earlier does not succeed with it afterwards.
    EXPECT_EQ(word_of(bank->users().open_session(source, new_session(carl.id, "late"))),
              "login_refused");
    EXPECT_THAT(audit_tail(2), ElementsAre("reset_password ok", "login login_refused"));
    EXPECT_EQ(database.value("select count(*) from bank.audit_details where details::text like "
                             "'%one-time record%'"),
              "0");
    EXPECT_EQ(
        database.value("select (d.details ->> 'user_name') || ' ' || (d.details ->> 'user_id') "
                       "from bank.audit_details d join bank.audit_logs l on l.details_hash = "
                       "d.hash where l.action = 'reset_password'"),
        fmt::format("carl {}", carl.id.value));
}

TEST_F(OneTime, IsSetByAdminsForOthersWhoHaveAPassword) {
    auto const auditor = person(Role::auditor, "otto");
    auto const local = bank->users().open_local_session(source, 1000, new_session({}, "local"));
    ASSERT_TRUE(local);
    auto const before = database.value(
        "select md5(string_agg(u::text, '' order by id)) from "
        "bank.users u");
    for (auto const& who : {carl, teller, auditor}) {
        EXPECT_EQ(word_of(bank->users().reset_password(who.acting, teller.id, "x")),
                  "permission_denied")
            << who.name;
        EXPECT_THAT(audit_tail(1), ElementsAre("reset_password permission_denied")) << who.name;
    }
    EXPECT_EQ(word_of(bank->users().reset_password(admin.acting, admin.id, "x")),
              "permission_denied");
    EXPECT_EQ(word_of(bank->users().reset_password(admin.acting, local->user.id, "x")),
              "permission_denied");
    EXPECT_EQ(word_of(bank->users().reset_password(admin.acting, UserId{4711}, "x")),
              "user_not_found");
    EXPECT_EQ(database.value("select md5(string_agg(u::text, '' order by id)) from bank.users u"),
              before);
    EXPECT_EQ(word_of(bank->users().find_session(admin.acting.session)), "ok");
    EXPECT_EQ(bank->users().find_user(admin.acting, local->user.id)->password_state,
              PasswordState::none);
}

TEST_F(OneTime, IsWhatAnAdminTypedForANewUser) {
    api::AddUserRequest request;
    request.user_name = "nina";
    auto const added = add_user(admin.acting, request, "typed record");
    ASSERT_TRUE(added);
    EXPECT_EQ(added->password_state, PasswordState::one_time);
    Person const nina{added->id, "nina", {}, {}};
    EXPECT_EQ(expiry_of(nina), "1440");
    EXPECT_EQ(bank->users().find_user(admin.acting, carl.id)->password_state,
              PasswordState::chosen);
}

TEST_F(OneTime, SessionMovesNoMoneyAndReadsNothing) {
    pay_in(a, 1000);
    auto const again = signed_in_again(carl);
    authorize(again, a);
    auto const before = money();
    EXPECT_EQ(word_of(bank->users().find_session(again.acting.session)), "ok");
    EXPECT_EQ(outcome(order(api::TransferKind::withdrawal, again, a, {}, 1, "w")), "session_ended");
    EXPECT_EQ(money(), before);
    constexpr auto refused = "password_change_required";
    EXPECT_EQ(word_of(bank->ledger().find_account(again.acting, a)), refused);
    EXPECT_EQ(word_of(bank->users().list_sessions(again.acting, {})), refused);
    EXPECT_EQ(word_of(bank->users().find_user(again.acting, again.id)), refused);
    EXPECT_EQ(word_of(bank->users().revoke_session(again.acting, again.session)), refused);
    EXPECT_THAT(audit_tail(1), ElementsAre("revoke_session password_change_required"));
    // Nor past bank.enter(): the policies require a live session.
    std::vector<std::string> rows;
    EXPECT_EQ(run_sql(database.connection_as("bankd"),
                      fmt::format(R"(begin; set local role bank_customer; )"
                                  R"(select set_config('bank.session', '{}', true); )"
                                  R"(select count(*) from bank.account_rows)",
                                  to_hex(again.acting.session)),
                      &rows),
              "");
    EXPECT_EQ(rows.back(), "0");
}

TEST_F(OneTime, SessionOfAnAdminAdministersNothing) {
    auto const second = person(Role::admin, "second");
    auto const again = signed_in_again(second);
    api::AddUserRequest request;
    request.user_name = "nina";
    constexpr auto refused = "password_change_required";
    EXPECT_EQ(word_of(add_user(again.acting, request, "record")), refused);
    EXPECT_EQ(word_of(bank->users().reset_password(again.acting, carl.id, "record")), refused);
    EXPECT_EQ(word_of(set_role(again.acting, {carl.id, Role::admin})), refused);
    EXPECT_EQ(word_of(bank->users().list_users(again.acting, {})), refused);
    EXPECT_EQ(database.value("select count(*) from bank.users where user_name = 'nina'"), "0");
}

TEST_F(OneTime, SessionChangesThePasswordAndGoesOnAsAnyOther) {
    auto const again = signed_in_again(carl);
    auto const record = bank->users().password_record(again.acting);
    ASSERT_TRUE(record);
    EXPECT_EQ(record->hash, "one-time record");
    ASSERT_TRUE(bank->users().change_password(again.acting, record->version, "chosen record"));
    EXPECT_EQ(word_of(bank->ledger().find_account(again.acting, a)), "ok");
    auto const shown = bank->users().find_user(admin.acting, carl.id);
    EXPECT_EQ(shown->password_state, PasswordState::chosen);
    EXPECT_FALSE(shown->password_expires_at);
    EXPECT_EQ(word_of(bank->users().end_session(again.acting)), "ok");
}

TEST_F(OneTime, SessionEndsItself) {
    auto const again = signed_in_again(carl);
    EXPECT_EQ(word_of(bank->users().end_session(again.acting)), "ok");
    EXPECT_EQ(word_of(bank->users().find_session(again.acting.session)), "session_ended");
}

TEST_F(OneTime, SessionIsRenewed) {
    auto const again = signed_in_again(carl);
    auto opened = new_session(carl.id, "token 1");
    opened.password_version = 1;
    ASSERT_TRUE(bank->users().open_session(source, opened));
    auto const renewed = new_session(carl.id, "token 2");
    auto const refreshed = bank->users().refresh_session(source, digest_of("token 1"), renewed);
    ASSERT_TRUE(refreshed) << refreshed.error().detail;
    EXPECT_EQ(refreshed->user.password_state, PasswordState::one_time);
    age(carl, "15 minutes");
    EXPECT_EQ(word_of(bank->users().refresh_session(source, digest_of("token 2"),
                                                    new_session(carl.id, "token 3"))),
              "session_ended");
}

TEST_F(OneTime, WorksForAQuarterOfAnHourAfterItsFirstUseInOneSessionAtATime) {
    auto const first = signed_in_again(carl);
    EXPECT_EQ(expiry_of(carl), "15");
    age(carl, "10 minutes");
    ASSERT_TRUE(sign_in(carl, "second"));
    EXPECT_EQ(expiry_of(carl), "5");  // No longer because of it.
    EXPECT_EQ(word_of(bank->users().find_session(first.acting.session)), "session_ended");
    age(carl, "5 minutes");
    EXPECT_EQ(word_of(sign_in(carl, "third")), "login_refused");
}

TEST_F(OneTime, ExpiresAfterADay) {
    ASSERT_TRUE(bank->users().reset_password(admin.acting, carl.id, "one-time record"));
    age(carl, "23 hours 50 minutes");
    ASSERT_TRUE(sign_in(carl, "in time"));
    EXPECT_EQ(expiry_of(carl), "10");  // A use does not extend it.
    age(carl, "10 minutes");
    EXPECT_EQ(word_of(sign_in(carl, "late")), "login_refused");
    EXPECT_EQ((*bank->users().login_record("carl"))->user.password_state, PasswordState::expired);
    EXPECT_EQ(bank->users().find_user(admin.acting, carl.id)->password_state,
              PasswordState::expired);
}

TEST_F(OneTime, IsNotReplacedByWhoVerifiedTheOneBefore) {
    auto const verified = bank->users().password_record(carl.acting);
    ASSERT_TRUE(verified);
    auto const again = signed_in_again(carl);
    EXPECT_EQ(word_of(bank->users().change_password(again.acting, verified->version, "chosen")),
              "password_wrong");
    EXPECT_EQ(bank->users().password_record(again.acting)->hash, "one-time record");
}

TEST_F(OneTime, OfAnAdminDoesNotReplaceOneWhoHasChosenAPassword) {
    auto const second = person(Role::admin, "second");
    ASSERT_TRUE(bank->users().reset_password(admin.acting, second.id, "one-time record"));
    EXPECT_EQ(word_of(set_role(admin.acting, {admin.id, Role::teller})), "last_admin");
    EXPECT_EQ(word_of(bank->users().set_disabled(admin.acting, {admin.id, true})), "last_admin");
    // Nor once it has expired.
    age(second, "24 hours");
    EXPECT_EQ(word_of(set_role(admin.acting, {admin.id, Role::teller})), "last_admin");
    auto const again = signed_in_again(second);
    auto const verified = bank->users().password_record(again.acting);
    ASSERT_TRUE(verified);
    ASSERT_TRUE(bank->users().change_password(again.acting, verified->version, "chosen"));
    EXPECT_EQ(word_of(bank->users().set_disabled(admin.acting, {admin.id, true})), "ok");
}

TEST_F(OneTime, OfAnAdminDoesNotKeepThatAdmin) {
    auto const second = person(Role::admin, "second");
    ASSERT_TRUE(bank->users().reset_password(admin.acting, second.id, "one-time record"));
    EXPECT_EQ(word_of(bank->users().set_disabled(admin.acting, {second.id, true})), "ok");
}

TEST_F(OneTime, OfTheSoleAdminKeepsThatAdmin) {
    auto const session = new_session({}, "local");
    auto const opened = bank->users().open_local_session(source, 1000, session);
    ASSERT_TRUE(opened);
    access::Acting const local{access::session_secret(session.random, opened->user.id), Role::admin,
                               source};
    auto const second = person(Role::admin, "second");
    ASSERT_TRUE(bank->users().reset_password(second.acting, admin.id, "one-time record"));
    ASSERT_TRUE(bank->users().set_disabled(second.acting, {admin.id, true}));
    ASSERT_TRUE(bank->users().reset_password(local, second.id, "one-time record"));
    EXPECT_EQ(word_of(bank->users().set_disabled(local, {second.id, true})), "last_admin");
    EXPECT_EQ(word_of(set_role(local, {second.id, Role::teller})), "last_admin");
    // Expired, it allows no login, and its sessions end.
    age(second, "24 hours");
    EXPECT_EQ(word_of(bank->users().set_disabled(local, {second.id, true})), "ok");
}

}  // namespace
}  // namespace bank::test
