// Erasure of a person's data from the audit log: the records remain unchanged and valid.
#include "tests/integration/postgres/record_fixture.hpp"

namespace bank::test {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Erasing : public RecordFixture {
protected:
    // As the daemon does it: in the role of the caller.
    std::string erase(Person const& who, UserId wanted) const {
        std::vector<std::string> rows;
        constexpr auto sql =
            "set role bank_{};"
            R"(select status from bank.erase_subject(row('\x{}', '192.0.2.1', 'test', null), {}))";
        auto const state = run_sql(database.connection_as("bankd"),
                                   fmt::format(sql, api::to_string(who.acting.role),
                                               to_hex(who.acting.session), wanted.value),
                                   &rows);
        return state.empty() ? rows.at(0) : state;
    }
    // Everything that an auditor can read of the log, and the content of its copies.
    std::string readable() const {
        std::string sql =
            fmt::format(R"(begin; set local role bank_auditor; select bank.enter('\x{}');)",
                        to_hex(auditor.acting.session));
        sql +=
            "select t from ("
            " select l::text as t from bank.audit_logs l"
            " union all select s::text from (select id, user_id, value, salt, hash"
            " from bank.audit_subjects) s"
            " union all select d::text from bank.audit_details d"
            " union all select e::text from bank.exported(0, 100000) e"
            " union all select p::text from bank.exported_pending() p) r";
        std::vector<std::string> rows;
        EXPECT_EQ(run_sql(database.connection_as("bankd"), sql, &rows), "");
        rows.push_back(database.value(
            "select coalesce(string_agg(u::text, ' '), '') from bank.undelivered(0, 100000) u"));
        std::string all;
        for (auto const& row : rows) all += row + '\n';
        return all;
    }
    void disable(Person const& who) {
        ASSERT_TRUE(bank->users().set_disabled(admin.acting, {who.id, true}));
    }
    // Seals all records, without tiles.
    void seal() {
        wait_until_all_can_be_sealed();
        database.query(
            "select bank.seal(0, count(*)::int, (array_agg(xid order by xid desc, id desc))[1],"
            " (array_agg(id order by xid desc, id desc))[1], '{}', '{}', '{}') from "
            "bank.audit_logs");
    }

    // A user who occurs in the log in all ways.
    Person erased = [this] {
        auto who = person(api::Role::customer, "Gisela");
        access::Source const own{"198.51.100.77", "her own browser", {}};
        auto const session = new_session(who.id, "hers");
        who.session = bank->users().open_session(own, session)->id;
        who.acting.session = access::session_secret(session.random, who.id);
        who.acting.source = own;
        return who;
    }();
    Person auditor = person(api::Role::auditor, "otto");
};

TEST_F(Erasing, LeavesNothingOfAPersonAndAllRecordsFit) {
    auto const hers = account(erased).id;
    authorize(erased, hers);
    pay_in(hers, 100);
    auto& ledger = bank->ledger();
    EXPECT_EQ(outcome(transfer(erased, hers, b, 10, "gift")), "posted");
    EXPECT_EQ(outcome(transfer(erased, hers, AccountId{4711}, 10, "nowhere")),
              "credit_account_not_found");
    EXPECT_TRUE(ledger.freeze_account(teller.acting, {hers, true, false, "she is ill"}));
    api::AddUserRequest same_name;
    same_name.user_name = "gisela";
    EXPECT_FALSE(add_user(admin.acting, same_name, "record"));
    audit::Event failed;
    failed.action = audit::Action::login;
    failed.outcome = Code::login_refused;
    failed.details = R"({"user_name":"gisela"})";
    EXPECT_TRUE(bank->audit().record(failed));  // A wrong password: no user is signed in yet.
    disable(erased);
    seal();
    auto const leaves =
        "select md5(string_agg(leaf::text, '' order by id)) from bank.audit_logs"
        " where id <= " +
        database.value("select max(id) from bank.audit_logs");
    auto const before = database.value(leaves);
    for (auto const* part : {"isela", "198.51.100.77", "her own browser", "she is ill"}) {
        EXPECT_THAT(readable(), ::testing::HasSubstr(part));
    }

    EXPECT_EQ(erase(admin, erased.id), "ok");
    auto const rest = readable();
    for (auto const* part : {"isela", "198.51.100.77", "her own browser", "she is ill"}) {
        EXPECT_EQ(rest.find(part), std::string::npos)
            << rest.substr(rest.rfind('\n', rest.find(part)) + 1, 300);
    }
    EXPECT_EQ(database.value(leaves), before);
    EXPECT_THAT(misfits(), IsEmpty());
    EXPECT_THAT(audit_tail(1), ElementsAre("erase_subject ok"));
    EXPECT_THAT(rest, ::testing::HasSubstr("tina")) << "others are as they were";
    expect_sound_ledger();

    // Later records have a subject of their own, and can be erased again.
    EXPECT_FALSE(
        bank->users().open_session({"198.51.100.77", "", {}}, new_session(erased.id, "once more")));
    EXPECT_THAT(readable(), ::testing::HasSubstr("198.51.100.77"));
    EXPECT_EQ(erase(admin, erased.id), "ok");
    EXPECT_THAT(readable(), ::testing::Not(::testing::HasSubstr("198.51.100.77")));
    EXPECT_THAT(misfits(), IsEmpty());
}

TEST_F(Erasing, IsForAdminsAndOfDisabledUsersOnly) {
    constexpr auto insufficient_privilege = "42501";
    EXPECT_EQ(erase(admin, erased.id), "user_not_disabled");
    EXPECT_EQ(erase(admin, UserId{4711}), "user_not_found");
    EXPECT_THAT(audit_tail(2),
                ElementsAre("erase_subject user_not_disabled", "erase_subject user_not_found"));
    disable(erased);
    for (auto const& who : {teller, auditor, anna, erased}) {
        EXPECT_EQ(erase(who, erased.id), insufficient_privilege) << who.name;
    }
    // With the right database role, but without a session that has it.
    for (auto who : {teller, auditor, anna}) {
        who.acting.role = api::Role::admin;
        EXPECT_EQ(erase(who, erased.id), "permission_denied") << who.name;
    }
    auto ended = erased;
    ended.acting.role = api::Role::admin;
    EXPECT_EQ(erase(ended, erased.id), "session_ended");
    EXPECT_THAT(misfits(), IsEmpty());
    EXPECT_EQ(database.value("select count(*) from bank.audit_details where details is null"), "0");
    EXPECT_EQ(database.value("select count(*) from bank.audit_subjects where value is null"), "0");
}

}  // namespace
}  // namespace bank::test
