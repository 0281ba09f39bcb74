// Error messages for invalid amounts: exactly the error that the text has.
#include "plugins/admin/wire/amount.hpp"

#include <gtest/gtest.h>

namespace bank::admin::wire {
namespace {

struct Wrong {
    char const* text;
    char const* currency;
    std::int64_t minimum;
    char const* sentence;
};

class AmountIsRefused : public testing::TestWithParam<Wrong> {};

TEST_P(AmountIsRefused, ForTheFaultThatItHas) {
    auto const& wrong = GetParam();
    auto const read =
        read_amount(wrong.text, *money::parse_currency(wrong.currency), wrong.minimum);
    ASSERT_TRUE(std::holds_alternative<std::string>(read)) << wrong.text;
    EXPECT_EQ(*std::get_if<std::string>(&read), wrong.sentence);
}

INSTANTIATE_TEST_SUITE_P(
    All, AmountIsRefused,
    testing::Values(
        Wrong{"", "EUR", 1, "The amount is empty."},
        Wrong{"12.5", "EUR", 1, "12.5 has one decimal; EUR needs two."},
        Wrong{"12.500", "EUR", 1, "12.500 has three decimals; EUR needs two."},
        Wrong{"12.50", "JPY", 1, "12.50 has two decimals; JPY has no decimals."},
        Wrong{"1.00", "KWD", 1, "1.00 has two decimals; KWD needs three."},
        Wrong{"12,50", "EUR", 1,
              "12,50 is not an amount; write digits and a decimal point only, like 500.00."},
        Wrong{"1,000.00", "EUR", 1,
              "1,000.00 is not an amount; write digits and a decimal point only, like 500.00."},
        Wrong{"1e3", "JPY", 1,
              "1e3 is not an amount; write digits and a decimal point only, like 500."},
        Wrong{"12.", "EUR", 1,
              "12. is not an amount; write digits and a decimal point only, like 500.00."},
        Wrong{"007.00", "EUR", 1, "007.00 has leading zeros."},
        Wrong{"-5.00", "EUR", 1, "The amount must be above 0."},
        Wrong{"0.00", "EUR", 1, "The amount must be above 0."},
        Wrong{"-5.00", "EUR", 0, "The amount must not be negative."},
        Wrong{"90071992547409.92", "EUR", 1,
              "The amount is too large; the maximum is 90071992547409.91 EUR."},
        Wrong{"99999999999999999999999", "EUR", 1,
              "The amount is too large; the maximum is 90071992547409.91 EUR."}));

TEST(Amount, IsReadInMinorUnits) {
    struct {
        char const* text;
        char const* currency;
        std::int64_t units;
    } const rows[] = {{"12.50", "EUR", 1250},
                      {"12", "EUR", 1200},
                      {"0", "EUR", 0},
                      {"5", "JPY", 5},
                      {"0.001", "KWD", 1}};
    for (auto const& row : rows) {
        auto const read = read_amount(row.text, *money::parse_currency(row.currency), 0);
        ASSERT_TRUE(std::holds_alternative<std::int64_t>(read)) << row.text;
        EXPECT_EQ(*std::get_if<std::int64_t>(&read), row.units) << row.text;
    }
}

}  // namespace
}  // namespace bank::admin::wire
