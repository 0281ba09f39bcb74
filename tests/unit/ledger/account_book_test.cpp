#include "core/ledger/account_book.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace bank::ledger {
namespace {

money::Currency const eur{{'E', 'U', 'R'}};
constexpr AccountId debit{1};
constexpr AccountId credit{2};

TransferOrder order(std::int64_t amount) {
    TransferOrder made;
    made.acting.role = api::Role::teller;
    made.debit_account = debit;
    made.credit_account = credit;
    made.amount = {amount, eur};
    return made;
}

LockedBatch batch_of(OrderAuthority authority) {
    LockedBatch batch;
    for (auto const id : {debit, credit}) {
        auto& account = batch.accounts[id];
        account.id = id;
        account.currency = eur;
        account.balance = 100;
        account.version = 7;
    }
    batch.authorities = {authority};
    return batch;
}

OrderAuthority teller() {
    return {.is_live = true, .role = api::Role::teller, .has_pin_authorization = true};
}

OrderAuthority customer(bool has_pin) {
    return {.is_live = true, .role = api::Role::customer, .has_pin_authorization = has_pin};
}

Decision posted(std::int64_t amount) {
    Decision decision;
    decision.code = Code::posted;
    decision.debit_account = debit;
    decision.credit_account = credit;
    decision.amount = {amount, eur};
    decision.debit_balance = 100 - amount;
    decision.credit_balance = 100 + amount;
    return decision;
}

class Book : public testing::Test {
protected:
    void learn(TransferOrder const& sent, Decision const& decision, LockedBatch const& batch) {
        book.learn(std::span(&sent, 1), std::span(&decision, 1), batch);
    }
    auto recall(TransferOrder const& sent) { return book.recall(std::span(&sent, 1)); }

    AccountBook book{100};
};

TEST_F(Book, KnowsNobodyAtFirst) {
    EXPECT_FALSE(recall(order(1)));
}

TEST_F(Book, RemembersWhatABatchMadeOfItsAccounts) {
    learn(order(30), posted(30), batch_of(teller()));
    auto const recalled = recall(order(1));
    ASSERT_TRUE(recalled);
    EXPECT_TRUE(recalled->missing.empty());
    auto const& account = recalled->batch.accounts.at(debit);
    EXPECT_EQ(account.balance, 70);
    EXPECT_EQ(account.version, 8);
    EXPECT_EQ(account.spending.today, 30);
    EXPECT_EQ(recalled->batch.accounts.at(credit).balance, 130);
    EXPECT_EQ(recalled->batch.accounts.at(credit).version, 8);
}

TEST_F(Book, RaisesAVersionOnceABatchAlsoForARefusalThatIsKept) {
    std::vector const orders{order(1), order(500)};
    auto refused = posted(1);
    refused.code = Code::insufficient_funds;
    auto batch = batch_of(teller());
    batch.authorities.push_back(teller());
    book.learn(orders, std::vector{posted(1), refused}, batch);
    EXPECT_EQ(recall(order(1))->batch.accounts.at(debit).version, 8);
}

TEST_F(Book, LeavesAccountsAloneThatWereNotKept) {
    auto denied = posted(1);
    denied.code = Code::permission_denied;
    learn(order(1), denied, batch_of(teller()));
    auto const recalled = recall(order(1));
    EXPECT_EQ(recalled->batch.accounts.at(debit).version, 7);
    EXPECT_EQ(recalled->batch.accounts.at(debit).balance, 100);
}

TEST_F(Book, NamesTheAccountsThatItLacks) {
    learn(order(30), posted(30), batch_of(teller()));
    auto other = order(1);
    other.credit_account = AccountId{9};
    auto const recalled = recall(other);
    ASSERT_TRUE(recalled);
    EXPECT_EQ(recalled->missing, std::vector{AccountId{9}});
}

TEST_F(Book, RecallsNoOriginAndNoOtherSessionOrCurrency) {
    learn(order(30), posted(30), batch_of(teller()));
    auto settling = order(0);
    settling.kind = api::TransferKind::capture;
    settling.origin = TransferId{5};
    EXPECT_FALSE(recall(settling));
    auto stranger = order(1);
    stranger.acting.session[0] = 1;
    EXPECT_FALSE(recall(stranger));
    auto dollars = order(1);
    dollars.amount.currency = {{'U', 'S', 'D'}};
    EXPECT_FALSE(recall(dollars));
}

TEST_F(Book, ForgetsASessionThatEnded) {
    auto sent = order(1);
    sent.acting.role = api::Role::customer;
    learn(sent, posted(1), batch_of(customer(true)));
    EXPECT_TRUE(recall(sent));
    auto ended = posted(1);
    ended.code = Code::session_ended;
    learn(sent, ended, batch_of(OrderAuthority{}));
    EXPECT_FALSE(recall(sent));
}

TEST_F(Book, KnowsOfAPinWhatTheOrderSays) {
    auto sent = order(1);
    sent.acting.role = api::Role::customer;
    auto required = posted(1);
    required.code = Code::pin_required;
    learn(sent, required, batch_of(customer(false)));
    EXPECT_FALSE(recall(sent)->batch.authorities[0].has_pin_authorization);
    sent.is_pin_proven = true;
    EXPECT_TRUE(recall(sent)->batch.authorities[0].has_pin_authorization);
}

TEST_F(Book, NeedsTheCashAccountOfWhoeverUsesCash) {
    learn(order(30), posted(30), batch_of(teller()));
    auto cash = order(1);
    cash.kind = api::TransferKind::withdrawal;
    cash.credit_account = {};
    EXPECT_FALSE(recall(cash));
}

TEST_F(Book, KeepsSpendingWithin64Bits) {
    auto batch = batch_of(teller());
    auto const most = std::numeric_limits<std::int64_t>::max();
    batch.accounts.at(debit).spending = {most - 1, most - 1, most - 1};
    learn(order(30), posted(30), batch);
    EXPECT_EQ(recall(order(1))->batch.accounts.at(debit).spending.this_month, most);
}

TEST_F(Book, StaysWithinItsBound) {
    AccountBook small{3};
    auto const sent = order(1);
    small.learn(std::span(&sent, 1), std::vector{posted(1)}, batch_of(teller()));
    auto other = order(1);
    other.debit_account = AccountId{11};
    other.credit_account = AccountId{12};
    auto decision = posted(1);
    decision.debit_account = AccountId{11};
    decision.credit_account = AccountId{12};
    LockedBatch batch;
    batch.accounts[AccountId{11}].id = AccountId{11};
    batch.accounts[AccountId{12}].id = AccountId{12};
    batch.authorities = {teller()};
    small.learn(std::span(&other, 1), std::vector{decision}, batch);
    // It was full and started over.
    EXPECT_EQ(small.recall(std::span(&sent, 1))->missing, (std::vector{debit, credit}));
    EXPECT_TRUE(small.recall(std::span(&other, 1))->missing.empty());
}

TEST_F(Book, AsksAgainWhetherCashMayBeMovedIfItMightNotBefore) {
    auto cashless = customer(true);
    cashless.may_move_cash = false;
    cashless.cash_account = debit;
    auto sent = order(30);
    sent.acting.role = api::Role::customer;
    learn(sent, posted(30), batch_of(cashless));
    auto cash = sent;
    cash.kind = api::TransferKind::deposit;
    EXPECT_TRUE(recall(sent));
    EXPECT_FALSE(recall(cash));

    cashless.may_move_cash = true;
    learn(sent, posted(30), batch_of(cashless));
    EXPECT_TRUE(recall(cash));
}

}  // namespace
}  // namespace bank::ledger
