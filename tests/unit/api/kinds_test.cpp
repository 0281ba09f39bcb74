// The facts of each kind of transfer, written by hand a second time: a change of kinds.def must be
// intentional.
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "core/api/transfer_kind.hpp"

namespace bank::api {
namespace {

using Kinds = std::set<std::string>;

template <typename Question>
Kinds kinds_that(Question question) {
    Kinds found;
    for (std::size_t i = 0; i < kinds_count; ++i) {
        auto const kind = static_cast<TransferKind>(i);
        if (question(kind)) found.emplace(to_string(kind));
    }
    return found;
}

TEST(Kinds, HaveTheirWordsBothWays) {
    EXPECT_EQ(kinds_count, 8U);
    for (std::size_t i = 0; i < kinds_count; ++i) {
        auto const kind = static_cast<TransferKind>(i);
        EXPECT_EQ(parse_transfer_kind(to_string(kind)), kind);
    }
    for (auto const* other : {"", "Deposit", "deposit ", "fee"})
        EXPECT_EQ(parse_transfer_kind(other), std::nullopt) << other;
    EXPECT_EQ(to_string(TransferKind::deposit), "deposit");
    EXPECT_EQ(to_string(TransferKind::reversal), "reversal");
}

TEST(Kinds, SayWhatHappensToMoney) {
    EXPECT_EQ(kinds_that(moves_money),
              (Kinds{"deposit", "withdrawal", "transfer", "capture", "reversal"}));
    EXPECT_EQ(kinds_that(places_hold), Kinds{"hold"});
    EXPECT_EQ(kinds_that(settles_hold), (Kinds{"capture", "release", "expiry"}));
    EXPECT_EQ(kinds_that(only_frees), (Kinds{"release", "expiry"}));
    EXPECT_EQ(kinds_that(reverses), Kinds{"reversal"});
    EXPECT_EQ(kinds_that([](auto kind) { return facts(kind).is_reversible; }),
              (Kinds{"deposit", "withdrawal", "transfer", "capture"}));
}

TEST(Kinds, SayWhichAccountsTheyUse) {
    EXPECT_EQ(kinds_that(debits_cash), Kinds{"deposit"});
    EXPECT_EQ(kinds_that(credits_cash), Kinds{"withdrawal"});
    EXPECT_EQ(kinds_that(uses_cash), (Kinds{"deposit", "withdrawal"}));
    EXPECT_EQ(kinds_that([](auto kind) { return facts(kind).debit == KindAccount::named; }),
              (Kinds{"withdrawal", "transfer", "hold"}));
    EXPECT_EQ(kinds_that([](auto kind) { return facts(kind).credit == KindAccount::named; }),
              (Kinds{"deposit", "transfer", "hold"}));
    EXPECT_EQ(kinds_that([](auto kind) { return facts(kind).debit == KindAccount::of_credit; }),
              Kinds{"reversal"});
    EXPECT_EQ(kinds_that(has_origin), (Kinds{"capture", "release", "expiry", "reversal"}));
    EXPECT_EQ(kinds_that(answers_credit_side), (Kinds{"deposit", "capture", "release"}));
}

TEST(Kinds, SayWhatARequestNeeds) {
    EXPECT_EQ(kinds_that([](auto kind) { return !facts(kind).is_requested; }), Kinds{"expiry"});
    EXPECT_EQ(kinds_that([](auto kind) { return facts(kind).amount == KindAmount::optional; }),
              (Kinds{"capture", "reversal"}));
    EXPECT_EQ(kinds_that([](auto kind) { return facts(kind).amount == KindAmount::none; }),
              (Kinds{"release", "expiry"}));
    EXPECT_EQ(kinds_that([](auto kind) { return facts(kind).counts; }),
              (Kinds{"deposit", "withdrawal", "transfer", "hold"}));
    EXPECT_EQ(kinds_that([](auto kind) { return facts(kind).needs_funds; }),
              (Kinds{"withdrawal", "transfer", "hold", "reversal"}));
    EXPECT_EQ(kinds_that([](auto kind) { return facts(kind).needs_pin; }),
              (Kinds{"deposit", "withdrawal", "transfer", "hold"}));
}

// The engine relies on these.
TEST(Kinds, AreConsistent) {
    for (auto const& row : kind_facts) {
        auto const takes = [](KindAccount account) {
            return account == KindAccount::of_debit || account == KindAccount::of_credit;
        };
        auto const has = row.origin != KindOrigin::none;
        EXPECT_EQ(takes(row.debit), has) << row.word;
        EXPECT_EQ(takes(row.credit), has) << row.word;
        EXPECT_FALSE(row.debit == KindAccount::cash && row.credit == KindAccount::cash) << row.word;
        if (has) {
            EXPECT_NE(row.debit, row.credit) << row.word;
            EXPECT_NE(row.amount, KindAmount::required) << row.word;
        } else {
            EXPECT_EQ(row.amount, KindAmount::required) << row.word;
        }
        if (row.held == KindHeld::settles) {
            EXPECT_EQ(row.origin, KindOrigin::hold) << row.word;
            EXPECT_FALSE(row.needs_funds) << row.word;
        }
        // A kind must hold or move money; one without an effect would be a mistake.
        EXPECT_TRUE(row.moves || row.held != KindHeld::none) << row.word;
        EXPECT_TRUE(row.moves || !row.is_reversible) << row.word;
    }
}

}  // namespace
}  // namespace bank::api
