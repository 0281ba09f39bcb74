// A decision that is wrong in one way is vetoed by exactly the invariant that covers it.
#include "core/ledger/invariants.hpp"

#include <gtest/gtest.h>

#include "core/ledger/engine.hpp"
#include "tests/support/ledger_bank.hpp"

namespace bank::ledger {
namespace {

using namespace bank::test;
using api::TransferKind;
using Names = std::vector<std::string_view>;

// A batch and the engine's decisions, to be corrupted.
struct Decided {
    std::vector<TransferOrder> orders;
    LockedBatch batch = small_bank();
    std::vector<Decision> decisions;

    explicit Decided(std::vector<TransferOrder> of) : orders(std::move(of)) {
        batch.authorities.assign(orders.size(), make_authority(teller, api::Role::teller));
        decisions = decide(orders, batch);
    }

    // Posts the order at `index` against all rules, with consistent balances.
    void force(std::size_t index) {
        auto& decision = decisions[index];
        auto const kind = orders[index].kind;
        auto const amount = decision.amount.amount;
        auto const is_moved = kind != TransferKind::hold && kind != TransferKind::release;
        decision.code = Code::posted;
        if (is_moved) decision.debit_balance -= amount;
        if (is_moved) decision.credit_balance += amount;
        if (kind == TransferKind::hold) decision.debit_held += amount;
        if (kind == TransferKind::capture || kind == TransferKind::release) {
            decision.debit_held -= batch.origins.at(orders[index].origin).amount.amount;
        }
    }

