// Permissions and replays: everything that is decided before balances are read.
#include <gtest/gtest.h>

#include "core/ledger/engine.hpp"
#include "core/ledger/invariants.hpp"
#include "tests/support/ledger_bank.hpp"

namespace bank::ledger {
namespace {

using namespace bank::test;
using api::Role;
using api::TransferKind;

OrderAuthority const as_teller = make_authority(teller, Role::teller);
OrderAuthority const as_alice = make_authority(alice, Role::customer);
OrderAuthority const as_bob = make_authority(bob, Role::customer);
OrderAuthority const as_auditor = make_authority(UserId{13}, Role::auditor);

std::vector<Decision> decide_as(OrderAuthority const& who, std::vector<TransferOrder> const& orders,
                                LockedBatch batch = small_bank()) {
    batch.authorities.assign(orders.size(), who);
    auto decisions = decide(orders, batch);
    EXPECT_EQ(broken_invariant(orders, decisions, batch), std::nullopt);
    return decisions;
}

Code code_as(OrderAuthority const& who, TransferOrder const& order) {
    return decide_as(who, {order})[0].code;
}

TransferOrder settling(TransferKind kind, TransferId origin) {
    return make_settling(kind, origin, 0);
}

TEST(EngineAuthority, CustomersTakeFromAndPayIntoTheirOwnAccountsOnly) {
    EXPECT_EQ(code_as(as_alice, make_transfer(alices, bobs, 1)), Code::posted);
    for (auto const kind : {TransferKind::transfer, TransferKind::hold}) {
        EXPECT_EQ(code_as(as_alice, make_order(kind, bobs, alices, 1)), Code::permission_denied);
    }
    EXPECT_EQ(code_as(as_alice, make_order(TransferKind::deposit, {}, bobs, 1)),
              Code::permission_denied);
    EXPECT_EQ(code_as(as_alice, make_order(TransferKind::withdrawal, bobs, {}, 1)),
              Code::permission_denied);
}

TEST(EngineAuthority, ThePayeeCapturesAndReleasesAHoldAndThePayerDoesNot) {
    auto payee = as_bob;
    payee.has_pin_authorization = false;  // The payer gave a PIN for the hold.
    for (auto const kind : {TransferKind::capture, TransferKind::release}) {
        EXPECT_EQ(code_as(payee, settling(kind, open_hold)), Code::posted);
        EXPECT_EQ(code_as(as_teller, settling(kind, open_hold)), Code::posted);
        EXPECT_EQ(code_as(as_alice, settling(kind, open_hold)), Code::origin_not_found);
        EXPECT_EQ(code_as(as_auditor, settling(kind, open_hold)), Code::permission_denied);
    }
}

TEST(EngineAuthority, OnlyStaffReverses) {
    auto const order = settling(TransferKind::reversal, old_transfer);
    EXPECT_EQ(code_as(as_teller, order), Code::posted);
    EXPECT_EQ(code_as(make_authority(teller, Role::admin), order), Code::posted);
    for (auto const& who : {as_alice, as_bob, as_auditor}) {
        EXPECT_EQ(code_as(who, order), Code::permission_denied);
    }
}

TEST(EngineAuthority, AuditorsMoveNothing) {
    EXPECT_EQ(code_as(as_auditor, make_transfer(alices, bobs, 1)), Code::permission_denied);
}

TEST(EngineAuthority, AnEndedSessionComesBeforeEverything) {
    auto ended = as_alice;
    ended.is_live = false;
    EXPECT_EQ(code_as(ended, make_transfer(missing, missing, 1)), Code::session_ended);
    auto batch = small_bank();
    auto const order = make_transfer(alices, bobs, 1);
    batch.known[order.idempotency_id] = {};
    EXPECT_EQ(decide_as(ended, {order}, batch)[0].code, Code::session_ended);
}

TEST(EngineAuthority, AMissingPinIsAskedForBeforeTheStateOfTheAccountShows) {
    auto without_pin = as_alice;
    without_pin.has_pin_authorization = false;
    EXPECT_EQ(code_as(without_pin, make_transfer(alices, alices, 1000)), Code::pin_required);
    EXPECT_EQ(code_as(without_pin, make_transfer(bobs, alices, 1)), Code::permission_denied);
}

TEST(EngineAuthority, WhoMayMoveNoCashIsToldSoBeforeThePinAndMovesAllElse) {
    auto cashless = as_alice;
    cashless.may_move_cash = false;
    auto without_pin = cashless;
    without_pin.has_pin_authorization = false;
    for (auto const& who : {cashless, without_pin}) {
        EXPECT_EQ(code_as(who, make_order(TransferKind::deposit, {}, alices, 1)),
                  Code::cash_by_staff_only);
        EXPECT_EQ(code_as(who, make_order(TransferKind::withdrawal, alices, {}, 1)),
                  Code::cash_by_staff_only);
    }
    EXPECT_EQ(code_as(cashless, make_transfer(alices, bobs, 1)), Code::posted);
    EXPECT_EQ(code_as(cashless, make_order(TransferKind::hold, alices, bobs, 1)), Code::posted);
}

TEST(EngineAuthority, ACashMovementThatWasDecidedIsAnsweredAgainToWhoMayMoveCashNoMore) {
    auto cashless = as_alice;
    cashless.may_move_cash = false;
    auto const order = make_order(TransferKind::withdrawal, alices, {}, 1);
    auto batch = small_bank();
    batch.known[order.idempotency_id].request_digest = order.request_digest;
    auto const decision = decide_as(cashless, {order}, batch)[0];
    EXPECT_TRUE(decision.is_replay);
    EXPECT_EQ(decision.code, Code::posted);
}

TEST(EngineAuthority, ABankWithoutTheCurrencyHasNoCashForIt) {
    auto no_cash = as_teller;
    no_cash.cash_account = {};
    EXPECT_EQ(code_as(no_cash, make_order(TransferKind::deposit, {}, missing, 1)),
              Code::unknown_currency);
    EXPECT_EQ(code_as(no_cash, make_order(TransferKind::withdrawal, alices, {}, 1)),
              Code::unknown_currency);
    EXPECT_EQ(code_as(no_cash, make_order(TransferKind::withdrawal, missing, {}, 1)),
              Code::debit_account_not_found);
}

TEST(EngineAuthority, OnlyAPostedHoldIsAnOriginToCaptureOrRelease) {
    for (auto const kind : {TransferKind::capture, TransferKind::release}) {
        for (auto const origin : {missing_origin, old_transfer, refused_hold}) {
            auto const decision = decide_as(as_teller, {settling(kind, origin)})[0];
            EXPECT_EQ(decision.code, Code::origin_not_found);
            EXPECT_EQ(decision.debit_account, AccountId{});
        }
    }
    EXPECT_EQ(code_as(as_alice, settling(TransferKind::reversal, missing_origin)),
              Code::origin_not_found);
}

TEST(EngineReplay, AKnownRequestIsAnsweredAgainAndADifferentOneUnderItsKeyRefused) {
    auto first = make_transfer(alices, bobs, 10);
    auto batch = small_bank();
    KnownTransfer known;
    known.request_digest[0] = 7;
    known.answer.status = Code::insufficient_funds;
    batch.known[first.idempotency_id] = known;
    first.request_digest[0] = 7;
    auto other = first;
    other.request_digest[0] = 8;

    auto const decisions = decide_as(as_teller, {first, other}, batch);
    EXPECT_TRUE(decisions[0].is_replay);
    EXPECT_EQ(decisions[0].replay_of, std::nullopt);
    EXPECT_EQ(decisions[0].code, Code::insufficient_funds);
    EXPECT_FALSE(decisions[1].is_replay);
    EXPECT_EQ(decisions[1].code, Code::idempotency_key_reused);
}

TEST(EngineReplay, ComesBeforeWhatTheOrderNames) {
    auto const order = make_transfer(missing, missing, 10);
    auto batch = small_bank();
    batch.known[order.idempotency_id] = {};
    EXPECT_TRUE(decide_as(as_auditor, {order}, batch)[0].is_replay);
}

TEST(EngineReplay, ARepeatWithinOneBatchMovesNothingTwice) {
    auto const first = make_transfer(alices, bobs, 60);
    auto other = first;
    other.request_digest[0] = 1;
    auto const decisions =
        decide_as(as_teller, {first, first, other, first, make_transfer(alices, bobs, 40)});
    for (auto const index : {1U, 3U}) {
        EXPECT_EQ(decisions[index].code, Code::posted);
        EXPECT_TRUE(decisions[index].is_replay);
        EXPECT_EQ(decisions[index].replay_of, 0U);
    }
    EXPECT_EQ(decisions[2].code, Code::idempotency_key_reused);
    EXPECT_EQ(decisions[4].code, Code::posted);
    EXPECT_EQ(decisions[4].debit_balance, 20);
}

TEST(EngineReplay, ARequestRefusedForAuthorityIsNotKeptSoItsKeyStaysFree) {
    auto const order = make_transfer(bobs, alices, 10);
    std::vector<TransferOrder> const orders{order, order, order};
    auto batch = small_bank();
    batch.authorities = {as_alice, as_teller, as_alice};
    auto const decisions = decide(orders, batch);
    EXPECT_EQ(decisions[0].code, Code::permission_denied);
    EXPECT_EQ(decisions[1].code, Code::posted);
    EXPECT_FALSE(decisions[1].is_replay);
    EXPECT_EQ(decisions[2].replay_of, 1U);
}

TEST(EngineReplay, ARefusalIsKeptAndAnsweredAgainThoughTheMoneyCameSince) {
    auto const refused = make_transfer(bobs, alices, 60);
    auto const decisions =
        decide_as(as_teller, {refused, make_transfer(alices, bobs, 50), refused});
    EXPECT_EQ(decisions[0].code, Code::insufficient_funds);
    EXPECT_EQ(decisions[2].code, Code::insufficient_funds);
    EXPECT_TRUE(decisions[2].is_replay);
}

}  // namespace
}  // namespace bank::ledger
