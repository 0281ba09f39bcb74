// One row for each status, and for each pair whose order matters.
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

struct Row {
    char const* name;
    TransferKind kind;
    AccountId debit;
    AccountId credit;
    std::int64_t amount;
    Code expected;
};

constexpr auto transfer = TransferKind::transfer;
constexpr auto hold = TransferKind::hold;
constexpr auto deposit = TransferKind::deposit;
constexpr auto withdrawal = TransferKind::withdrawal;

class EachStatus : public testing::TestWithParam<Row> {};

// A declined row also breaks every later rule that it can: the order of the registry is the order
// of precedence.
INSTANTIATE_TEST_SUITE_P(
    Engine, EachStatus,
    testing::Values(
        Row{"transfer", transfer, alices, bobs, 100, Code::posted},
        Row{"deposit", deposit, {}, alices, 1, Code::posted},
        Row{"withdrawal", withdrawal, alices, {}, 100, Code::posted},
        Row{"hold", hold, alices, bobs, 100, Code::posted},
        Row{"deposit_to_locked", deposit, {}, locked, 1, Code::posted},
        Row{"deposit_to_debit_frozen", deposit, {}, debit_frozen, 1, Code::posted},
        Row{"withdrawal_from_credit_frozen", withdrawal, credit_frozen, {}, 1, Code::posted},
        Row{"overdraft_used_up", transfer, overdrawable, bobs, 30, Code::posted},
        Row{"all_but_the_minimum", transfer, minimum, bobs, 70, Code::posted},
        Row{"all_that_is_not_held", transfer, reserved, bobs, 40, Code::posted},
        Row{"at_the_limit", transfer, limited, bobs, 40, Code::posted},
        Row{"without_limit_to_the_last_number", withdrawal, bottomless, {}, 5, Code::posted},

        Row{"no_such_debit", transfer, missing, missing, 1, Code::debit_account_not_found},
        Row{"no_such_credit", transfer, cash, missing, 1, Code::credit_account_not_found},
        Row{"not_from_cash", transfer, cash, cash, 1, Code::permission_denied},
        Row{"not_to_cash", transfer, alices, cash, 1, Code::permission_denied},
        Row{"no_hold_to_cash", hold, alices, cash, 1, Code::permission_denied},
        Row{"no_deposit_to_cash", deposit, {}, cash, 1, Code::permission_denied},

        Row{"same", transfer, closed, closed, 1000, Code::accounts_are_the_same},
        Row{"same_before_currency", hold, dollars, dollars, 1, Code::accounts_are_the_same},
        Row{"currency_of_debit", transfer, dollars, closed, 1000, Code::currency_mismatch},
        Row{"currency_of_credit", transfer, closed, dollars, 1000, Code::currency_mismatch},
        Row{"debit_closed", transfer, closed, credit_frozen, 1000, Code::debit_account_closed},
        Row{"credit_closed", transfer, locked, closed, 1000, Code::credit_account_closed},
        Row{"debit_locked", transfer, locked, credit_frozen, 1000, Code::debit_account_locked},
        Row{"debit_frozen", hold, debit_frozen, credit_frozen, 1000, Code::debit_account_frozen},
        Row{"credit_frozen", transfer, limited, credit_frozen, 1000, Code::credit_account_frozen},
        Row{"deposit_to_credit_frozen", deposit, {}, credit_frozen, 1, Code::credit_account_frozen},
        Row{"a_transfer", transfer, limited, brimful, 1000, Code::transfer_limit_exceeded},
        Row{"a_hold_of_more", hold, limited, brimful, 41, Code::transfer_limit_exceeded},
        Row{"funds", transfer, alices, brimful, 101, Code::insufficient_funds},
        Row{"funds_for_a_hold", hold, alices, brimful, 101, Code::insufficient_funds},
        Row{"funds_that_are_held", withdrawal, reserved, {}, 41, Code::insufficient_funds},
        Row{"overdraft", transfer, overdrawable, bobs, 31, Code::insufficient_funds},
        Row{"minimum", transfer, minimum, bobs, 71, Code::insufficient_funds},
        Row{"credit_out_of_range", transfer, alices, brimful, 1, Code::balance_out_of_range},
        Row{"deposit_out_of_range", deposit, {}, brimful, 1, Code::balance_out_of_range},
        Row{"available_out_of_range", deposit, {}, nearly_brimful, 31, Code::balance_out_of_range},
        Row{"available_to_the_last_number", deposit, {}, nearly_brimful, 30, Code::posted},
        Row{"debit_out_of_range", withdrawal, bottomless, {}, 6, Code::balance_out_of_range},
        Row{"a_hold_moves_nothing", hold, alices, brimful, 1, Code::posted}),
    [](auto const& row) { return row.param.name; });