    [[nodiscard]] Names broken() const {
        ReplayedBatch const replayed(orders, decisions, batch);
        Names names;
        for (auto const* const invariant : invariants()) {
            if (!invariant->holds(replayed)) names.push_back(invariant->name());
        }
        std::optional<std::string_view> first;
        if (!names.empty()) first = names.front();
        EXPECT_EQ(broken_invariant(orders, decisions, batch), first);
        return names;
    }
};

Decided one_transfer() {
    return Decided({make_transfer(alices, bobs, 10)});
}

TEST(Invariants, HoldOfWhatTheEngineDecides) {
    EXPECT_EQ(one_transfer().broken(), Names{});
    EXPECT_EQ(invariants().size(), 9U);
}

TEST(Invariants, MoneyIsNotMadeNorLost) {
    for (auto const& [debit, credit] : {std::pair{0, 1}, {1, 0}, {-1, 0}, {0, -1}, {-1, 1}}) {
        auto decided = one_transfer();
        decided.decisions[0].debit_balance += debit;
        decided.decisions[0].credit_balance += credit;
        EXPECT_EQ(decided.broken(), Names{"money is conserved"});
    }
}

TEST(Invariants, ARefusedOrderMovesNothing) {
    Decided decided({make_transfer(alices, closed, 10)});
    decided.decisions[0].debit_balance -= 10;
    EXPECT_EQ(decided.broken(), Names{"money is conserved"});
}

TEST(Invariants, AHoldMovesNothing) {
    Decided decided({make_order(TransferKind::hold, alices, bobs, 10)});
    decided.decisions[0].debit_balance -= 10;
    decided.decisions[0].credit_balance += 10;
    EXPECT_EQ(decided.broken(), Names{"money is conserved"});
}

TEST(Invariants, ABalanceThatLeavesItsRangeIsNotConserved) {
    Decided decided({make_transfer(alices, brimful, 1)});
    decided.decisions[0].code = Code::posted;
    EXPECT_EQ(decided.broken(), Names{"money is conserved"});
}

TEST(Invariants, MoneyGoesBetweenTheAccountsOrdered) {
    auto decided = one_transfer();
    decided.decisions[0].credit_account = reserved;
    decided.decisions[0].credit_balance = 110;
    EXPECT_EQ(decided.broken(), Names{"money goes where it is ordered to"});

    Decided deposit({make_order(TransferKind::deposit, {}, alices, 10)});
    deposit.decisions[0].debit_account = bobs;
    deposit.decisions[0].debit_balance = 40;
    EXPECT_EQ(deposit.broken(), Names{"money goes where it is ordered to"});
}

TEST(Invariants, MoneyMovesInTheAmountOrdered) {
    auto decided = one_transfer();
    decided.decisions[0].amount.amount = 9;
    decided.decisions[0].debit_balance += 1;
    decided.decisions[0].credit_balance -= 1;
    EXPECT_EQ(decided.broken(), Names{"money goes where it is ordered to"});
}

TEST(Invariants, NoDebitPassesWhatIsAvailable) {
    for (auto const& [debit, amount] :
         {std::pair{alices, 101}, {overdrawable, 31}, {minimum, 71}, {reserved, 41}}) {
        for (auto const kind :
             {TransferKind::transfer, TransferKind::hold, TransferKind::withdrawal}) {
            auto const credit = kind == TransferKind::withdrawal ? AccountId{} : bobs;
            Decided decided({make_order(kind, debit, credit, amount)});
            decided.force(0);
            EXPECT_EQ(decided.broken(), Names{"no debit passes its limit"});
        }
    }
    Decided reversal({make_settling(TransferKind::reversal, from_rich_to_poor, 0)});
    reversal.force(0);
    EXPECT_EQ(reversal.broken(), Names{"no debit passes its limit"});
}

TEST(Invariants, ClosedStaysClosedOnEitherSide) {
    for (auto const& order : {make_transfer(alices, closed, 1), make_transfer(closed, alices, 1),
                              make_settling(TransferKind::capture, hold_of_closed, 0)}) {
        Decided decided({order});
        decided.force(0);
        EXPECT_EQ(decided.broken(), Names{"closed stays closed"});
    }
}

TEST(Invariants, CurrenciesDoNotMixOnEitherSide) {
    for (auto const& order :
         {make_transfer(alices, dollars, 1), make_transfer(dollars, alices, 1)}) {
        Decided decided({order});
        decided.force(0);
        EXPECT_EQ(decided.broken(), Names{"currencies do not mix"});
    }
}

TEST(Invariants, WhatIsHeldIsWhatWasPlacedLessWhatWasSettled) {
    for (auto const& order : {make_order(TransferKind::hold, alices, bobs, 10),
                              make_settling(TransferKind::capture, open_hold, 10),
                              make_settling(TransferKind::release, open_hold, 0),
                              make_transfer(alices, bobs, 10), make_transfer(alices, closed, 1)}) {
        Decided decided({order});
        decided.decisions[0].debit_held += 1;
        EXPECT_EQ(decided.broken(), Names{"holds stay within the balance"});
    }
}

TEST(Invariants, MoreCannotBeGivenUpThanIsHeld) {
    Decided decided({make_settling(TransferKind::release, open_hold, 0)});
    decided.batch.accounts.at(reserved).held = 39;
    decided.decisions[0].debit_held = -1;
    EXPECT_EQ(decided.broken(), Names{"holds stay within the balance"});
}

TEST(Invariants, ACaptureTakesAtMostWhatIsHeld) {
    Decided decided({make_settling(TransferKind::capture, open_hold, 41)});
    decided.force(0);
    EXPECT_EQ(decided.broken(), Names{"holds stay within the balance"});
}

TEST(Invariants, AGroupIsPostedWholeOrNotAtAll) {
    auto const group = [](std::int64_t last) {
        std::vector<TransferOrder> orders{make_transfer(alices, bobs, 10),
                                          make_transfer(alices, bobs, last)};
        for (auto& order : orders) order.group = 1;
        return Decided(std::move(orders));
    };
    auto const unharmed = group(10);
    EXPECT_EQ(unharmed.broken(), Names{});

    auto half_refused = group(10);
    half_refused.decisions[1].code = Code::insufficient_funds;
    half_refused.decisions[1].debit_balance += 10;
    half_refused.decisions[1].credit_balance -= 10;
    EXPECT_EQ(half_refused.broken(), Names{"a group is whole"});

    auto without_cause = group(1000);
    without_cause.decisions[1].code = Code::linked_transfer_refused;
    EXPECT_EQ(without_cause.broken(), Names{"a group is whole"});

    auto two_causes = group(1000);
    two_causes.decisions[0].code = Code::insufficient_funds;
    EXPECT_EQ(two_causes.broken(), Names{"a group is whole"});

    auto half_kept = group(1000);
    half_kept.decisions[0].code = Code::permission_denied;
    EXPECT_EQ(half_kept.broken(), Names{"a group is whole"});

    auto half_replayed = group(1000);
    half_replayed.decisions[0].is_replay = true;
    EXPECT_EQ(half_replayed.broken(), Names{"a group is whole"});
}

TEST(Invariants, AnOriginIsSettledOnceInABatch) {
    for (auto const& [kind, origin] : {std::pair{TransferKind::capture, open_hold},
                                       {TransferKind::release, open_hold},
                                       {TransferKind::reversal, old_transfer}}) {
        Decided decided({make_settling(kind, origin, 0), make_settling(kind, origin, 0)});
        decided.batch.accounts.at(reserved).held += 40;
        decided.batch.accounts.at(bobs).balance += 100;
        decided.decisions = decide(decided.orders, decided.batch);
        EXPECT_EQ(decided.broken(), Names{});
        decided.force(1);
        EXPECT_EQ(decided.broken(), Names{"an origin is settled once"});
    }
}

TEST(Invariants, AnOriginIsOpenAndOfTheRightKind) {
    for (auto const& [kind, origin] : {std::pair{TransferKind::capture, past_hold},
                                       {TransferKind::release, past_hold},
                                       {TransferKind::capture, settled_hold},
                                       {TransferKind::reversal, reversed},
                                       {TransferKind::reversal, refused_transfer},
                                       {TransferKind::reversal, old_release},
                                       {TransferKind::reversal, old_expiry},
                                       {TransferKind::reversal, open_hold}}) {
        Decided decided({make_settling(kind, origin, 0)});
        decided.batch.accounts.at(bobs).balance = 1000;
        decided.decisions = decide(decided.orders, decided.batch);
        decided.force(0);
        EXPECT_EQ(decided.broken(), Names{"an origin is settled once"}) << origin.value;
    }
}

TEST(Invariants, ARequestIsDecidedOnceInThisBatchAndAllBefore) {
    auto const order = make_transfer(alices, bobs, 10);
    Decided decided({order, order});
    decided.decisions[1] = decided.decisions[0];
    decided.force(1);
    EXPECT_EQ(decided.broken(), Names{"a request is decided once"});

    auto known = one_transfer();
    known.batch.known[known.orders[0].idempotency_id] = {};
    EXPECT_EQ(known.broken(), Names{"a request is decided once"});
}

// Nothing in the batch shows the intended effect: several invariants may veto.
TEST(Invariants, VetoAccountsAndOriginsThatAreNotThere) {
    auto decided = one_transfer();
    decided.decisions[0].credit_account = missing;
    EXPECT_FALSE(decided.broken().empty());

    Decided capture({make_settling(TransferKind::capture, open_hold, 0)});
    capture.batch.origins.erase(open_hold);
    EXPECT_FALSE(capture.broken().empty());
}

}  // namespace
}  // namespace bank::ledger
