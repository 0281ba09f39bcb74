#include "core/ledger/engine.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "core/ledger/invariants.hpp"

namespace bank::ledger {
namespace {

using api::AccountKind;
using api::Role;
using api::TransferKind;

money::Currency const eur{{'E', 'U', 'R'}};
money::Currency const usd{{'U', 'S', 'D'}};

constexpr AccountId cash{1};
constexpr AccountId alices{2};
constexpr AccountId bobs{3};
constexpr AccountId dollars{4};
constexpr AccountId closed{5};
constexpr AccountId locked{6};
constexpr AccountId brimful{7};
constexpr AccountId overdrawable{8};
constexpr UserId alice{10};
constexpr UserId bob{11};
constexpr UserId teller{12};

LockedAccount customer_account(AccountId id, UserId owner, std::int64_t balance) {
    LockedAccount account;
    account.id = id;
    account.user_id = owner;
    account.currency = eur;
    account.balance = balance;
    account.overdraft_limit = 0;
    return account;
}

// A bank with one account for each rule.
LockedBatch bank() {
    LockedBatch batch;
    auto add = [&](LockedAccount account) { batch.accounts[account.id] = account; };
    LockedAccount vault;
    vault.id = cash;
    vault.kind = AccountKind::cash;
    vault.currency = eur;
    add(vault);
    add(customer_account(alices, alice, 100));
    add(customer_account(bobs, bob, 50));
    auto foreign = customer_account(dollars, alice, 100);
    foreign.currency = usd;
    add(foreign);
    auto shut = customer_account(closed, alice, 0);
    shut.is_closed = true;
    add(shut);
    auto stuck = customer_account(locked, alice, 100);
    stuck.is_locked = true;
    add(stuck);
    add(customer_account(brimful, bob, INT64_MAX));
    auto generous = customer_account(overdrawable, alice, 0);
    generous.overdraft_limit = 30;
    add(generous);
    return batch;
}

TransferOrder order(TransferKind kind, AccountId debit, AccountId credit, std::int64_t amount) {
    static std::uint8_t next = 0;
    TransferOrder made;
    made.kind = kind;
    made.debit_account = debit;
    made.credit_account = credit;
    made.amount = {amount, eur};
    made.idempotency_id.bytes[0] = ++next;
    return made;
}

TransferOrder transfer(AccountId debit, AccountId credit, std::int64_t amount) {
    return order(TransferKind::transfer, debit, credit, amount);
}

OrderAuthority authority(UserId user, Role role) {
    OrderAuthority made;
    made.is_live = true;
    made.user_id = user;
    made.role = role;
    made.has_pin_authorization = true;
    made.cash_account = cash;
    return made;
}

OrderAuthority const as_teller = authority(teller, Role::teller);
OrderAuthority const as_alice = authority(alice, Role::customer);

std::vector<Decision> decide_as(OrderAuthority const& who, std::vector<TransferOrder> const& orders,
                                LockedBatch batch = bank()) {
    batch.authorities.assign(orders.size(), who);
    auto decisions = decide(orders, batch);
    EXPECT_EQ(broken_invariant(orders, decisions, batch), std::nullopt);
    return decisions;
}

struct Row {
    char const* name;
    TransferKind kind;
    AccountId debit;
    AccountId credit;
    std::int64_t amount;
    Code expected;
};

class EachStatus : public testing::TestWithParam<Row> {};

// Each row but the first also breaks every rule below it that it can: the order of the registry is
// the order of precedence.
INSTANTIATE_TEST_SUITE_P(
    Engine, EachStatus,
    testing::Values(
        Row{"posted", TransferKind::transfer, alices, bobs, 100, Code::posted},
        Row{"deposit", TransferKind::deposit, {}, alices, 1, Code::posted},
        Row{"withdrawal", TransferKind::withdrawal, alices, {}, 100, Code::posted},
        Row{"deposit_to_a_locked_account", TransferKind::deposit, {}, locked, 1, Code::posted},
        Row{"overdraft_used_up", TransferKind::transfer, overdrawable, bobs, 30, Code::posted},
        Row{"not_from_cash", TransferKind::transfer, cash, alices, 1, Code::permission_denied},
        Row{"not_to_cash", TransferKind::transfer, alices, cash, 1, Code::permission_denied},
        Row{"missing_debit", TransferKind::transfer, AccountId{99}, bobs, 1,
            Code::debit_account_not_found},
        Row{"missing_credit", TransferKind::transfer, alices, AccountId{99}, 1,
            Code::credit_account_not_found},
        Row{"same", TransferKind::transfer, closed, closed, 1000, Code::accounts_are_the_same},
        Row{"currency_of_debit", TransferKind::transfer, dollars, closed, 1000,
            Code::currency_mismatch},
        Row{"currency_of_credit", TransferKind::transfer, closed, dollars, 1000,
            Code::currency_mismatch},
        Row{"debit_closed", TransferKind::transfer, closed, bobs, 1000, Code::debit_account_closed},
        Row{"credit_closed", TransferKind::transfer, locked, closed, 1000,
            Code::credit_account_closed},
        Row{"debit_locked", TransferKind::transfer, locked, brimful, 1000,
            Code::debit_account_locked},
        Row{"funds", TransferKind::transfer, alices, brimful, 101, Code::insufficient_funds},
        Row{"overdraft", TransferKind::transfer, overdrawable, bobs, 31, Code::insufficient_funds},
        Row{"range", TransferKind::transfer, alices, brimful, 1, Code::balance_out_of_range}),
    [](auto const& row) { return row.param.name; });

TEST_P(EachStatus, IsDecidedInOrderAndMovesMoneyOnlyIfPosted) {
    auto const& row = GetParam();
    auto const decisions =
        decide_as(as_teller, {order(row.kind, row.debit, row.credit, row.amount)});
    EXPECT_EQ(word(decisions[0].code), word(row.expected));
    if (row.expected == Code::posted || !is_transfer_status(row.expected)) return;
    auto const before = bank();
    EXPECT_EQ(decisions[0].debit_balance, before.accounts.at(row.debit).balance);
    EXPECT_EQ(decisions[0].credit_balance, before.accounts.at(row.credit).balance);
}

TEST(Engine, CustomersTakeFromTheirOwnAccountsOnly) {
    EXPECT_EQ(decide_as(as_alice, {transfer(alices, bobs, 1)})[0].code, Code::posted);
    EXPECT_EQ(decide_as(as_alice, {transfer(bobs, alices, 1)})[0].code, Code::permission_denied);
    auto const deposit = order(TransferKind::deposit, {}, bobs, 1);
    EXPECT_EQ(decide_as(as_alice, {deposit})[0].code, Code::permission_denied);
    auto const withdrawal = order(TransferKind::withdrawal, bobs, {}, 1);
    EXPECT_EQ(decide_as(as_alice, {withdrawal})[0].code, Code::permission_denied);
}

TEST(Engine, AuditorsMoveNothing) {
    auto const auditor = authority(UserId{13}, Role::auditor);
    EXPECT_EQ(decide_as(auditor, {transfer(alices, bobs, 1)})[0].code, Code::permission_denied);
}

TEST(Engine, AnEndedSessionMovesNothingAndReplaysNothing) {
    auto ended = as_teller;
    ended.is_live = false;
    EXPECT_EQ(decide_as(ended, {transfer(alices, bobs, 1)})[0].code, Code::session_ended);
}

TEST(Engine, AMissingPinIsAskedForBeforeTheStateOfTheAccountShows) {
    auto without_pin = as_alice;
    without_pin.has_pin_authorization = false;
    EXPECT_EQ(decide_as(without_pin, {transfer(alices, bobs, 1000)})[0].code, Code::pin_required);
}

TEST(Engine, ABankWithoutTheCurrencyHasNoCashForIt) {
    auto no_cash = as_teller;
    no_cash.cash_account = {};
    auto const deposit = order(TransferKind::deposit, {}, alices, 1);
    EXPECT_EQ(decide_as(no_cash, {deposit})[0].code, Code::unknown_currency);
}

TEST(Engine, LaterOrdersSeeWhatEarlierOnesLeave) {
    auto const decisions =
        decide_as(as_teller, {transfer(alices, bobs, 60), transfer(alices, bobs, 60),
                              transfer(bobs, alices, 110), transfer(alices, bobs, 150)});
    EXPECT_EQ(decisions[0].code, Code::posted);
    EXPECT_EQ(decisions[1].code, Code::insufficient_funds);
    EXPECT_EQ(decisions[1].debit_balance, 40);
    EXPECT_EQ(decisions[2].code, Code::posted);
    EXPECT_EQ(decisions[2].debit_balance, 0);
    EXPECT_EQ(decisions[3].code, Code::posted);
    EXPECT_EQ(decisions[3].credit_balance, 150);
}

TEST(Engine, AKnownRequestIsAnsweredAgainAndADifferentOneUnderItsKeyRefused) {
    auto first = transfer(alices, bobs, 10);
    auto batch = bank();
    KnownTransfer known;
    known.request_digest[0] = 7;
    known.answer.status = Code::insufficient_funds;
    batch.known[first.idempotency_id] = known;
    first.request_digest[0] = 7;
    auto other = first;
    other.request_digest[0] = 8;

    auto const decisions = decide_as(as_teller, {first, other}, batch);
    EXPECT_TRUE(decisions[0].is_replay);
    EXPECT_EQ(decisions[0].code, Code::insufficient_funds);
    EXPECT_FALSE(decisions[1].is_replay);
    EXPECT_EQ(decisions[1].code, Code::idempotency_key_reused);
}

TEST(Engine, ARepeatWithinOneBatchMovesNothingTwice) {
    auto const first = transfer(alices, bobs, 60);
    auto other = first;
    other.request_digest[0] = 1;
    auto const decisions = decide_as(as_teller, {first, first, other, transfer(alices, bobs, 40)});
    EXPECT_EQ(decisions[1].code, Code::posted);
    EXPECT_TRUE(decisions[1].is_replay);
    EXPECT_EQ(decisions[1].replay_of, 0U);
    EXPECT_EQ(decisions[2].code, Code::idempotency_key_reused);
    EXPECT_EQ(decisions[3].code, Code::posted);
    EXPECT_EQ(decisions[3].debit_balance, 0);
}

TEST(Engine, ARequestRefusedForAuthorityIsNotKeptSoItsKeyStaysFree) {
    auto const stranger = transfer(bobs, alices, 10);
    std::vector<TransferOrder> const orders{stranger, stranger};
    auto batch = bank();
    batch.authorities = {as_alice, as_teller};
    auto const decisions = decide(orders, batch);
    EXPECT_EQ(decisions[0].code, Code::permission_denied);
    EXPECT_EQ(decisions[1].code, Code::posted);
}

// The whole engine against ten lines: balances in a map, posted if the money is there.
TEST(Engine, AgreesWithATenLineModelOverRandomBatches) {
    std::mt19937_64 random(20260301);
    auto const pick = [&](std::int64_t low, std::int64_t high) {
        return std::uniform_int_distribution<std::int64_t>(low, high)(random);
    };
    for (int round = 0; round < 20'000; ++round) {
        LockedBatch batch;
        std::map<std::int64_t, std::int64_t> model;
        std::map<std::int64_t, std::int64_t> limits;
        for (std::int64_t id = 1; id <= 5; ++id) {
            limits[id] = pick(0, 3) == 0 ? pick(0, 100) : 0;
            model[id] = pick(-limits[id], 300);
            auto account = customer_account(AccountId{id}, alice, model[id]);
            account.overdraft_limit = limits[id];
            batch.accounts[account.id] = account;
        }
        std::vector<TransferOrder> orders;
        for (auto count = pick(1, 40); count > 0; --count) {
            orders.push_back(transfer(AccountId{pick(1, 5)}, AccountId{pick(1, 5)}, pick(1, 120)));
            orders.back().idempotency_id.bytes[1] = static_cast<std::uint8_t>(count);
        }
        batch.authorities.assign(orders.size(), as_teller);
        auto const decisions = decide(orders, batch);
        for (std::size_t i = 0; i < orders.size(); ++i) {
            auto const from = orders[i].debit_account.value;
            auto const to = orders[i].credit_account.value;
            auto const amount = orders[i].amount.amount;
            auto const posts = from != to && model[from] + limits[from] >= amount;
            if (posts) model[from] -= amount, model[to] += amount;
            ASSERT_EQ(decisions[i].code == Code::posted, posts) << "round " << round;
            ASSERT_EQ(decisions[i].debit_balance, model[from]);
            ASSERT_EQ(decisions[i].credit_balance, model[to]);
        }
        ASSERT_EQ(broken_invariant(orders, decisions, batch), std::nullopt);
    }
}

struct Tampering {
    char const* name;
    void (*tamper)(Decision&);
    char const* broken;
};

class EachInvariant : public testing::TestWithParam<Tampering> {};

INSTANTIATE_TEST_SUITE_P(
    Invariants, EachInvariant,
    testing::Values(Tampering{"money_from_nothing", [](Decision& d) { d.credit_balance += 1; },
                              "money is conserved"},
                    Tampering{"money_to_nowhere", [](Decision& d) { d.debit_balance -= 1; },
                              "money is conserved"},
                    Tampering{"other_account", [](Decision& d) { d.credit_account = dollars; },
                              "money is conserved"}),
    [](auto const& row) { return row.param.name; });

TEST_P(EachInvariant, VetoesATamperedDecision) {
    std::vector<TransferOrder> const orders{transfer(alices, bobs, 10)};
    auto batch = bank();
    batch.authorities = {as_teller};
    auto decisions = decide(orders, batch);
    GetParam().tamper(decisions[0]);
    EXPECT_EQ(broken_invariant(orders, decisions, batch), GetParam().broken);
}

// Decisions that conserve money, and break another rule each.
TEST(Invariants, VetoWhatOnlyConservesMoney) {
    struct Case {
        TransferOrder order;
        std::int64_t debit_after;
        std::int64_t credit_after;
        char const* broken;
    };
    Case const cases[] = {
        {transfer(alices, bobs, 101), -1, 151, "no debit passes its limit"},
        {transfer(alices, closed, 1), 99, 1, "closed stays closed"},
        {transfer(alices, dollars, 1), 99, 101, "currencies do not mix"},
    };
    for (auto const& one : cases) {
        Decision decision;
        decision.code = Code::posted;
        decision.debit_account = one.order.debit_account;
        decision.credit_account = one.order.credit_account;
        decision.debit_balance = one.debit_after;
        decision.credit_balance = one.credit_after;
        auto const broken = broken_invariant({&one.order, 1}, {&decision, 1}, bank());
        EXPECT_EQ(broken, one.broken);
    }
}

}  // namespace
}  // namespace bank::ledger
