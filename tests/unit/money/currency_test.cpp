#include "core/money/currency.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace bank::money {
namespace {

struct ExponentCase {
    char const* code;
    int exponent;
};

class CurrencyExponent : public testing::TestWithParam<ExponentCase> {};

TEST_P(CurrencyExponent, IsAsIso4217Says) {
    auto const currency = parse_currency(GetParam().code);
    ASSERT_TRUE(currency);
    EXPECT_EQ(currency->code(), GetParam().code);
    EXPECT_EQ(exponent(*currency), GetParam().exponent);
}

INSTANTIATE_TEST_SUITE_P(
    Table, CurrencyExponent,
    testing::Values(ExponentCase{"EUR", 2}, ExponentCase{"USD", 2}, ExponentCase{"CZK", 2},
                    ExponentCase{"GBP", 2}, ExponentCase{"HUF", 2}, ExponentCase{"JPY", 0},
                    ExponentCase{"KRW", 0}, ExponentCase{"ISK", 0}, ExponentCase{"CLP", 0},
                    ExponentCase{"VND", 0}, ExponentCase{"XOF", 0}, ExponentCase{"UGX", 0},
                    ExponentCase{"BHD", 3}, ExponentCase{"IQD", 3}, ExponentCase{"JOD", 3},
                    ExponentCase{"KWD", 3}, ExponentCase{"LYD", 3}, ExponentCase{"OMR", 3},
                    ExponentCase{"TND", 3}, ExponentCase{"CLF", 4}, ExponentCase{"UYW", 4},
                    ExponentCase{"AED", 2}, ExponentCase{"ZWG", 2}),
    [](auto const& test) { return std::string(test.param.code); });

class UnknownCurrency : public testing::TestWithParam<std::string> {};

TEST_P(UnknownCurrency, IsRefused) {
    EXPECT_FALSE(parse_currency(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(Table, UnknownCurrency,
                         testing::Values("", "E", "EU", "EURO", "eur", "Eur", " EUR", "EUR ", "XXX",
                                         "XTS", "XAU", "DEM", "978", "AAA", "ZZZ",
                                         std::string(3, '\0'), "E\xc3\x9c"));

TEST(CurrencyTable, HasEveryCodeOnceInOrderAndNamed) {
    std::set<std::string_view> codes;
    std::string_view last;
    for (auto const& facts : currencies()) {
        EXPECT_TRUE(codes.insert(facts.currency.code()).second) << facts.currency.code();
        EXPECT_LT(last, facts.currency.code());
        EXPECT_FALSE(facts.name.empty());
        EXPECT_GE(facts.exponent, 0);
        EXPECT_LE(facts.exponent, 4);
        EXPECT_EQ(parse_currency(facts.currency.code()), facts.currency);
        last = facts.currency.code();
    }
    EXPECT_GT(codes.size(), 150U);
}

TEST(CurrencyDeathTest, ExponentOfNoCurrencyIsOurBug) {
    EXPECT_DEATH((void)exponent(Currency{}), "check failed");
}

}  // namespace
}  // namespace bank::money
