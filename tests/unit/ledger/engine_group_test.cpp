// Linked groups: posted whole or not at all.
#include <gtest/gtest.h>

#include "core/ledger/engine.hpp"
#include "core/ledger/invariants.hpp"
#include "tests/support/ledger_bank.hpp"

namespace bank::ledger {
namespace {

using namespace bank::test;
using api::TransferKind;

OrderAuthority const as_teller = make_authority(teller, api::Role::teller);

std::vector<TransferOrder> linked(std::uint64_t group, std::vector<TransferOrder> orders) {
    for (auto& order : orders) order.group = group;
    return orders;
}

std::vector<TransferOrder> operator+(std::vector<TransferOrder> orders,
                                     std::vector<TransferOrder> const& more) {
    orders.insert(orders.end(), more.begin(), more.end());
    return orders;
}

std::vector<Decision> decide_all(std::vector<TransferOrder> const& orders,
                                 LockedBatch batch = small_bank()) {
    if (batch.authorities.empty()) batch.authorities.assign(orders.size(), as_teller);
    auto decisions = decide(orders, batch);
    EXPECT_EQ(broken_invariant(orders, decisions, batch), std::nullopt);
    return decisions;
}

std::vector<Code> codes(std::vector<Decision> const& decisions) {
    std::vector<Code> all;
    for (auto const& decision : decisions) all.push_back(decision.code);
    return all;
}

using Codes = std::vector<Code>;

TEST(EngineGroup, IsPostedWholeAndEachOrderSeesThoseBeforeIt) {
    auto const decisions = decide_all(
        linked(1, {make_transfer(alices, overdrawable, 100), make_transfer(overdrawable, bobs, 130),
                   make_transfer(bobs, alices, 180)}));
    EXPECT_EQ(codes(decisions), Codes(3, Code::posted));
    EXPECT_EQ(decisions[1].debit_balance, -30);
    EXPECT_EQ(decisions[2].debit_balance, 0);
    EXPECT_EQ(decisions[2].credit_balance, 200);
}

TEST(EngineGroup, IsTakenBackAtTheFirstRefusalWithAllItsEffects) {
    auto batch = small_bank();
    batch.accounts.at(alices).limits.per_day = 70;
    auto const group = linked(
        1, {make_transfer(alices, bobs, 30), make_order(TransferKind::hold, alices, bobs, 40),
            make_settling(TransferKind::capture, open_hold, 0),
            make_settling(TransferKind::reversal, old_transfer, 0), make_transfer(alices, bobs, 1),
            make_transfer(alices, closed, 1)});
    // Later orders find everything that the group would have used still available.
    auto const decisions =
        decide_all(group + std::vector{make_transfer(alices, bobs, 70),
                                       make_settling(TransferKind::capture, open_hold, 0),
                                       make_settling(TransferKind::reversal, old_transfer, 0)},
                   batch);

    auto expected = Codes(6, Code::linked_transfer_refused);
    expected[4] = Code::day_limit_exceeded;
    expected.insert(expected.end(), 3, Code::posted);
    EXPECT_EQ(codes(decisions), expected);
    for (std::size_t i = 0; i < group.size(); ++i) {
        auto const& decision = decisions[i];
        auto const& debit = batch.accounts.at(decision.debit_account);
        EXPECT_EQ(decision.debit_balance, debit.balance) << i;
        EXPECT_EQ(decision.debit_held, debit.held) << i;
        EXPECT_EQ(decision.credit_balance, batch.accounts.at(decision.credit_account).balance) << i;
    }
    EXPECT_EQ(decisions[0].available, 100);
    EXPECT_EQ(decisions[2].amount.amount, 40);
}

TEST(EngineGroup, LeavesWhatWasPostedBeforeIt) {
    auto const decisions =
        decide_all(std::vector{make_transfer(alices, bobs, 10)} +
                   linked(1, {make_transfer(alices, bobs, 10), make_transfer(alices, alices, 1)}));
    EXPECT_EQ(codes(decisions),
              (Codes{Code::posted, Code::linked_transfer_refused, Code::accounts_are_the_same}));
    EXPECT_EQ(decisions[1].debit_balance, 110);
    EXPECT_EQ(decisions[2].debit_balance, 110);
}

TEST(EngineGroup, OfOneIsAnsweredAsIfItStoodAlone) {
    EXPECT_EQ(codes(decide_all(linked(1, {make_transfer(alices, bobs, 101)}))),
              Codes{Code::insufficient_funds});
}

TEST(EngineGroup, IsToldFromItsNeighbours) {
    auto const decisions = decide_all(linked(1, {make_transfer(alices, bobs, 1)}) +
                                      linked(2, {make_transfer(alices, closed, 1)}) +
                                      linked(3, {make_transfer(alices, bobs, 1)}));
    EXPECT_EQ(codes(decisions), (Codes{Code::posted, Code::credit_account_closed, Code::posted}));
}

TEST(EngineGroup, IsRefusedByACodeThatIsNotKeptBeforeOneThatIs) {
    auto const decisions =
        decide_all(linked(1, {make_transfer(alices, closed, 1), make_transfer(alices, bobs, 1),
                              make_transfer(alices, missing, 1), make_transfer(missing, bobs, 1)}));
    EXPECT_EQ(codes(decisions), Codes(4, Code::credit_account_not_found));
    EXPECT_EQ(decisions[1].debit_balance, 120);
}

TEST(EngineGroup, IsRefusedWholeWhereOneOrderLacksAuthority) {
    auto const alone = make_authority(alice, api::Role::customer);
    auto without_pin = alone;
    without_pin.has_pin_authorization = false;
    auto ended = alone;
    ended.is_live = false;
    auto const orders = linked(1, {make_transfer(alices, bobs, 1), make_transfer(alices, bobs, 1)});
    auto batch = small_bank();
    for (auto const& [who, code] :
         {std::pair{without_pin, Code::pin_required},
          {ended, Code::session_ended},
          {make_authority(bob, api::Role::customer), Code::permission_denied}}) {
        batch.authorities = {alone, who};
        EXPECT_EQ(codes(decide_all(orders, batch)), Codes(2, code));
    }
}

TEST(EngineGroup, IsAnsweredAgainAsAWhole) {
    auto const posted = linked(1, {make_transfer(alices, bobs, 1), make_transfer(alices, bobs, 2)});
    auto const refused =
        linked(2, {make_transfer(alices, bobs, 1), make_transfer(alices, closed, 2)});
    auto again = posted;
    for (auto& order : again) order.group = 3;
    auto refused_again = refused;
    for (auto& order : refused_again) order.group = 4;
    auto const decisions = decide_all(posted + refused + again + refused_again);
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_FALSE(decisions[i].is_replay);
        EXPECT_TRUE(decisions[i + 4].is_replay);
        EXPECT_EQ(decisions[i + 4].replay_of, i);
        EXPECT_EQ(decisions[i + 4].code, decisions[i].code);
    }
}

TEST(EngineGroup, KnownFromEarlierIsAnsweredAgainThoughItsAccountsAreGone) {
    auto const orders =
        linked(1, {make_transfer(missing, bobs, 1), make_transfer(alices, missing, 2)});
    auto batch = small_bank();
    for (auto const& order : orders) batch.known[order.idempotency_id] = {};
    auto const decisions = decide_all(orders, batch);
    EXPECT_EQ(codes(decisions), Codes(2, Code::posted));
    EXPECT_TRUE(decisions[0].is_replay && decisions[1].is_replay);
}

TEST(EngineGroup, WithOldAndNewMembersIsAnotherRequestUnderTheSameKey) {
    auto const old = make_transfer(alices, bobs, 1);
    auto const group = linked(1, {make_transfer(alices, bobs, 2), old});
    auto batch = small_bank();
    batch.known[old.idempotency_id] = {};
    auto const decisions = decide_all(group, batch);
    EXPECT_EQ(codes(decisions), Codes(2, Code::idempotency_key_reused));
    EXPECT_FALSE(decisions[1].is_replay);

    EXPECT_EQ(codes(decide_all(std::vector{old} + group)),
              (Codes{Code::posted, Code::idempotency_key_reused, Code::idempotency_key_reused}));
}

TEST(EngineGroup, WithOneChangedMemberIsAnotherRequestUnderTheSameKey) {
    auto const group = linked(1, {make_transfer(alices, bobs, 1), make_transfer(alices, bobs, 2)});
    auto changed = group;
    changed[1].request_digest[0] = 1;
    for (auto& order : changed) order.group = 2;
    auto expected = Codes(2, Code::posted);
    expected.insert(expected.end(), 2, Code::idempotency_key_reused);
    auto const decisions = decide_all(group + changed);
    EXPECT_EQ(codes(decisions), expected);
    EXPECT_FALSE(decisions[2].is_replay);
    EXPECT_EQ(decisions[2].replay_of, std::nullopt);
}

TEST(EngineGroup, CannotNameOneRequestTwice) {
    auto const order = make_transfer(alices, bobs, 1);
    EXPECT_EQ(codes(decide_all(linked(1, {order, order}))), Codes(2, Code::idempotency_key_reused));
}

TEST(EngineGroup, ThatWasNotKeptLeavesItsKeyFree) {
    auto group = linked(1, {make_transfer(alices, bobs, 1), make_transfer(alices, bobs, 2)});
    auto again = group;
    for (auto& order : again) order.group = 2;
    auto batch = small_bank();
    auto ended = as_teller;
    ended.is_live = false;
    batch.authorities = {as_teller, ended, as_teller, as_teller};
    EXPECT_EQ(codes(decide_all(group + again, batch)),
              (Codes{Code::session_ended, Code::session_ended, Code::posted, Code::posted}));
}

}  // namespace
}  // namespace bank::ledger