TEST_P(EachStatus, IsDecidedInOrderAndMovesMoneyOnlyIfPosted) {
    auto const& row = GetParam();
    auto const order = make_order(row.kind, row.debit, row.credit, row.amount);
    auto batch = small_bank();
    batch.authorities = {as_teller};
    auto const decision = decide({&order, 1}, batch)[0];
    EXPECT_EQ(word(decision.code), word(row.expected));
    EXPECT_EQ(broken_invariant({&order, 1}, {&decision, 1}, batch), std::nullopt);
    EXPECT_EQ(decision.amount, order.amount);
    if (!is_transfer_status(row.expected)) return;

    auto const& debit = batch.accounts.at(row.kind == deposit ? cash : row.debit);
    auto const& credit = batch.accounts.at(row.kind == withdrawal ? cash : row.credit);
    auto const is_posted = row.expected == Code::posted;
    auto const moved = is_posted && row.kind != hold ? row.amount : 0;
    EXPECT_EQ(decision.debit_account, debit.id);
    EXPECT_EQ(decision.credit_account, credit.id);
    EXPECT_EQ(decision.debit_balance, debit.balance - moved);
    EXPECT_EQ(decision.credit_balance, credit.balance + moved);
    EXPECT_EQ(decision.debit_held, debit.held + (is_posted && row.kind == hold ? row.amount : 0));
}

struct LimitRow {
    char const* name;
    api::Spending spent;
    api::Limits own;
    api::Limits role;
    Code expected;
};

class EachLimit : public testing::TestWithParam<LimitRow> {};

constexpr auto none = std::nullopt;

// Ten are requested. Each declined row breaks all rules below its own.
INSTANTIATE_TEST_SUITE_P(
    Engine, EachLimit,
    testing::Values(
        LimitRow{"none", {INT64_MAX, INT64_MAX, INT64_MAX}, {}, {}, Code::posted},
        LimitRow{"all_exact", {90, 190, 290}, {10, 100, 200, 300}, {}, Code::posted},
        LimitRow{"all_exact_of_the_role", {90, 190, 290}, {}, {10, 100, 200, 300}, Code::posted},
        LimitRow{"own_transfer",
                 {91, 91, 91},
                 {9, 0, 0, 0},
                 {10, none, none, none},
                 Code::transfer_limit_exceeded},
        LimitRow{"role_transfer",
                 {91, 91, 91},
                 {10, 0, 0, 0},
                 {9, none, none, none},
                 Code::transfer_limit_exceeded},
        LimitRow{"own_day",
                 {91, 91, 91},
                 {10, 100, 0, 0},
                 {10, 101, none, none},
                 Code::day_limit_exceeded},
        LimitRow{"role_day",
                 {91, 91, 91},
                 {10, 101, 0, 0},
                 {10, 100, none, none},
                 Code::day_limit_exceeded},
        LimitRow{"own_week",
                 {0, 191, 0},
                 {none, none, 200, 0},
                 {none, none, 201, none},
                 Code::week_limit_exceeded},
        LimitRow{"role_week",
                 {0, 191, 0},
                 {none, none, 201, 0},
                 {none, none, 200, none},
                 Code::week_limit_exceeded},
        LimitRow{"own_month", {0, 0, 291}, {none, none, none, 300}, {}, Code::month_limit_exceeded},
        LimitRow{
            "role_month", {0, 0, 291}, {}, {none, none, none, 300}, Code::month_limit_exceeded},
        LimitRow{"zero", {}, {none, 0, none, none}, {}, Code::day_limit_exceeded},
        LimitRow{"a_sum_beyond_64_bits",
                 {0, 0, INT64_MAX},
                 {none, none, none, INT64_MAX},
                 {},
                 Code::month_limit_exceeded}),
    [](auto const& row) { return row.param.name; });

TEST_P(EachLimit, CountsForTransfersWithdrawalsAndHoldsOfACustomersAccount) {
    auto const& row = GetParam();
    for (auto const kind : {transfer, withdrawal, hold}) {
        auto const order = make_order(kind, alices, kind == withdrawal ? AccountId{} : bobs, 10);
        auto batch = small_bank();
        batch.accounts.at(alices).spending = row.spent;
        batch.accounts.at(alices).limits = row.own;
        batch.authorities = {as_teller};
        batch.authorities[0].role_limits = row.role;
        auto const decision = decide({&order, 1}, batch)[0];
        EXPECT_EQ(word(decision.code), word(row.expected)) << api::to_string(kind);
    }
}

TEST(EngineLimits, OfARoleBindADepositOnlyAsASingleTransfer) {
    auto const order = make_order(deposit, {}, alices, 10);
    auto batch = small_bank();
    batch.authorities = {as_teller};
    auto& role = batch.authorities[0].role_limits;
    role = {10, 0, 0, 0};
    EXPECT_EQ(decide({&order, 1}, batch)[0].code, Code::posted);
    role.per_transfer = 9;
    EXPECT_EQ(decide({&order, 1}, batch)[0].code, Code::transfer_limit_exceeded);
}

