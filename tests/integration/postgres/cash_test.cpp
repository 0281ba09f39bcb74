// [bank] customer_cash: whether customers may deposit and withdraw by themselves, as SQL enforces
// it.
#include "tests/integration/postgres/bank_fixture.hpp"

namespace bank::test {
namespace {

using api::Role;
using testing::ElementsAre;

class Cash : public BankFixture {
protected:
    Cash()
        : anna(person(Role::customer, "anna")),
          bert(person(Role::customer, "bert")),
          a(account(anna).id),
          b(account(bert).id) {
        authorize(anna, a);
        pay_in(a, 1000);
    }

    std::string changes() {
        return database.value(
            "select coalesce(string_agg(bank.record_details(details_hash, transfer_id)"
            " ->> 'customer_cash', ' ' order by id), '')"
            " from bank.audit_logs where action = 'set_customer_cash'");
    }

    Person anna;
    Person bert;
    AccountId a;
    AccountId b;
};

TEST_F(Cash, IsForCustomersAtFirst) {
    EXPECT_EQ(outcome(deposit(anna, a, 5, "1")), "posted");
    EXPECT_EQ(outcome(withdrawal(anna, a, 5, "2")), "posted");
}

TEST_F(Cash, IsForStaffAloneOnceTheBankSaysSoAndNothingMoves) {
    ASSERT_TRUE(bank->keep_customer_cash(false));
    auto const before = money();
    EXPECT_EQ(outcome(deposit(anna, a, 5, "1")), "cash_by_staff_only");
    EXPECT_EQ(outcome(withdrawal(anna, a, 5, "2")), "cash_by_staff_only");
    EXPECT_THAT(audit_tail(2),
                ElementsAre("deposit cash_by_staff_only", "withdrawal cash_by_staff_only"));
    EXPECT_EQ(money(), before);
    for (auto const& who : {teller, admin}) {
        EXPECT_EQ(outcome(deposit(who, a, 5, "3 " + who.name)), "posted");
        EXPECT_EQ(outcome(withdrawal(who, a, 5, "4 " + who.name)), "posted");
    }
    EXPECT_EQ(outcome(transfer(anna, a, b, 5, "5")), "posted");
    auto const reserved = posted(hold(anna, a, b, 5, "6"));
    EXPECT_EQ(outcome(capture(bert, reserved, 0, "7")), "posted");
    ASSERT_TRUE(bank->keep_customer_cash(true));
    EXPECT_EQ(outcome(deposit(anna, a, 5, "8")), "posted");
    expect_sound_ledger();
}

TEST_F(Cash, TellsWhetherItWasOtherwise) {
    for (auto const& [wanted, is_changed] : {std::pair{true, false}, std::pair{false, true},
                                             std::pair{false, false}, std::pair{true, true}}) {
        auto const kept = bank->keep_customer_cash(wanted);
        ASSERT_TRUE(kept);
        EXPECT_EQ(*kept, is_changed) << wanted;
    }
    EXPECT_EQ(changes(), "false true");
}

TEST_F(Cash, OfALinkedGroupStopsTheWholeGroup) {
    ASSERT_TRUE(bank->keep_customer_cash(false));
    auto const before = money();
    auto const results = run(linked({transfer(anna, a, b, 5, "1"), withdrawal(anna, a, 5, "2")}));
    for (auto const& result : results) {
        EXPECT_EQ(word(result.decision.code), "cash_by_staff_only");
    }
    EXPECT_EQ(money(), before);
}

TEST_F(Cash, ThatWasDecidedIsAnsweredAgain) {
    auto const order = withdrawal(anna, a, 5, "1");
    auto const first = posted(order);
    ASSERT_TRUE(bank->keep_customer_cash(false));
    auto const before = money();
    auto const again = run({order})[0];
    EXPECT_TRUE(again.decision.is_replay);
    EXPECT_EQ(word(again.decision.code), "posted");
    EXPECT_TRUE(first);
    EXPECT_EQ(money(), before);
}

// SQL does not trust the engine: a decision from before a change of the rule is not posted after
// it.
TEST_F(Cash, IsRefusedBySqlWhateverTheEngineDecided) {
    for (auto const& order : {deposit(anna, a, 5, "1"), withdrawal(anna, a, 5, "2")}) {
        ASSERT_TRUE(bank->keep_customer_cash(true));
        auto const lane = bank->make_lane();
        std::vector const orders{order};
        auto const locked = lane->lock(orders);
        ASSERT_TRUE(locked);
        auto const decisions = ledger::decide(orders, *locked);
        ASSERT_EQ(word(decisions[0].code), "posted");
        lane->abandon();
        ASSERT_TRUE(bank->keep_customer_cash(false));
        auto const before = money();
        EXPECT_EQ(word(force(orders, decisions)), "decision_refused");
        EXPECT_EQ(money(), before);
    }
}

TEST_F(Cash, IsRecordedOnlyIfTheRuleChanges) {
    ASSERT_TRUE(bank->keep_customer_cash(true));
    EXPECT_EQ(changes(), "");
    ASSERT_TRUE(bank->keep_customer_cash(false));
    ASSERT_TRUE(bank->keep_customer_cash(false));
    EXPECT_EQ(changes(), "false");
    ASSERT_TRUE(bank->keep_customer_cash(true));
    EXPECT_EQ(changes(), "false true");
}

}  // namespace
}  // namespace bank::test
