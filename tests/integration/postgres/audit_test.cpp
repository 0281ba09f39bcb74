#include <fmt/format.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "tests/integration/postgres/bank_fixture.hpp"

namespace bank::test {
namespace {

using api::Role;

class Trail : public BankFixture {
protected:
    audit::Event event(audit::Action action, std::optional<Code> outcome = {}) const {
        audit::Event event;
        event.action = action;
        event.outcome = outcome;
        event.details = R"({"text":"é \" \\ ,{}"})";
        event.source = {"192.0.2.9", "agent \"x\"", {{9}}};
        return event;
    }
};

TEST_F(Trail, KeepsWhatHappenedAsItWasSaid) {
    auto refused = event(audit::Action::view_users, Code::permission_denied);
    refused.session = teller.acting.session;
    ASSERT_TRUE(bank->audit().record(event(audit::Action::start)));
    ASSERT_TRUE(bank->audit().record(refused));
    auto const page = bank->audit().read(admin.acting, {});
    ASSERT_TRUE(page) << page.error().detail;
    ASSERT_GE(page->items.size(), 2U);
    auto const& second = page->items[0];
    EXPECT_EQ(second.actor, "tina");
    EXPECT_EQ(second.action, "view_users");
    EXPECT_EQ(second.outcome, "permission_denied");
    EXPECT_EQ(second.details, R"({"text":"é \" \\ ,{}"})");
    EXPECT_EQ(second.ip, "192.0.2.9");
    EXPECT_EQ(second.user_agent, "agent \"x\"");
    EXPECT_EQ(second.request_id, to_string(Uuid{{9}}));
    EXPECT_EQ(page->items[1].actor, "-");
    EXPECT_EQ(page->items[1].outcome, "ok");
}

TEST_F(Trail, NamesTheActorOfASessionThatIsOver) {
    ASSERT_TRUE(bank->users().end_session(teller.acting));
    auto refused = event(audit::Action::view_account, Code::session_ended);
    refused.session = teller.acting.session;
    ASSERT_TRUE(bank->audit().record(refused));
    EXPECT_EQ(database.value("select split_part(s.value, E'\\t', 2) from bank.audit_logs l join "
                             "bank.audit_subjects s"
                             " on s.id = l.subject_id order by l.id desc limit 1"),
              "tina");
}

TEST_F(Trail, IsReadByAdminsAndAuditorsAndSaysSo) {
    auto const auditor = person(Role::auditor, "otto");
    ASSERT_TRUE(bank->audit().read(auditor.acting, {}));
    EXPECT_THAT(audit_tail(1), ::testing::ElementsAre("view_audit ok"));
    auto const refused = bank->audit().read(teller.acting, {});
    ASSERT_FALSE(refused);
    EXPECT_EQ(word(refused.code()), "permission_denied");
    EXPECT_THAT(audit_tail(1), ::testing::ElementsAre("view_audit permission_denied"));
}

TEST_F(Trail, IsFilteredAndPaged) {
    auto const anna = person(Role::customer, "anna");
    auto const id = account(anna).id;
    for (int i = 0; i < 5; ++i) pay_in(id, 10);
    api::AuditRequest request;
    request.account_id = id;
    request.action = "deposit";
    request.actor = "TINA";
    request.page.limit = 3;
    auto const first = bank->audit().read(admin.acting, request);
    ASSERT_TRUE(first) << first.error().detail;
    ASSERT_EQ(first->items.size(), 3U);
    EXPECT_GT(first->items[0].id, first->items[1].id);
    request.page.cursor = first->next_cursor;
    auto const second = bank->audit().read(admin.acting, request);
    EXPECT_EQ(second->items.size(), 2U);
    EXPECT_EQ(second->next_cursor, "");

    api::AuditRequest following;
    following.after = second->items.back().id;
    following.action = "deposit";
    auto const next = bank->audit().read(admin.acting, following);
    ASSERT_EQ(next->items.size(), 4U);
    EXPECT_LT(next->items[0].id, next->items[1].id);

    api::AuditRequest odd;
    odd.ip = "not an address";
    EXPECT_EQ(bank->audit().read(admin.acting, odd).error().field, "ip");
    odd = {};
    odd.request_id = "x";
    EXPECT_EQ(bank->audit().read(admin.acting, odd).error().field, "request_id");
    odd = {};
    odd.ip = "192.0.2.1";
    EXPECT_FALSE(bank->audit().read(admin.acting, odd)->items.empty());
}

}  // namespace
}  // namespace bank::test