TEST(EngineLimits, OfACashAccountItselfBindDeposits) {
    auto const order = make_order(deposit, {}, alices, 10);
    auto batch = small_bank();
    batch.authorities = {as_teller};
    batch.accounts.at(cash).spending.today = 91;
    batch.accounts.at(cash).limits.per_day = 101;
    EXPECT_EQ(decide({&order, 1}, batch)[0].code, Code::posted);
    batch.accounts.at(cash).limits.per_day = 100;
    EXPECT_EQ(decide({&order, 1}, batch)[0].code, Code::day_limit_exceeded);
}

TEST(EngineLimits, OfTheCreditAccountDoNotMatter) {
    auto const order = make_transfer(alices, limited, 100);
    auto batch = small_bank();
    batch.authorities = {as_teller};
    EXPECT_EQ(decide({&order, 1}, batch)[0].code, Code::posted);
}

TEST(EngineLimits, SeeWhatTheBatchHasSpent) {
    std::vector<TransferOrder> const orders{
        make_transfer(limited, bobs, 40), make_order(hold, limited, bobs, 20),
        make_transfer(limited, bobs, 1), make_order(withdrawal, limited, {}, 1)};
    auto batch = small_bank();
    batch.authorities.assign(orders.size(), as_teller);
    auto const decisions = decide(orders, batch);
    EXPECT_EQ(decisions[0].code, Code::posted);
    EXPECT_EQ(decisions[1].code, Code::posted);
    EXPECT_EQ(decisions[2].code, Code::day_limit_exceeded);
    EXPECT_EQ(decisions[3].code, Code::day_limit_exceeded);
}

// Counters saturate at the largest number, above every limit.
TEST(EngineLimits, StayExceededOnceTheCountIsFull) {
    std::vector<TransferOrder> const orders{make_transfer(alices, bobs, 10),
                                            make_transfer(alices, bobs, 10)};
    auto batch = small_bank();
    batch.accounts.at(alices).spending.this_month = INT64_MAX - 10;
    batch.accounts.at(alices).limits.per_month = INT64_MAX;
    batch.authorities.assign(orders.size(), as_teller);
    auto const decisions = decide(orders, batch);
    EXPECT_EQ(decisions[0].code, Code::posted);
    EXPECT_EQ(decisions[1].code, Code::month_limit_exceeded);
}

struct AvailableRow {
    char const* name;
    std::int64_t balance;
    std::int64_t held;
    std::optional<std::int64_t> overdraft;
    std::int64_t minimum;
    std::int64_t stated;
};

class Available : public testing::TestWithParam<AvailableRow> {};

INSTANTIATE_TEST_SUITE_P(
    Engine, Available,
    testing::Values(AvailableRow{"plain", 100, 0, 0, 0, 100},
                    AvailableRow{"all_that_counts", 100, 30, 50, 7, 113},
                    AvailableRow{"no_limit_adds_nothing", 100, 30, none, 0, 70},
                    AvailableRow{"below_zero", 5, 30, 0, 0, -25},
                    AvailableRow{"cut_at_the_top", INT64_MAX, 0, 1, 0, INT64_MAX},
                    AvailableRow{"cut_at_the_bottom", INT64_MIN, 1, 0, 0, INT64_MIN},
                    AvailableRow{"exact_where_a_part_is_not", INT64_MIN, 1, 2, 0, INT64_MIN + 1}),
    [](auto const& row) { return row.param.name; });

TEST_P(Available, IsStatedOfTheSideThatIsAnswered) {
    auto const& row = GetParam();
    // Declined, so that the answer has the account's unchanged values.
    auto const order = make_transfer(alices, closed, 1);
    auto batch = small_bank();
    auto& account = batch.accounts.at(alices);
    account.balance = row.balance;
    account.held = row.held;
    account.overdraft_limit = row.overdraft;
    account.minimum_balance = row.minimum;
    batch.authorities = {as_teller};
    EXPECT_EQ(decide({&order, 1}, batch)[0].available, row.stated);
}

TEST(EngineRange, AHoldMustFitWhatIsHeld) {
    auto const order = make_order(hold, bottomless, bobs, 6);
    auto batch = small_bank();
    batch.accounts.at(bottomless).held = INT64_MAX - 5;
    batch.authorities = {as_teller};
    EXPECT_EQ(decide({&order, 1}, batch)[0].code, Code::balance_out_of_range);
    batch.accounts.at(bottomless).held = INT64_MAX - 6;
    auto const decision = decide({&order, 1}, batch)[0];
    EXPECT_EQ(decision.code, Code::posted);
    EXPECT_EQ(decision.debit_held, INT64_MAX);
}

// As a 64-bit sum it would wrap around and look covered.
TEST(EngineRange, FundsAreComparedExactly) {
    auto const order = make_transfer(alices, bobs, 1);
    auto batch = small_bank();
    auto& account = batch.accounts.at(alices);
    account.balance = INT64_MIN + 1;
    account.held = INT64_MAX;
    account.minimum_balance = INT64_MAX;
    batch.authorities = {as_teller};
    EXPECT_EQ(decide({&order, 1}, batch)[0].code, Code::insufficient_funds);
}

}  // namespace
}  // namespace bank::ledger
