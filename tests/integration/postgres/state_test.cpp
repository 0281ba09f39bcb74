// The state of the bank, recomputed from its log: an honest one agrees, and each row that a
// database administrator changed is named.
#include "core/verify/export_verifier.hpp"
#include "tests/integration/postgres/record_fixture.hpp"

namespace bank::test {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

class States : public RecordFixture {
protected:
    // "code table key field" of each finding, as an auditor gets them.
    std::vector<std::string> verified() {
        auto const text = exported(admin);
        EXPECT_TRUE(text) << text.error().detail;
        return verified(*text);
    }
    std::vector<std::string> verified(std::string const& text) {
        verify::ExportVerifier verifier(keys_);
        verify::TextSource source(text);
        EXPECT_TRUE(verifier.add_file("export", source, true));
        summary = verifier.finish();
        std::vector<std::string> found;
        for (auto const& finding : verifier.findings().kept()) {
            auto shown = std::string(verify::word(finding.code));
            if (finding.row) {
                shown += fmt::format(" {} {} {}", finding.row->table, finding.row->key,
                                     finding.row->field);
            }
            found.push_back(std::move(shown));
            sentences += finding.text + "\n";
        }
        return found;
    }
    // As superuser, with all triggers off, on a log that is sealed.
    void tamper(std::string const& sql) {
        seal_all();
        for (auto const* const table :
             {"accounts", "users", "transfers", "audit_logs", "audit_prunings", "role_limits"}) {
            database.query(fmt::format("alter table bank.{} disable trigger user", table));
        }
        database.query(sql);
    }
    std::string id_of(std::string const& name) {
        return database.value(
            fmt::format("select id from bank.users where user_name = '{}'", name));
    }

