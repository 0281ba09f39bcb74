// Linked groups and reversals through a lane, the engine and SQL; and SQL's answers to decisions
// that the engine would never make.
#include <fmt/format.h>

#include <atomic>
#include <thread>

#include "tests/integration/postgres/bank_fixture.hpp"

namespace bank::test {
namespace {

using api::Role;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::vector<std::string> words_of(std::vector<OrderResult> const& results) {
    std::vector<std::string> words;
    for (auto const& result : results) words.emplace_back(word(result.decision.code));
    return words;
}

class Several : public BankFixture {
protected:
    Several()
        : anna(person(Role::customer, "anna")),
          bert(person(Role::customer, "bert")),
          a(account(anna).id),
          b(account(bert).id),
          c(account(bert).id) {
        pay_in(a, 1000);
        authorize(anna, a);
    }
    ~Several() override { expect_sound_ledger(); }

    Person anna;
    Person bert;
    AccountId a;
    AccountId b;
    AccountId c;
};

class LinkedTransfers : public Several {};

TEST_F(LinkedTransfers, PayOneDebitToManyCredits) {
    auto const results = run(linked({transfer(anna, a, b, 300, "1"), transfer(anna, a, c, 200, "2"),
                                     withdrawal(anna, a, 500, "3")}));
    EXPECT_THAT(words_of(results), ElementsAre("posted", "posted", "posted"));
    EXPECT_EQ(results[0].decision.debit_balance, 700);
    EXPECT_EQ(results[1].decision.debit_balance, 500);
    EXPECT_EQ(results[2].decision.debit_balance, 0);
    EXPECT_EQ(balance(a), 0);
    EXPECT_EQ(balance(b), 300);
    EXPECT_EQ(balance(c), 200);
    EXPECT_THAT(database.query("select group_id from bank.transfers where group_id is not null"),
                ElementsAre(std::to_string(results[0].posted.id.value),
                            std::to_string(results[0].posted.id.value),
                            std::to_string(results[0].posted.id.value)));
}

TEST_F(LinkedTransfers, EachSeeWhatThoseBeforeThemDid) {
    // Bert has no money of his own to pass on.
    auto const results =
        run(linked({transfer(anna, a, b, 400, "1"), transfer(teller, b, c, 400, "2")}));
    EXPECT_THAT(words_of(results), ElementsAre("posted", "posted"));
    EXPECT_EQ(balance(c), 400);
}

struct Group {
    char const* name;
    std::size_t refused_index;
};

class RefusedGroup : public Several, public testing::WithParamInterface<Group> {};

INSTANTIATE_TEST_SUITE_P(LinkedTransfers, RefusedGroup,
                         testing::Values(Group{"first", 0}, Group{"middle", 1}, Group{"last", 2}),
                         [](auto const& row) { return row.param.name; });

TEST_P(RefusedGroup, MovesNothingAndKeepsEachOfItsTransfersWithItsStatus) {
    auto const index = GetParam().refused_index;
    std::vector orders{transfer(anna, a, b, 100, "1"), transfer(anna, a, c, 100, "2"),
                       hold(anna, a, b, 100, "3")};
    orders[index].amount.amount = 5000;
    auto const balances = [&] { return std::tuple(balance(a), balance(b), balance(c)); };
    auto const before = balances();
    auto const results = run(linked(orders));
    for (std::size_t i = 0; i < orders.size(); ++i) {
        EXPECT_EQ(word(results[i].decision.code),
                  i == index ? "insufficient_funds" : "linked_transfer_refused");
        EXPECT_EQ(results[i].decision.debit_balance, 1000);
        ASSERT_TRUE(results[i].posted.id);
        auto const kept = bank->ledger().find_transfer(anna.acting, results[i].posted.id);
        ASSERT_TRUE(kept);
        EXPECT_EQ(kept->status, results[i].decision.code);
        EXPECT_EQ(kept->balance, 1000);
        EXPECT_FALSE(kept->entry_id);
    }
    EXPECT_EQ(balances(), before);
    EXPECT_EQ(read(a).held, 0);
    EXPECT_EQ(read(a).spending, api::Spending{});
    EXPECT_EQ(database.value("select count(*) from bank.audit_logs where action in ('transfer',"
                             " 'hold') and outcome in ('linked_transfer_refused',"
                             " 'insufficient_funds')"),
              "3");
}

TEST_F(LinkedTransfers, DoNotDisturbTheirNeighbours) {
    auto orders = linked({transfer(anna, a, b, 600, "2"), transfer(anna, a, b, 600, "3")});
    orders.insert(orders.begin(), transfer(anna, a, c, 100, "1"));
    orders.push_back(transfer(anna, a, c, 900, "4"));
    auto const again = linked({deposit(teller, c, 1, "5"), deposit(teller, c, 2, "6")});
    orders.insert(orders.end(), again.begin(), again.end());
    EXPECT_THAT(words_of(run(orders)),
                ElementsAre("posted", "linked_transfer_refused", "insufficient_funds", "posted",
                            "posted", "posted"));
    EXPECT_EQ(balance(a), 0);
    EXPECT_EQ(balance(b), 0);
    EXPECT_EQ(balance(c), 1003);
}

TEST_F(LinkedTransfers, AreKeptNeitherInPartNorAtAllIfOneIsForbidden) {
    auto const before = money();
    EXPECT_THAT(words_of(run(linked({transfer(anna, a, b, 1, "1"), transfer(anna, b, a, 1, "2")}))),
                ElementsAre("permission_denied", "permission_denied"));
    EXPECT_THAT(words_of(run(linked(
                    {transfer(anna, a, b, 1, "1"), capture(bert, TransferId{4711}, 0, "2")}))),
                ElementsAre("origin_not_found", "origin_not_found"));
    EXPECT_EQ(money(), before);
    // After the fix the same keys are valid.
    EXPECT_THAT(words_of(run(linked({transfer(anna, a, b, 1, "1"), transfer(anna, a, b, 1, "2")}))),
                ElementsAre("posted", "posted"));
}

TEST_F(LinkedTransfers, AreAnsweredAsTheFirstTimeWhenTheyAreSentAgain) {
    auto const good = linked({transfer(anna, a, b, 300, "1"), transfer(anna, a, c, 200, "2")});
    auto const bad = linked({transfer(anna, a, b, 10, "3"), transfer(anna, a, c, 9999, "4")});
    run(good);
    run(bad);
    pay_in(a, 20'000);
    auto const before = money();
    for (auto const& orders : {good, bad}) {
        auto const results = run(orders);
        for (auto const& result : results) EXPECT_TRUE(result.decision.is_replay);
    }
    EXPECT_THAT(words_of(run(good)), ElementsAre("posted", "posted"));
    EXPECT_THAT(words_of(run(bad)), ElementsAre("linked_transfer_refused", "insufficient_funds"));
    // One of them with a different order: that is another group.
    EXPECT_THAT(words_of(run(linked({good[0], transfer(anna, a, c, 1, "5")}))),
                ElementsAre("idempotency_key_reused", "idempotency_key_reused"));
    EXPECT_EQ(money(), before);
}

TEST_F(LinkedTransfers, MayHaveSeveralFaultsAndNameTheFirst) {
    auto const usd = [&](auto order) {
        order.amount.currency = *money::parse_currency("USD");
        return order;
    };
    EXPECT_THAT(
        words_of(run(linked({transfer(anna, a, b, 9999, "1"), transfer(anna, a, a, 1, "2"),
                             usd(transfer(anna, a, b, 1, "3"))}))),
        ElementsAre("insufficient_funds", "linked_transfer_refused", "linked_transfer_refused"));
    EXPECT_THAT(
        words_of(run(linked({transfer(anna, a, a, 1, "4"), transfer(anna, a, b, 9999, "5"),
                             transfer(anna, a, a, 1, "6")}))),
        ElementsAre("accounts_are_the_same", "linked_transfer_refused", "linked_transfer_refused"));
    EXPECT_EQ(balance(a), 1000);
    EXPECT_EQ(balance(b), 0);
}

class Reversals : public Several {};

TEST_F(Reversals, MoveBackWhatATransferMovedOrAPart) {
    auto const whole = posted(transfer(anna, a, b, 300, "1"));
    auto const part = posted(transfer(anna, a, b, 200, "2"));
    auto const result = run({reversal(teller, whole, 0, "r1")})[0];
    EXPECT_EQ(word(result.decision.code), "posted");
    EXPECT_EQ(result.decision.amount.amount, 300);
    EXPECT_EQ(result.decision.debit_account, b);
    EXPECT_EQ(balance(a), 800);
    EXPECT_EQ(outcome(reversal(teller, part, 201, "above")), "reversal_exceeds_original");
    EXPECT_EQ(outcome(reversal(admin, part, 50, "r2")), "posted");
    EXPECT_EQ(balance(a), 850);
    EXPECT_EQ(balance(b), 150);
    // A partial reversal leaves nothing for a second one.
    EXPECT_EQ(outcome(reversal(teller, part, 50, "r3")), "already_reversed");
    EXPECT_EQ(outcome(reversal(teller, whole, 0, "r4")), "already_reversed");
    EXPECT_EQ(balance(a), 850);
    EXPECT_EQ(read(a).spending.today, 500);
}

TEST_F(Reversals, AreOfDepositsWithdrawalsAndCapturesToo) {
    auto const drawer = AccountId{std::stoll(database.value(fmt::format(
        "select id from bank.accounts where kind = 'cash' and user_id = {}", teller.id.value)))};
    auto const cash = balance(drawer);
    auto const paid_in = posted(deposit(teller, a, 70, "d"));
    auto const paid_out = posted(withdrawal(teller, a, 30, "w"));
    auto const of = posted(hold(anna, a, b, 100, "h"));
    auto const captured = posted(capture(bert, of, 60, "c"));
    EXPECT_EQ(balance(a), 980);
    EXPECT_EQ(outcome(reversal(teller, paid_in, 0, "1")), "posted");
    EXPECT_EQ(outcome(reversal(admin, paid_out, 0, "2")), "posted");
    EXPECT_EQ(balance(drawer), cash);
    EXPECT_EQ(balance(a), 940);
    EXPECT_EQ(outcome(reversal(teller, captured, 0, "3")), "posted");
    EXPECT_EQ(balance(a), 1000);
    EXPECT_EQ(balance(b), 0);
    // The hold remains captured.
    EXPECT_EQ(outcome(capture(bert, of, 0, "4")), "hold_settled");
}

TEST_F(Reversals, AreNotOfWhatMovedNothingOrIsAReversal) {
    auto const placed = posted(hold(anna, a, b, 100, "h"));
    auto const expired = posted(hold(anna, a, b, 100, "h2"));
    end_time_of(expired);
    expire_holds();
    auto const expiry = bank->ledger().find_hold(teller.acting, expired)->settled_by;
    auto const moved = posted(transfer(anna, a, b, 100, "t"));
    auto const reversed = posted(reversal(teller, moved, 0, "r"));
    auto const refused = run({transfer(anna, a, b, 9999, "x")})[0].posted.id;
    auto const balance_a = balance(a);
    for (auto const of : {placed, expiry, reversed, refused}) {
        auto const key = fmt::format("r{}", of.value);
        EXPECT_EQ(outcome(reversal(teller, of, 0, key)), "not_reversible") << of.value;
    }
    auto const released = posted(release(bert, placed, "rel"));
    EXPECT_EQ(outcome(reversal(teller, released, 0, "y")), "not_reversible");
    EXPECT_EQ(outcome(reversal(teller, TransferId{987654}, 0, "z")), "origin_not_found");
    EXPECT_EQ(balance(a), balance_a);
}

TEST_F(Reversals, AreForStaffAndNeedTheMoney) {
    auto const moved = posted(transfer(anna, a, b, 100, "t"));
    auto const otto = person(Role::auditor, "otto");
    auto const before = money();
    for (auto const& who : {anna, bert, otto}) {
        EXPECT_EQ(outcome(reversal(who, moved, 0, "r")), "permission_denied") << who.name;
    }
    EXPECT_EQ(money(), before);
    ASSERT_EQ(outcome(transfer(teller, b, c, 60, "spent")), "posted");
    EXPECT_EQ(outcome(reversal(teller, moved, 0, "r")), "insufficient_funds");
    EXPECT_EQ(balance(b), 40);
    EXPECT_EQ(outcome(reversal(teller, moved, 40, "part")), "posted");
    EXPECT_EQ(balance(b), 0);
}

TEST_F(Reversals, HappenOnceInOneBatchAndByConcurrentLanes) {
    auto const first = posted(transfer(anna, a, b, 100, "t"));
    EXPECT_THAT(words_of(run({reversal(teller, first, 40, "1"), reversal(teller, first, 60, "2")})),
                ElementsAre("posted", "already_reversed"));
    for (int round = 0; round < 5; ++round) {
        auto const moved = posted(transfer(anna, a, b, 10, fmt::format("t{}", round)));
        std::atomic<int> won{0};
        std::vector<std::jthread> lanes;
        for (int i = 0; i < 4; ++i) {
            lanes.emplace_back([&, i] {
                auto const key = fmt::format("{} {}", round, i);
                if (outcome(reversal(teller, moved, 0, key)) == "posted") ++won;
            });
        }
        lanes.clear();
        EXPECT_EQ(won, 1);
    }
    EXPECT_EQ(balance(a), 940);
    EXPECT_EQ(balance(b), 60);
}

// ---- Orders that SQL declines, whatever the decision ----

using Orders = std::vector<ledger::TransferOrder>;
using Decisions = std::vector<ledger::Decision>;

class Forged : public Several {
protected:
    // The decision as if nothing prevented it.
    static void post_anyway(ledger::TransferOrder const& order, ledger::Decision& decision,
                            std::int64_t moved, std::int64_t reserved) {
        decision.code = Code::posted;
        decision.debit_balance -= moved;
        decision.credit_balance += moved;
        decision.debit_held += reserved;
        decision.available += api::answers_credit_side(order.kind) ? moved : -moved - reserved;
    }
    // SQL's answer to one forged order; nothing may have changed.
    void expect_refused(char const* name, ledger::TransferOrder const& order, std::int64_t moved,
                        std::int64_t reserved, char const* reason) {
        expect_refused(name, {order}, reason, [&](Orders&, Decisions& decisions) {
            post_anyway(order, decisions[0], moved, reserved);
        });
    }
    void expect_refused(char const* name, Orders orders, char const* reason,
                        std::function<void(Orders&, Decisions&)> const& forge) {
        auto const before = money();
        auto const lane = bank->make_lane();
        auto const locked = lane->lock(orders);
        ASSERT_TRUE(locked) << name;
        auto decisions = ledger::decide(orders, *locked);
        forge(orders, decisions);
        auto const posted = lane->post(orders, decisions, *locked);
        ASSERT_FALSE(posted) << name;
        EXPECT_EQ(word(posted.code()), "decision_refused") << name;
        EXPECT_THAT(posted.error().detail, HasSubstr(reason)) << name;
        EXPECT_EQ(money(), before) << name;
    }
};

TEST_F(Forged, GroupIsNotPostedInPart) {
    auto const group = linked({transfer(anna, a, b, 300, "1"), transfer(anna, a, c, 9999, "2")});
    expect_refused("its first", group, "its group is posted in part", [&](auto& o, auto& d) {
        post_anyway(o[0], d[0], 300, 0);
        d[1].debit_balance = d[1].available = 700;
    });
    auto const other = linked({transfer(anna, a, b, 300, "1"), transfer(anna, a, c, 200, "2")});
    expect_refused("but for its last", other, "its group is posted in part", [&](auto&, auto& d) {
        d[1].code = Code::linked_transfer_refused;
        d[1].debit_balance = d[1].available = 700;
        d[1].credit_balance = 0;
    });
    EXPECT_THAT(words_of(run(other)), ElementsAre("posted", "posted"));
}

TEST_F(Forged, SettlementOfAHoldIsRefused) {
    auto const open = posted(hold(anna, a, b, 300, "open"));
    auto const done = posted(hold(anna, a, b, 50, "done"));
    auto const past = posted(hold(anna, a, b, 20, "past"));
    posted(hold(anna, a, b, 400, "another"));
    ASSERT_EQ(outcome(capture(bert, done, 0, "c")), "posted");
    end_time_of(past);
    expect_refused("above", capture(bert, open, 301, "1"), 301, -300, "capture_exceeds_hold");
    expect_refused("settled", capture(bert, done, 0, "2"), 50, 0, "hold_settled");
    expect_refused("freed again", release(bert, done, "3"), 0, 0, "hold_settled");
    expect_refused("past", capture(bert, past, 0, "4"), 20, -20, "hold_expired");
    expect_refused("past, freed", release(bert, past, "5"), 0, -20, "hold_expired");
    expect_refused("by the payer", capture(anna, open, 0, "6"), 300, -300,
                   "the account is not the customer's");
    expect_refused("freed by the payer", release(anna, open, "7"), 0, -300,
                   "the account is not the customer's");
    expect_refused("to another", {capture(bert, open, 0, "8"), deposit(teller, c, 1, "c1")},
                   "the hold is not of these accounts",
                   [&](auto&, auto& d) { d[0].credit_account = c; });
    expect_refused("by itself", {release(bert, past, "9")}, "the bank alone does this",
                   [](auto& o, auto&) { o[0].kind = api::TransferKind::expiry; });
    expect_refused("both in one batch", {release(bert, open, "10"), capture(bert, open, 0, "11")},
                   "hold_settled", [&](auto& o, auto& d) { post_anyway(o[1], d[1], 300, -300); });
    EXPECT_EQ(outcome(capture(bert, open, 300, "12")), "posted");
}

TEST_F(Forged, HoldIsRefused) {
    auto const fresh = log_in_again(anna);
    expect_refused("no PIN", hold(fresh, a, b, 10, "1"), 0, 10,
                   "the session has not proven the account's PIN");
    expect_refused("another's", hold(bert, a, b, 10, "2"), 0, 10,
                   "the account is not the customer's");
    expect_refused("above", hold(anna, a, b, 1001, "3"), 0, 1001, "balance_within_overdraft");
    expect_refused("not counted", {hold(anna, a, b, 10, "4")}, "the balances differ",
                   [](auto&, auto& d) { d[0].debit_held = 0; });
    EXPECT_EQ(outcome(hold(anna, a, b, 10, "5")), "posted");
}

TEST_F(Forged, ReversalIsRefused) {
    pay_in(b, 10);
    auto const moved = posted(transfer(anna, a, b, 100, "t"));
    auto const again = posted(transfer(anna, a, b, 50, "t2"));
    auto const placed = posted(hold(anna, a, b, 30, "h"));
    ASSERT_EQ(outcome(reversal(teller, again, 0, "r")), "posted");
    expect_refused("above", reversal(teller, moved, 101, "1"), 101, 0, "reversal_exceeds_original");
    expect_refused("second", reversal(teller, again, 0, "2"), 50, 0, "already_reversed");
    expect_refused("by a customer", reversal(bert, moved, 0, "3"), 100, 0,
                   "the role may not post this kind");
    expect_refused("of a hold", reversal(teller, placed, 0, "4"), 30, 0, "not_reversible");
    expect_refused("to another", {reversal(teller, moved, 0, "5"), deposit(teller, c, 1, "c1")},
                   "the original is not of these accounts",
                   [&](auto&, auto& d) { d[0].credit_account = c; });
    expect_refused("twice in a batch",
                   {reversal(teller, moved, 40, "6"), reversal(teller, moved, 60, "7")},
                   "already_reversed", [&](auto& o, auto& d) { post_anyway(o[1], d[1], 60, 0); });
    EXPECT_EQ(outcome(reversal(teller, moved, 0, "8")), "posted");
}

TEST_F(Forged, DecisionIgnoresNoLimitNorFreeze) {
    auto& ledger = bank->ledger();
    auto const limited = [&](api::Limits const& limits, std::int64_t minimum = 0) {
        ASSERT_TRUE(ledger.set_limits(admin.acting, {a, limits, minimum}));
    };
    auto const expect = [&](char const* reason) {
        expect_refused(reason, transfer(anna, a, b, 100, reason), 100, 0, reason);
        expect_refused(reason, hold(anna, a, b, 100, reason), 0, 100, reason);
    };
    limited({99, {}, {}, {}});
    expect("transfer_limit_exceeded");
    limited({{}, 99, {}, {}});
    expect("day_limit_exceeded");
    limited({{}, {}, 99, {}});
    expect("week_limit_exceeded");
    limited({{}, {}, {}, 99});
    expect("month_limit_exceeded");
    limited({}, 901);
    expect("insufficient_funds");
    limited({});
    ASSERT_TRUE(ledger.set_role_limits(admin.acting, {Role::customer, eur, {99, {}, {}, {}}}));
    expect("transfer_limit_exceeded");
    ASSERT_TRUE(ledger.set_role_limits(admin.acting, {Role::customer, eur, {}}));
    ASSERT_TRUE(ledger.freeze_account(teller.acting, {a, true, false, "court"}));
    expect("debit_account_frozen");
    ASSERT_TRUE(ledger.freeze_account(teller.acting, {a, false, false, ""}));
    ASSERT_TRUE(ledger.freeze_account(teller.acting, {b, false, true, "court"}));
    expect("credit_account_frozen");
    ASSERT_TRUE(ledger.freeze_account(teller.acting, {b, false, false, ""}));
    EXPECT_EQ(outcome(transfer(anna, a, b, 100, "honest")), "posted");
}

}  // namespace
}  // namespace bank::test
