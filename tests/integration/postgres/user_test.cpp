#include <fmt/format.h>

#include "tests/integration/postgres/bank_fixture.hpp"

namespace bank::test {
namespace {

using api::Role;
using ::testing::ElementsAre;

std::string word_of(auto const& result) {
    return result ? "ok" : std::string{word(result.code())};
}

class Users : public BankFixture {
protected:
    access::Source source{"2001:db8::1", "agent", {{1}}};
};

TEST_F(Users, AreFoundForLoginInAnyCase) {
    auto const found = bank->users().login_record("TINA");
    ASSERT_TRUE(found);
    ASSERT_TRUE(*found);
    EXPECT_EQ((*found)->user.user_name, "tina");
    EXPECT_EQ((*found)->password.hash, "record of tina");
    auto const nobody = bank->users().login_record("nobody");
    ASSERT_TRUE(nobody);
    EXPECT_FALSE(*nobody);
}

TEST_F(Users, AreAddedByAnAdminWithDrawersForTellers) {
    api::AddUserRequest request;
    request.user_name = "Theo";
    request.role = Role::teller;
    auto const added = add_user(admin.acting, request, "record");
    ASSERT_TRUE(added) << added.error().detail;
    EXPECT_EQ(added->role, Role::teller);
    EXPECT_EQ(database.value(fmt::format(
                  "select count(*) from bank.accounts where kind = 'cash' and user_id = {}",
                  added->id.value)),
              "1");
    request.user_name = "THEO";
    EXPECT_EQ(word_of(add_user(admin.acting, request, "record")), "user_name_taken");
    request.user_name = "os:7";
    EXPECT_EQ(word_of(add_user(admin.acting, request, "record")), "invalid_field");
    request.user_name = "thea";
    EXPECT_EQ(word_of(add_user(teller.acting, request, "record")), "permission_denied");
    EXPECT_EQ(database.value("select count(*) from bank.users"), "3");
    EXPECT_THAT(audit_tail(4), ElementsAre("add_user ok", "add_user user_name_taken",
                                           "add_user invalid_field", "add_user permission_denied"));
}

TEST_F(Users, ArePagedAndFiltered) {
    for (auto const* name : {"ann_1", "ann%2", "annette", "bob"}) person(Role::customer, name);
    api::ListUsersRequest request;
    request.name_prefix = "ANN";
    request.page.limit = 2;
    auto const first = bank->users().list_users(admin.acting, request);
    ASSERT_TRUE(first);
    ASSERT_EQ(first->items.size(), 2U);
    request.page.cursor = first->next_cursor;
    auto const second = bank->users().list_users(admin.acting, request);
    ASSERT_TRUE(second);
    ASSERT_EQ(second->items.size(), 1U);
    EXPECT_EQ(second->items[0].user_name, "annette");
    EXPECT_EQ(second->next_cursor, "");
    request = {};
    request.role = Role::admin;
    EXPECT_EQ(bank->users().list_users(admin.acting, request)->items.size(), 1U);
    for (auto const* cursor :
         {"x", "-1", "0", "1 ", "7", "99999999999999999999", "AQMAAAAAAAAGpA"}) {
        request.page.cursor = cursor;
        auto const bad = bank->users().list_users(admin.acting, request);
        ASSERT_FALSE(bad) << cursor;
        EXPECT_EQ(bad.error().field, "cursor");
    }
}

TEST_F(Users, LoseTheirSessionsWithTheRoleOrWhenDisabled) {
    auto const carl = person(Role::customer, "carl");
    ASSERT_TRUE(set_role(admin.acting, {carl.id, Role::auditor}));
    EXPECT_EQ(word_of(bank->users().find_session(carl.acting.session)), "session_ended");

    auto const dora = person(Role::customer, "dora");
    auto const disabled = bank->users().set_disabled(admin.acting, {dora.id, true});
    ASSERT_TRUE(disabled);
    EXPECT_TRUE(disabled->is_disabled);
    EXPECT_EQ(word_of(bank->users().find_session(dora.acting.session)), "session_ended");
    EXPECT_EQ(word_of(bank->users().open_session(source, new_session(dora.id, "t"))),
              "login_refused");
    EXPECT_EQ(word_of(set_role(admin.acting, {UserId{4711}, Role::admin})), "user_not_found");
}

TEST_F(Users, KeepALastAdminWhoCanLogIn) {
    ASSERT_TRUE(bank->users().open_local_session(source, 0, new_session({}, "local")));
    EXPECT_EQ(word_of(bank->users().set_disabled(admin.acting, {admin.id, true})), "last_admin");
    EXPECT_EQ(word_of(set_role(admin.acting, {admin.id, Role::teller})), "last_admin");
    person(Role::admin, "second");
    EXPECT_EQ(word_of(bank->users().set_disabled(admin.acting, {admin.id, true})), "ok");
    EXPECT_EQ(word_of(bank->users().find_session(admin.acting.session)), "session_ended");
}

TEST_F(Users, OfTheMachineAreMadeAtFirstUseAndHaveNoPassword) {
    auto const first = bank->users().open_local_session(source, 1000, new_session({}, "1"));
    ASSERT_TRUE(first) << first.error().detail;
    EXPECT_EQ(first->user.user_name, "os:1000");
    EXPECT_EQ(first->user.role, Role::admin);
    auto const second = bank->users().open_local_session(source, 1000, new_session({}, "2"));
    ASSERT_TRUE(second);
    EXPECT_EQ(second->user.id, first->user.id);
    EXPECT_EQ(word_of(bank->users().open_session(source, new_session(first->user.id, "3"))),
              "login_refused");
    EXPECT_EQ(word_of(set_role(admin.acting, {first->user.id, Role::teller})), "permission_denied");
}

TEST_F(Users, ChangeTheirPasswordAndKeepOnlyThisSession) {
    auto const other = log_in_again(teller);
    EXPECT_EQ(bank->users().password_record(teller.acting)->hash, "record of tina");
    ASSERT_TRUE(bank->users().change_password(teller.acting, 0, "new record"));
    EXPECT_EQ(bank->users().password_record(teller.acting)->hash, "new record");
    EXPECT_EQ(word_of(bank->users().find_session(other.acting.session)), "session_ended");
    // A hash is adopted only for the password from which it was computed, and once.
    auto const adopt = [&](std::int64_t verified, std::string const& record) {
        auto const version = bank->users().rehash_password(source, teller.id, verified, record);
        EXPECT_TRUE(version);
        return version->value_or(-1);
    };
    EXPECT_EQ(adopt(0, "stale"), -1);
    EXPECT_EQ(bank->users().password_record(teller.acting)->hash, "new record");
    EXPECT_EQ(adopt(1, "stronger"), 2);
    EXPECT_EQ(adopt(1, "stronger too"), -1);
    EXPECT_EQ(bank->users().password_record(teller.acting)->hash, "stronger");
    EXPECT_EQ(bank->users().password_record(teller.acting)->version, 2);
    EXPECT_EQ(word_of(bank->users().find_session(teller.acting.session)), "ok");
    EXPECT_THAT(audit_tail(2), ::testing::ElementsAre("change_password ok", "change_password ok"));
}

class Sessions : public Users {};

TEST_F(Sessions, ChangeTheirSecretAtEachRefreshAndKeepTheirEnd) {
    auto const carl = person(Role::customer, "carl");
    auto const opened = new_session(carl.id, "token 1");
    auto const session = bank->users().open_session(source, opened);
    ASSERT_TRUE(session);
    auto const renewed = new_session(carl.id, "token 2");
    auto const refreshed = bank->users().refresh_session(source, digest_of("token 1"), renewed);
    ASSERT_TRUE(refreshed) << refreshed.error().detail;
    EXPECT_EQ(refreshed->id, session->id);
    EXPECT_EQ(refreshed->expires_at, session->expires_at);
    EXPECT_EQ(word_of(bank->users().find_session(access::session_secret(opened.random, carl.id))),
              "session_ended");
    EXPECT_EQ(word_of(bank->users().find_session(access::session_secret(renewed.random, carl.id))),
              "ok");
}

TEST_F(Sessions, EndWhenARefreshTokenComesTwice) {
    auto const carl = person(Role::customer, "carl");
    ASSERT_TRUE(bank->users().open_session(source, new_session(carl.id, "token 1")));
    auto const renewed = new_session(carl.id, "token 2");
    ASSERT_TRUE(bank->users().refresh_session(source, digest_of("token 1"), renewed));
    EXPECT_EQ(word_of(bank->users().refresh_session(source, digest_of("token 1"),
                                                    new_session(carl.id, "x"))),
              "refresh_token_reused");
    EXPECT_EQ(word_of(bank->users().find_session(access::session_secret(renewed.random, carl.id))),
              "session_ended");
    EXPECT_EQ(word_of(bank->users().refresh_session(source, digest_of("token 2"),
                                                    new_session(carl.id, "y"))),
              "session_ended");
    EXPECT_EQ(word_of(bank->users().refresh_session(source, digest_of("never"),
                                                    new_session(carl.id, "z"))),
              "session_ended");
    EXPECT_THAT(audit_tail(3), ElementsAre("refresh refresh_token_reused", "refresh session_ended",
                                           "refresh session_ended"));
}

TEST_F(Sessions, AreListedAndRevokedByTheirUserOrAnAdmin) {
    auto const carl = person(Role::customer, "carl");
    auto const other = log_in_again(carl);
    auto const own = bank->users().list_sessions(carl.acting, {});
    ASSERT_TRUE(own);
    ASSERT_EQ(own->items.size(), 2U);
    EXPECT_EQ(own->items[0].id, other.session);
    EXPECT_FALSE(own->items[0].is_current);
    EXPECT_TRUE(own->items[1].is_current);
    EXPECT_EQ(own->items[1].ip, "192.0.2.1");
    EXPECT_EQ(word_of(bank->users().revoke_session(carl.acting, teller.session)), "not_found");
    EXPECT_EQ(word_of(bank->users().revoke_session(teller.acting, other.session)), "not_found");
    EXPECT_EQ(word_of(bank->users().revoke_session(carl.acting, other.session)), "ok");
    api::ListSessionsRequest request;
    request.user_id = carl.id;
    EXPECT_EQ(bank->users().list_sessions(admin.acting, request)->items.size(), 1U);
    EXPECT_EQ(bank->users().list_sessions(teller.acting, request)->items.size(), 0U);
    EXPECT_EQ(word_of(bank->users().revoke_session(admin.acting, carl.session)), "ok");
    EXPECT_EQ(word_of(bank->users().end_session(carl.acting)), "session_ended");
    EXPECT_EQ(word_of(bank->users().end_session(teller.acting)), "ok");
}

TEST_F(Sessions, AreNotReadUnderAnotherRoleThanTheyClaim) {
    auto claims_more = teller.acting;
    claims_more.role = Role::admin;
    EXPECT_EQ(word_of(bank->users().list_users(claims_more, {})), "session_ended");
}

}  // namespace
}  // namespace bank::test