    verify::Summary summary;
    std::string sentences;
};

TEST_F(States, OfAnHonestBankFollowsFromItsLog) {
    live();
    auto const open = posted(hold(anna, a, b, 1, "open"));
    ASSERT_TRUE(open);
    EXPECT_TRUE(bank->ledger().rename_account(anna.acting, {b, "not hers"}).code() ==
                Code::account_not_found);
    EXPECT_TRUE(bank->ledger().rename_account(bert.acting, {b, "Savings"}));
    ASSERT_TRUE(bank->keep_customer_cash(false));
    ASSERT_TRUE(bank->keep_customer_cash(true));
    // Not sealed yet, and sealed.
    EXPECT_THAT(verified(), IsEmpty()) << sentences;
    seal_all();
    EXPECT_THAT(verified(), IsEmpty()) << sentences;
    auto const rows = database.value(
        "select (select count(*) from bank.users) + (select count(*) from bank.accounts)"
        " + (select count(*) from bank.role_limits) + (select count(*) from bank.open_holds) + 1");
    EXPECT_EQ(std::to_string(summary.rows), rows);
    // Each of the functions that change a state was here.
    EXPECT_EQ(database.value("select count(distinct d.details ->> 'table') from bank.audit_logs l"
                             " join bank.audit_details d on d.hash = l.details_hash"
                             " where l.action = 'change_state'"),
              "4");
}

TEST_F(States, FollowFromTheLogAlsoAfterAnErasure) {
    live();
    posted(transfer(anna, a, b, 5, "more"));
    ASSERT_TRUE(bank->users().set_disabled(admin.acting, {anna.id, true}));
    auto const name = database.value(fmt::format(
        "select bank.state_of(u) ->> 'user_name' from bank.users u where id = {}", anna.id.value));
    auto const erased = bank->users().erase_subject(admin.acting, anna.id);
    ASSERT_TRUE(erased) << erased.error().detail;
    seal_all();
    EXPECT_THAT(verified(), IsEmpty()) << sentences;
    EXPECT_GT(summary.erased_details, 0U);
    EXPECT_GT(summary.erased_subjects, 0U);
    EXPECT_NE(database.value(fmt::format("select bank.state_of(u) ->> 'user_name' from bank.users u"
                                         " where id = {}",
                                         anna.id.value)),
              name)
        << "what the log has of the name says nothing any more";
}

struct Attack {
    char const* name;
    char const* sql;  // {a} and {b}: accounts of anna and bert.
    std::vector<std::string> found;
};

class Attacked : public States, public ::testing::WithParamInterface<Attack> {};

TEST_P(Attacked, IsNamed) {
    authorize(anna, a);
    pay_in(a, 1000);
    posted(hold(anna, a, b, 10, "open"));
    ASSERT_TRUE(bank->ledger().set_role_limits(admin.acting, {api::Role::teller, eur, {{}, 7000}}));
    ASSERT_TRUE(bank->ledger().freeze_account(teller.acting, {b, true, false, "court"}));
    ASSERT_TRUE(bank->ledger().set_limits(admin.acting, {a, {500, 900, {}, 2000}, 5}));
    auto const hold = database.value("select max(id) from bank.open_holds");
    auto const own = database.value("select id from bank.accounts where kind = 'suspense'");
    auto const fill = [&](std::string const& text) {
        return fmt::format(fmt::runtime(text), fmt::arg("a", a.value), fmt::arg("b", b.value),
                           fmt::arg("anna", anna.id.value), fmt::arg("bert", bert.id.value),
                           fmt::arg("hold", hold), fmt::arg("own", own));
    };
    tamper(fill(GetParam().sql));
    std::vector<std::string> expected;
    for (auto const& text : GetParam().found) expected.push_back(fill(text));
    EXPECT_THAT(verified(), ::testing::UnorderedElementsAreArray(expected)) << sentences;
}

INSTANTIATE_TEST_SUITE_P(
    Kinds, Attacked,
    ::testing::Values(
        Attack{
            "Owners",
            "update bank.accounts set user_id = {anna} + {bert} - user_id where id in ({a}, {b})",
            // The salts of the texts are the owners'.
            {"state_mismatch accounts {a} user_id", "state_mismatch accounts {b} user_id",
             "state_mismatch accounts {a} name", "state_mismatch accounts {b} name",
             "state_mismatch accounts {a} pin_hash", "state_mismatch accounts {b} freeze_reason"}},
        Attack{
            "Numbers",
            "create temporary table old as select id, account_no from bank.accounts;"
            "update bank.accounts set account_no = 'DE0000000000' || id where id in ({a}, {b});"
            "update bank.accounts n set account_no = o.account_no from old o"
            " where o.id = {a} + {b} - n.id and n.id in ({a}, {b})",
            {"state_mismatch accounts {a} account_no", "state_mismatch accounts {b} account_no"}},
        Attack{"UserName",
               "update bank.users set user_name = 'mallory' where id = {anna}",
               {"state_mismatch users {anna} user_name"}},
        Attack{"Disabled",
               "update bank.users set is_disabled = true where id = {anna}",
               {"state_mismatch users {anna} is_disabled"}},
        Attack{"Role",
               "update bank.users set role = 'teller' where id = {anna}",
               {"state_mismatch users {anna} role"}},
        Attack{"AnOldPassword",
               "update bank.users set password = 'an older record' where id = {anna}",
               {"state_mismatch users {anna} password"}},
        Attack{"AUser",
               "insert into bank.users (id, user_name, role) overriding system value values"
               " (4711, 'ghost', 'admin')",
               {"state_mismatch users 4711 "}},
        Attack{"Overdraft",
               "update bank.accounts set overdraft_limit = 9007199254740991 where id = {a}",
               {"state_mismatch accounts {a} overdraft_limit"}},
        Attack{"Limits",
               "update bank.accounts set limit_per_day = null, minimum_balance = 0 where id = {a}",
               {"state_mismatch accounts {a} limit_per_day",
                "state_mismatch accounts {a} minimum_balance"}},
        Attack{"RoleLimits",
               "update bank.role_limits set per_day = null",
               {"state_mismatch role_limits teller EUR per_day"}},
        Attack{"RoleLimitsDeleted",
               "delete from bank.role_limits",
               {"state_mismatch role_limits teller EUR "}},
        Attack{"Rules",
               "update bank.rules set customer_cash = not customer_cash, change_no = change_no + 1",
               {"state_mismatch rules all customer_cash", "state_mismatch rules all change_no"}},
        Attack{"FailedAttempts",
               "update bank.accounts set failed_attempts = 2 where id = {a}",
               {"state_mismatch accounts {a} failed_attempts"}},
        Attack{
            "Lock",
            "update bank.accounts set is_locked = true, lock_reason = 'x' where id = {a}",
            {"state_mismatch accounts {a} is_locked", "state_mismatch accounts {a} lock_reason"}},
        Attack{
            "Freeze",
            "update bank.accounts set is_debit_frozen = false, freeze_reason = null where id = {b}",
            {"state_mismatch accounts {b} is_debit_frozen",
             "state_mismatch accounts {b} freeze_reason"}},
        Attack{"Closed",
               "update bank.accounts set is_closed = true where id = {b}",
               {"state_mismatch accounts {b} is_closed"}},
        Attack{"Kind",
               "update bank.accounts set kind = 'cash' where id = {b}",
               {"state_mismatch accounts {b} kind"}},
        Attack{"Currency",
               "update bank.accounts set currency = 'USD' where id = {b}",
               // It has a hold in euros.
               {"currency_mismatch", "state_mismatch accounts {b} currency"}},
        Attack{"Name",
               "update bank.accounts set name = 'Main account' where id = {b}",
               {"state_mismatch accounts {b} name"}},
        Attack{
            "CreatedAt",
            "update bank.accounts set created_at = created_at - interval '1 year' where id = {b}",
            {"state_mismatch accounts {b} created_at"}},
        Attack{"AnAccountInserted",
               "insert into bank.accounts (id, account_no, name, kind, currency, overdraft_limit, "
               "user_id)"
               " values (999999, 'DE0099999999', 'x', 'customer', 'EUR', 5000, {anna})",
               {"state_mismatch accounts 999999 "}},
        Attack{"AnAccountDeleted",
               "delete from bank.accounts where id = {own}",
               {"state_mismatch accounts {own} "}},
        Attack{"AHoldForEver",
               "update bank.open_holds set expires_at = '2099-01-01'",
               {"state_mismatch open_holds {hold} expires_at"}},
        Attack{"AHoldOfLess",
               "update bank.open_holds set amount = 1",
               {"state_mismatch open_holds {hold} amount"}},
        Attack{
            "AHoldDeleted", "delete from bank.open_holds", {"state_mismatch open_holds {hold} "}},
        Attack{"Subjects",
               "update bank.audit_subjects set value = null, salt = null where user_id = {anna}",
               {"erasure_unrecorded"}},
        Attack{"APruning",
               "insert into bank.audit_archives (digest, first_no, end_no, last_xid, last_id)"
               " select sha256('x'), 0, tree_size, last_xid, last_id from bank.sealed();"
               "insert into bank.audit_prunings (end_no, digest, last_xid, last_id)"
               " select 1, sha256('x'), '1', 1",
               {"state_mismatch audit_prunings 1 "}},
        Attack{"ARestore",
               "insert into bank.restores (backup, wanted, accepted_missing, reason, checked_at,"
               " lost_checkpoint) values ('b', 'newest', 5, 'x', now(), 'a note')",
               {"state_mismatch restores 1 "}}),
    [](auto const& cell) { return std::string(cell.param.name); });

TEST_F(States, DetailsThatTheBankDidNotEraseAreMissed) {
    live();
    tamper("update bank.audit_details set details = null, salt = null");
    auto const found = verified();
    EXPECT_THAT(found, Contains("erasure_unrecorded"));
    EXPECT_THAT(found, Contains("details_changed")) << "those of states are never erased";
}

TEST_F(States, OneIdempotencyIdOnTwoTransfersIsFound) {
    pay_in(a, 1000);
    auto const first = deposit(teller, a, 5, "once");
    posted(first);
    database.query("drop index bank.transfers_idempotency_id");
    std::vector<ledger::TransferOrder> second{deposit(teller, a, 5, "twice")};
    auto const lane = bank->make_lane();
    auto const locked = lane->lock(second);
    ASSERT_TRUE(locked);
    auto const decisions = ledger::decide(second, *locked);
    second[0].idempotency_id = first.idempotency_id;  // The lane relies on the index.
    ASSERT_TRUE(lane->post(second, decisions, *locked));
    seal_all();
    EXPECT_THAT(verified(), ElementsAre("duplicate_idempotency_id"));
    auto const report = bank->ledger().check_ledger(admin.acting);
    ASSERT_TRUE(report) << report.error().detail;
    ASSERT_EQ(report->findings.size(), 1U);
    EXPECT_THAT(report->findings[0].what, HasSubstr("have one idempotency id"));
}

TEST_F(States, AreRecordedOnceAsOlderThanTheLog) {
    tamper(
        fmt::format("update bank.accounts set overdraft_limit = 5 where id = {0};"
                    "delete from bank.state_begin; select bank.begin_state(1000)",
                    a.value));
    auto const found = verified();
    EXPECT_THAT(found, Contains("state_mismatch")) << "a second record of it";
    EXPECT_THAT(found, Contains(fmt::format("state_mismatch accounts {} change_no", a.value)));
}

TEST_F(States, AFunctionThatForgetsTheRecordFails) {
    for (auto const* const sql :
         {"update bank.users set is_disabled = true", "update bank.accounts set name = 'x'",
          "update bank.rules set customer_cash = false"}) {
        EXPECT_THROW(database.query(sql), std::runtime_error) << sql;
    }
    EXPECT_NO_THROW(database.query("update bank.accounts set version = version + 1"));
}

}  // namespace
}  // namespace bank::test
