// Frozen and closed accounts, and who may change an account's restrictions.
#include <algorithm>
#include <functional>

#include "tests/integration/postgres/limits_fixture.hpp"

namespace bank::test {
namespace {

using api::Role;
using api::TransferKind;
using ::testing::ElementsAre;

std::string word_of(auto const& result) {
    return result ? "ok" : std::string{word(result.code())};
}

class Standing : public LimitsFixture {
protected:
    Standing() : a(rich(1000)), b(account(bert).id), auditor(person(Role::auditor, "otto")) {}

    AccountId a;
    AccountId b;
    Person auditor;
};

TEST_F(Standing, DebitFrozenLetsNothingOutButWhatWasReservedBefore) {
    auto const captured = posted(hold(anna, a, b, 100));
    auto const released = posted(hold(anna, a, b, 100));
    auto const paid_in = posted(deposit(teller, a, 50, key()));
    auto const paid_out = posted(withdrawal(anna, a, 20, key()));
    freeze(a, true, false);
    EXPECT_EQ(read(a).available, 0);
    EXPECT_EQ(read(a).freeze_reason, "court order");
    for (auto const& who : {anna, teller, admin}) {
        for (auto const kind : spending_kinds)
            expect_refused(spend(kind, who, a, b, 1), "debit_account_frozen");
    }
    expect_refused(of_origin(TransferKind::reversal, teller, paid_in), "debit_account_frozen");
    EXPECT_EQ(post(deposit(teller, a, 1, key())), "posted");
    EXPECT_EQ(post(transfer(teller, b, a, 1, key())), "insufficient_funds");
    pay_in(b, 1);
    EXPECT_EQ(post(transfer(teller, b, a, 1, key())), "posted");
    EXPECT_EQ(post(of_origin(TransferKind::reversal, teller, paid_out)), "posted");
    EXPECT_EQ(post(of_origin(TransferKind::capture, bert, captured)), "posted");
    EXPECT_EQ(post(of_origin(TransferKind::release, bert, released)), "posted");
    EXPECT_EQ(balance(a), 1000 + 50 + 1 + 1 - 100);
    EXPECT_EQ(read(a).held, 0);

    freeze(a, false, false);
    EXPECT_EQ(read(a).freeze_reason, "");
    EXPECT_EQ(post(withdrawal(anna, a, 1, key())), "posted");
    expect_sound_ledger();
}

TEST_F(Standing, OfAnAccountIsExplainedToStaffAlone) {
    auto& ledger = bank->ledger();
    freeze(a, true, true);
    ASSERT_TRUE(ledger.lock_account(teller.acting, {a, "suspected fraud"}));
    for (auto const& who : {teller, admin, auditor}) {
        auto const seen = ledger.find_account(who.acting, a);
        ASSERT_TRUE(seen) << who.name;
        EXPECT_EQ(seen->freeze_reason, "court order") << who.name;
        EXPECT_EQ(seen->lock_reason, "suspected fraud") << who.name;
    }
    auto const found = ledger.find_account(anna.acting, a);
    ASSERT_TRUE(found);
    auto const listed = ledger.list_accounts(anna.acting, {});
    ASSERT_TRUE(listed);
    auto const same = [&](api::Account const& each) { return each.id == a; };
    auto const in_list = std::find_if(listed->items.begin(), listed->items.end(), same);
    ASSERT_NE(in_list, listed->items.end());
    for (auto const* seen : {&*found, &*in_list}) {
        EXPECT_TRUE(seen->is_locked && seen->is_debit_frozen && seen->is_credit_frozen);
        EXPECT_EQ(seen->freeze_reason, "");
        EXPECT_EQ(seen->lock_reason, "");
    }
}

TEST_F(Standing, CreditFrozenLetsNothingIn) {
    auto const held = posted(hold(anna, a, b, 100));
    auto const given_up = posted(hold(anna, a, b, 100));
    pay_in(b, 100);
    auto const paid_out = posted(withdrawal(teller, b, 10, key()));
    freeze(b, false, true);
    EXPECT_EQ(read(b).available, 90);
    expect_refused(deposit(teller, b, 1, key()), "credit_account_frozen");
    expect_refused(transfer(anna, a, b, 1, key()), "credit_account_frozen");
    expect_refused(hold(anna, a, b, 1), "credit_account_frozen");
    expect_refused(of_origin(TransferKind::capture, bert, held), "credit_account_frozen");
    expect_refused(of_origin(TransferKind::reversal, teller, paid_out), "credit_account_frozen");
    EXPECT_EQ(post(of_origin(TransferKind::release, bert, given_up)), "posted");
    EXPECT_EQ(post(withdrawal(teller, b, 90, key())), "posted");
    freeze(b, false, false);
    EXPECT_EQ(post(of_origin(TransferKind::capture, bert, held)), "posted");
    expect_sound_ledger();
}

TEST_F(Standing, FrozenBothWaysNamesTheDebitFirst) {
    pay_in(b, 10);
    freeze(a, true, false);
    freeze(b, true, true);
    expect_refused(transfer(teller, a, b, 1, key()), "debit_account_frozen");
    freeze(a, false, false);
    expect_refused(transfer(teller, a, b, 1, key()), "credit_account_frozen");
    expect_refused(withdrawal(teller, b, 1, key()), "debit_account_frozen");
}

TEST_F(Standing, OfAFrozenDrawerStopsItsTellersCash) {
    AccountId const drawer{std::stoll(database.value(fmt::format(
        "select id from bank.accounts where kind = 'cash' and user_id = {}", teller.id.value)))};
    freeze(drawer, true, false);
    expect_refused(deposit(teller, a, 1, key()), "debit_account_frozen");
    EXPECT_EQ(post(withdrawal(teller, a, 1, key())), "posted");
    EXPECT_EQ(post(deposit(admin, a, 1, key())), "posted");
    freeze(drawer, false, true);
    expect_refused(withdrawal(teller, a, 1, key()), "credit_account_frozen");
    EXPECT_EQ(post(deposit(teller, a, 1, key())), "posted");
}

TEST_F(Standing, OfAClosedAccountIsFinal) {
    auto const paid_in = posted(deposit(teller, b, 50, key()));
    auto const paid_out = posted(withdrawal(teller, b, 50, key()));
    ASSERT_TRUE(bank->ledger().close_account(teller.acting, b));
    expect_refused(withdrawal(teller, b, 1, key()), "debit_account_closed");
    expect_refused(transfer(teller, b, a, 1, key()), "debit_account_closed");
    expect_refused(hold(teller, b, a, 1), "debit_account_closed");
    expect_refused(of_origin(TransferKind::reversal, teller, paid_in), "debit_account_closed");
    expect_refused(deposit(teller, b, 1, key()), "credit_account_closed");
    expect_refused(transfer(anna, a, b, 1, key()), "credit_account_closed");
    expect_refused(hold(anna, a, b, 1), "credit_account_closed");
    expect_refused(of_origin(TransferKind::reversal, teller, paid_out), "credit_account_closed");
    auto const before = standing();
    auto& ledger = bank->ledger();
    EXPECT_EQ(word_of(ledger.set_limits(admin.acting, {b, {.per_day = 1}, 0})), "account_closed");
    EXPECT_EQ(word_of(ledger.set_overdraft(admin.acting, {b, 1})), "account_closed");
    EXPECT_EQ(word_of(ledger.freeze_account(teller.acting, {b, true, true, "x"})),
              "account_closed");
    EXPECT_EQ(standing(), before);
    EXPECT_EQ(read(b).limits, api::Limits{});
    EXPECT_EQ(read(b).overdraft_limit, 0);
    EXPECT_FALSE(read(b).is_debit_frozen || read(b).is_credit_frozen);
    EXPECT_THAT(audit_tail(3),
                ElementsAre("set_limits account_closed", "set_overdraft account_closed",
                            "freeze_account account_closed"));
    expect_sound_ledger();
}

TEST_F(Standing, OfAnAccountWithAnOpenHoldIsNotToBeClosedOrCutShort) {
    auto const c = rich(0, 100);
    auto const held = posted(hold(anna, c, b, 80));
    auto& ledger = bank->ledger();
    EXPECT_EQ(word_of(ledger.close_account(teller.acting, c)), "account_not_empty");
    EXPECT_EQ(word_of(ledger.set_overdraft(admin.acting, {c, 79})), "limit_below_use");
    EXPECT_EQ(read(c).overdraft_limit, 100);
    EXPECT_EQ(word_of(ledger.set_overdraft(admin.acting, {c, 80})), "ok");
    expect_refused(withdrawal(anna, c, 1, key()), "insufficient_funds");
    EXPECT_EQ(post(of_origin(TransferKind::release, bert, held)), "posted");
    EXPECT_EQ(word_of(ledger.set_overdraft(admin.acting, {c, 0})), "ok");
    EXPECT_EQ(word_of(ledger.close_account(teller.acting, c)), "ok");
}

// An account's restrictions, as one text.
std::string const bounds_of_all =
    "select coalesce((select string_agg(concat_ws('/', id, limit_per_transfer, limit_per_day,"
    " limit_per_week, limit_per_month, minimum_balance, overdraft_limit, is_debit_frozen,"
    " is_credit_frozen, freeze_reason, version), ' ' order by id) from bank.accounts), '')"
    " || coalesce((select string_agg(l::text, ' ' order by l) from bank.role_limits l), '')";

TEST_F(Standing, IsChangedByThoseAloneWhoMay) {
    auto& ledger = bank->ledger();
    struct Change {
        std::string action;
        std::function<Code(Person const&)> make;
        std::vector<Person> allowed;
    };
    auto const code = [](auto const& result) { return result ? Code::posted : result.code(); };
    Change const changes[] = {
        {"set_limits",
         [&](auto& who) {
             return code(ledger.set_limits(who.acting, {a, {.per_day = 5}, 7}));
         },
         {admin}},
        {"freeze_account",
         [&](auto& who) {
             return code(ledger.freeze_account(who.acting, {a, true, false, "reason"}));
         },
         {teller, admin}},
        {"set_role_limits",
         [&](auto& who) {
             return code(
                 ledger.set_role_limits(who.acting, {Role::customer, eur, {.per_week = 9}}));
         },
         {admin}},
    };
    for (auto const& change : changes) {
        for (auto const& who : {anna, bert, teller, auditor, admin}) {
            SCOPED_TRACE(change.action + " by " + who.name);
            auto const may = std::any_of(change.allowed.begin(), change.allowed.end(),
                                         [&](auto const& one) { return one.id == who.id; });
            auto const before = database.value(bounds_of_all);
            auto const outcome = change.make(who);
            EXPECT_EQ(word(outcome), may ? "posted" : "permission_denied");
            EXPECT_EQ(database.value(bounds_of_all) == before, !may);
            EXPECT_THAT(audit_tail(1),
                        ElementsAre(change.action + (may ? " ok" : " permission_denied")));
            EXPECT_EQ(database.value("select split_part(s.value, E'\\t', 2) from bank.audit_logs l "
                                     "join bank.audit_subjects s"
                                     " on s.id = l.subject_id order by l.id desc limit 1"),
                      who.name);
            if (may && who.id == teller.id) freeze(a, false, false);
        }
    }
}

TEST_F(Standing, IsNotChangedByASessionThatEndedOrOnNoAccount) {
    auto& ledger = bank->ledger();
    AccountId const none{999999};
    EXPECT_EQ(word_of(ledger.set_limits(admin.acting, {none, {}, 0})), "account_not_found");
    EXPECT_EQ(word_of(ledger.freeze_account(teller.acting, {none, true, true, "x"})),
              "account_not_found");
    EXPECT_THAT(audit_tail(2),
                ElementsAre("set_limits account_not_found", "freeze_account account_not_found"));
    auto const before = database.value(bounds_of_all);
    database.query(fmt::format("update bank.sessions set revoked_at = now() where id in ({}, {})",
                               admin.session.value, teller.session.value));
    EXPECT_EQ(word_of(ledger.set_limits(admin.acting, {a, {.per_day = 5}, 7})), "session_ended");
    EXPECT_EQ(word_of(ledger.set_role_limits(admin.acting, {Role::teller, eur, {.per_day = 5}})),
              "session_ended");
    EXPECT_EQ(word_of(ledger.freeze_account(teller.acting, {a, true, true, "x"})), "session_ended");
    EXPECT_EQ(database.value(bounds_of_all), before);
}

TEST_F(Standing, LeavesARecordOfWhatItWasAndWhatItIs) {
    auto const details = [&] {
        return database.value(
            "select bank.record_details(details_hash, transfer_id) from bank.audit_logs"
            " order by id desc limit 1");
    };
    set_limits(a, {.per_day = 500}, 10);
    set_limits(a, {.per_transfer = 1, .per_week = 3, .per_month = 4});
    EXPECT_EQ(details(), fmt::format(R"({{"account_id":{},"before":{{"per_day":500,)"
                                     R"("minimum_balance":10}},"per_transfer":1,"per_week":3,)"
                                     R"("per_month":4,"minimum_balance":0}})",
                                     a.value));
    freeze(a, true, false);
    EXPECT_EQ(details(), fmt::format(R"({{"account_id":{},"is_debit_frozen":true,)"
                                     R"("is_credit_frozen":false,"reason":"court order"}})",
                                     a.value));
    set_role_limits(Role::teller, {.per_day = 5});
    EXPECT_EQ(details(), R"({"role":"teller","currency":"EUR","per_day":5})");
}

TEST_F(Standing, OfRolesIsListedForStaffAlone) {
    auto& ledger = bank->ledger();
    set_role_limits(Role::teller, {.per_day = 5});
    set_role_limits(Role::customer, {.per_transfer = 1, .per_week = 2, .per_month = 3});
    set_role_limits(Role::admin, {.per_day = 7});
    set_role_limits(Role::admin, {});
    for (auto const& who : {teller, auditor, admin}) {
        auto const listed = ledger.list_role_limits(who.acting);
        ASSERT_TRUE(listed) << who.name;
        ASSERT_EQ(listed->size(), 2U) << who.name;
        EXPECT_EQ(listed->at(0).role, Role::customer);
        EXPECT_EQ(listed->at(0).limits,
                  (api::Limits{.per_transfer = 1, .per_week = 2, .per_month = 3}));
        EXPECT_EQ(listed->at(1).role, Role::teller);
        EXPECT_EQ(listed->at(1).limits, api::Limits{.per_day = 5});
    }
    EXPECT_EQ(word_of(ledger.list_role_limits(anna.acting)), "permission_denied");
}

}  // namespace
}  // namespace bank::test
