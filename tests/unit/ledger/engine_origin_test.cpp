// Captures, releases and reversals: transfers that refer to an earlier one.
#include <gtest/gtest.h>

#include "core/ledger/engine.hpp"
#include "core/ledger/invariants.hpp"
#include "tests/support/ledger_bank.hpp"

namespace bank::ledger {
namespace {

using namespace bank::test;
using api::TransferKind;

constexpr auto capture = TransferKind::capture;
constexpr auto release = TransferKind::release;
constexpr auto reversal = TransferKind::reversal;

std::vector<Decision> decide_all(std::vector<TransferOrder> const& orders,
                                 LockedBatch batch = small_bank()) {
    batch.authorities.assign(orders.size(), make_authority(teller, api::Role::teller));
    auto decisions = decide(orders, batch);
    EXPECT_EQ(broken_invariant(orders, decisions, batch), std::nullopt);
    return decisions;
}

struct Row {
    char const* name;
    TransferKind kind;
    TransferId origin;
    std::int64_t amount;  // 0: the full amount.
    Code expected;
};

class EachOrigin : public testing::TestWithParam<Row> {};

INSTANTIATE_TEST_SUITE_P(
    Engine, EachOrigin,
    testing::Values(
        Row{"capture", capture, open_hold, 0, Code::posted},
        Row{"capture_of_a_part", capture, open_hold, 1, Code::posted},
        Row{"capture_of_exactly_all", capture, open_hold, 40, Code::posted},
        Row{"release", release, open_hold, 0, Code::posted},
        Row{"reversal", reversal, old_transfer, 0, Code::posted},
        Row{"reversal_of_a_part", reversal, old_transfer, 1, Code::posted},
        Row{"reversal_of_exactly_all", reversal, old_transfer, 25, Code::posted},
        Row{"reversal_of_a_deposit", reversal, old_deposit, 0, Code::posted},
        Row{"reversal_of_a_capture", reversal, old_capture, 0, Code::posted},

        Row{"past", capture, past_hold, 1000, Code::hold_expired},
        Row{"past_release", release, past_hold, 0, Code::hold_expired},
        Row{"settled_though_past", capture, settled_hold, 1000, Code::hold_settled},
        Row{"settled_release", release, settled_hold, 0, Code::hold_settled},
        Row{"more_than_held", capture, hold_of_closed, 11, Code::capture_exceeds_hold},
        Row{"no_reversal_of_a_refused", reversal, refused_transfer, 1000, Code::not_reversible},
        Row{"no_reversal_of_a_hold", reversal, settled_hold, 1000, Code::not_reversible},
        Row{"no_reversal_of_a_release", reversal, old_release, 1000, Code::not_reversible},
        Row{"no_reversal_of_an_expiry", reversal, old_expiry, 1000, Code::not_reversible},
        Row{"no_reversal_of_a_reversal", reversal, old_reversal, 1000, Code::not_reversible},
        Row{"reversed_before", reversal, reversed, 1000, Code::already_reversed},
        Row{"more_than_moved", reversal, from_rich_to_poor, 61, Code::reversal_exceeds_original},

        Row{"capture_from_closed", capture, hold_of_closed, 0, Code::debit_account_closed},
        Row{"capture_from_locked", capture, hold_of_locked, 0, Code::posted},
        Row{"capture_from_frozen", capture, hold_of_frozen, 0, Code::posted},
        Row{"capture_to_frozen", capture, hold_to_frozen, 0, Code::credit_account_frozen},
        Row{"capture_to_brimful", capture, hold_to_brimful, 0, Code::balance_out_of_range},
        Row{"release_from_closed", release, hold_of_closed, 0, Code::posted},
        Row{"release_from_locked", release, hold_of_locked, 0, Code::posted},
        Row{"release_to_frozen", release, hold_to_frozen, 0, Code::posted},
        Row{"release_to_brimful", release, hold_to_brimful, 0, Code::posted},
        Row{"reversal_without_funds", reversal, from_rich_to_poor, 0, Code::insufficient_funds},
        Row{"reversal_of_what_is_left", reversal, from_rich_to_poor, 50, Code::posted}),
    [](auto const& row) { return row.param.name; });

TEST_P(EachOrigin, IsDecidedInOrderAndMovesMoneyOnlyIfPosted) {
    auto const& row = GetParam();
    auto const batch = small_bank();
    auto const& origin = batch.origins.at(row.origin);
    auto const decision = decide_all({make_settling(row.kind, row.origin, row.amount)})[0];
    EXPECT_EQ(word(decision.code), word(row.expected));
    EXPECT_EQ(decision.amount.amount, row.amount == 0 ? origin.amount.amount : row.amount);
    EXPECT_EQ(decision.amount.currency, eur);

    auto const is_back = row.kind == reversal;
    auto const& debit = batch.accounts.at(is_back ? origin.credit_account : origin.debit_account);
    auto const& credit = batch.accounts.at(is_back ? origin.debit_account : origin.credit_account);
    EXPECT_EQ(decision.debit_account, debit.id);
    EXPECT_EQ(decision.credit_account, credit.id);
    auto const is_posted = row.expected == Code::posted;
    auto const moved = is_posted && row.kind != release ? decision.amount.amount : 0;
    auto const freed = is_posted && row.kind != reversal ? origin.amount.amount : 0;
    EXPECT_EQ(decision.debit_balance, debit.balance - moved);
    EXPECT_EQ(decision.credit_balance, credit.balance + moved);
    EXPECT_EQ(decision.debit_held, debit.held - freed);
}

TEST(EngineOrigin, CapturesAndReleasesAnswerThePayeeAndReversalsTheAccountToDebit) {
    auto const available = [](TransferOrder const& order) {
        return decide_all({order})[0].available;
    };
    EXPECT_EQ(available(make_settling(capture, open_hold, 30)), 80);
    EXPECT_EQ(available(make_settling(release, open_hold, 0)), 50);
    EXPECT_EQ(available(make_settling(reversal, old_transfer, 20)), 30);
}

TEST(EngineOrigin, AnAmountMustBeOfTheOriginsCurrency) {
    for (auto const kind : {capture, reversal}) {
        auto order = make_settling(kind, kind == capture ? past_hold : reversed, 1000);
        order.amount.currency = usd;
        auto const decision = decide_all({order})[0];
        EXPECT_EQ(decision.code, Code::currency_mismatch);
        EXPECT_EQ(decision.amount, (money::Money{1000, usd}));
    }
}

TEST(EngineOrigin, LimitsBindNeitherCapturesNorReversals) {
    for (auto const kind : {capture, release, reversal}) {
        auto const order = make_settling(kind, kind == reversal ? old_transfer : open_hold, 0);
        auto batch = small_bank();
        for (auto& [id, account] : batch.accounts) account.limits = {0, 0, 0, 0};
        batch.authorities = {make_authority(teller, api::Role::teller)};
        batch.authorities[0].role_limits = {0, 0, 0, 0};
        EXPECT_EQ(decide({&order, 1}, batch)[0].code, Code::posted);
    }
}

TEST(EngineOrigin, ACaptureNeedsNoFundsBesideTheReserved) {
    auto batch = small_bank();
    auto& account = batch.accounts.at(reserved);
    account.balance = -5;
    account.minimum_balance = 50;
    EXPECT_EQ(decide_all({make_settling(capture, open_hold, 0)}, batch)[0].debit_balance, -45);
}

TEST(EngineOrigin, AReversalIsBoundByTheStandingOfItsAccounts) {
    auto const reverse = [](auto const& change) {
        auto batch = small_bank();
        change(batch.accounts.at(bobs), batch.accounts.at(alices));
        return decide_all({make_settling(reversal, old_transfer, 0)}, batch)[0].code;
    };
    EXPECT_EQ(reverse([](auto& debit, auto&) { debit.is_closed = true; }),
              Code::debit_account_closed);
    EXPECT_EQ(reverse([](auto&, auto& credit) { credit.is_closed = true; }),
              Code::credit_account_closed);
    EXPECT_EQ(reverse([](auto& debit, auto&) { debit.is_locked = true; }),
              Code::debit_account_locked);
    EXPECT_EQ(reverse([](auto& debit, auto&) { debit.is_debit_frozen = true; }),
              Code::debit_account_frozen);
    EXPECT_EQ(reverse([](auto&, auto& credit) { credit.is_credit_frozen = true; }),
              Code::credit_account_frozen);
    EXPECT_EQ(reverse([](auto& debit, auto&) { debit.held = 26; }), Code::insufficient_funds);
    EXPECT_EQ(
        reverse([](auto&, auto& credit) { credit.is_locked = credit.is_debit_frozen = true; }),
        Code::posted);
}

TEST(EngineOrigin, IsSettledOnceInABatchWhateverSettlesIt) {
    auto const decisions = decide_all(
        {make_settling(capture, open_hold, 41), make_settling(capture, open_hold, 10),
         make_settling(capture, open_hold, 10), make_settling(release, open_hold, 0),
         make_settling(reversal, old_transfer, 5), make_settling(reversal, old_transfer, 5)});
    Code const expected[] = {Code::capture_exceeds_hold, Code::posted, Code::hold_settled,
                             Code::hold_settled,         Code::posted, Code::already_reversed};
    for (std::size_t i = 0; i < decisions.size(); ++i) EXPECT_EQ(decisions[i].code, expected[i]);
    EXPECT_EQ(decisions[3].debit_held, 20);
}

TEST(EngineOrigin, WhatAHoldReservesIsNotThereForLaterOrdersUntilItIsGivenUp) {
    auto const decisions = decide_all(
        {make_order(TransferKind::hold, alices, bobs, 60), make_transfer(alices, bobs, 41),
         make_transfer(alices, bobs, 40), make_transfer(reserved, bobs, 41),
         make_settling(release, open_hold, 0), make_transfer(reserved, bobs, 80)});
    EXPECT_EQ(decisions[0].code, Code::posted);
    EXPECT_EQ(decisions[0].available, 40);
    EXPECT_EQ(decisions[1].code, Code::insufficient_funds);
    EXPECT_EQ(decisions[2].code, Code::posted);
    EXPECT_EQ(decisions[3].code, Code::insufficient_funds);
    EXPECT_EQ(decisions[5].code, Code::posted);
    EXPECT_EQ(decisions[5].available, 0);
}

TEST(EngineOrder, LaterOrdersSeeWhatEarlierOnesLeave) {
    auto const decisions =
        decide_all({make_transfer(alices, bobs, 60), make_transfer(alices, bobs, 60),
                    make_transfer(bobs, alices, 110), make_transfer(alices, bobs, 150)});
    EXPECT_EQ(decisions[0].code, Code::posted);
    EXPECT_EQ(decisions[1].code, Code::insufficient_funds);
    EXPECT_EQ(decisions[1].debit_balance, 60);
    EXPECT_EQ(decisions[2].code, Code::posted);
    EXPECT_EQ(decisions[3].code, Code::posted);
    EXPECT_EQ(decisions[3].debit_balance, 20);
    EXPECT_EQ(decisions[3].credit_balance, 150);
}

}  // namespace
}  // namespace bank::ledger
