#include "core/money/money.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>
#include <string>

namespace bank::money {
namespace {

constexpr auto int64_min = std::numeric_limits<std::int64_t>::min();
constexpr auto int64_max = std::numeric_limits<std::int64_t>::max();

Currency currency(std::string_view code) {
    return parse_currency(code).value();
}

struct MoneyCase {
    std::string text;  // Without the code.
    char const* code;
    std::int64_t amount;
};

class MoneyText : public testing::TestWithParam<MoneyCase> {};

TEST_P(MoneyText, IsPrintedAndReadBack) {
    auto const& [text, code, amount] = GetParam();
    Money const money{amount, currency(code)};
    EXPECT_EQ(to_string(money), text + " " + code);
    EXPECT_EQ(parse_money(text, money.currency), money);
}

INSTANTIATE_TEST_SUITE_P(
    Table, MoneyText,
    testing::Values(MoneyCase{"0.00", "EUR", 0}, MoneyCase{"0.01", "EUR", 1},
                    MoneyCase{"-0.05", "EUR", -5}, MoneyCase{"0.10", "EUR", 10},
                    MoneyCase{"123.45", "EUR", 12345}, MoneyCase{"-123.45", "EUR", -12345},
                    MoneyCase{"100.00", "EUR", 10000}, MoneyCase{"0", "JPY", 0},
                    MoneyCase{"12345", "JPY", 12345}, MoneyCase{"-1", "JPY", -1},
                    MoneyCase{"12.345", "KWD", 12345}, MoneyCase{"0.001", "KWD", 1},
                    MoneyCase{"1.2345", "CLF", 12345},
                    MoneyCase{"90071992547409.91", "EUR", 9'007'199'254'740'991},
                    MoneyCase{"92233720368547758.07", "EUR", int64_max},
                    MoneyCase{"-92233720368547758.08", "EUR", int64_min},
                    MoneyCase{"9223372036854775807", "JPY", int64_max},
                    MoneyCase{"-9223372036854775808", "JPY", int64_min}));

struct WholeCase {
    char const* text;
    char const* code;
    std::int64_t amount;
};

class WholeNumber : public testing::TestWithParam<WholeCase> {};

TEST_P(WholeNumber, IsReadAsMajorUnits) {
    auto const& [text, code, amount] = GetParam();
    EXPECT_EQ(parse_money(text, currency(code)), (Money{amount, currency(code)}));
}

INSTANTIATE_TEST_SUITE_P(Table, WholeNumber,
                         testing::Values(WholeCase{"123", "EUR", 12300}, WholeCase{"0", "EUR", 0},
                                         WholeCase{"-7", "EUR", -700}, WholeCase{"5", "BHD", 5000},
                                         WholeCase{"92233720368547758", "EUR",
                                                   9'223'372'036'854'775'800}));

struct RefusedCase {
    std::string text;
    char const* code;
};

class NotMoney : public testing::TestWithParam<RefusedCase> {};

TEST_P(NotMoney, IsRefused) {
    EXPECT_FALSE(parse_money(GetParam().text, currency(GetParam().code)));
}

INSTANTIATE_TEST_SUITE_P(
    Table, NotMoney,
    testing::Values(
        RefusedCase{"", "EUR"}, RefusedCase{"-", "EUR"}, RefusedCase{".", "EUR"},
        RefusedCase{"-.", "EUR"}, RefusedCase{".50", "EUR"}, RefusedCase{"1.", "EUR"},
        RefusedCase{"1.5", "EUR"}, RefusedCase{"1.500", "EUR"}, RefusedCase{"+1.00", "EUR"},
        RefusedCase{"--1", "EUR"}, RefusedCase{"01.00", "EUR"}, RefusedCase{"00", "EUR"},
        RefusedCase{"-0", "EUR"}, RefusedCase{"-0.00", "EUR"}, RefusedCase{"1,00", "EUR"},
        RefusedCase{"1.000,00", "EUR"}, RefusedCase{"1 000", "EUR"}, RefusedCase{" 1", "EUR"},
        RefusedCase{"1 ", "EUR"}, RefusedCase{"1e2", "EUR"}, RefusedCase{"0x10", "EUR"},
        RefusedCase{"1.0.0", "EUR"}, RefusedCase{"1.-1", "EUR"}, RefusedCase{"1.+1", "EUR"},
        RefusedCase{"1.00 EUR", "EUR"}, RefusedCase{"nan", "EUR"}, RefusedCase{"1.0", "JPY"},
        RefusedCase{"1.", "JPY"}, RefusedCase{"-0", "JPY"}, RefusedCase{"1.00", "KWD"},
        RefusedCase{std::string("1\0", 2), "EUR"},
        RefusedCase{"\xd9\xa1", "EUR"},  // ARABIC-INDIC DIGIT ONE
        RefusedCase{"92233720368547758.08", "EUR"}, RefusedCase{"-92233720368547758.09", "EUR"},
        RefusedCase{"92233720368547759", "EUR"}, RefusedCase{"9223372036854775808", "JPY"},
        RefusedCase{"-9223372036854775809", "JPY"}, RefusedCase{std::string(400, '9'), "EUR"}));

TEST(MoneyText, OfEveryCurrencyRoundTrips) {
    std::mt19937_64 random{20260301};
    for (auto const& facts : currencies()) {
        for (int i = 0; i < 50; ++i) {
            // Shifted, so that small magnitudes are as frequent as large ones.
            auto const amount = static_cast<std::int64_t>(random()) >> (i % 64);
            auto text = to_string({amount, facts.currency});
            ASSERT_TRUE(text.ends_with(facts.currency.code()));
            text.resize(text.size() - 4);
            EXPECT_EQ(parse_money(text, facts.currency), (Money{amount, facts.currency})) << text;
        }
    }
}

TEST(MoneyText, OfNoCurrencyIsRefused) {
    EXPECT_FALSE(parse_money("1.00", Currency{}));
}

}  // namespace
}  // namespace bank::money
