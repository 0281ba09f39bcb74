// An amount of money: 64-bit minor units and a currency. No floating point.
#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/money/currency.hpp"

namespace bank::money {

struct Money {
    std::int64_t amount = 0;  // Minor units: 12345 is EUR 123.45, JPY 12345, KWD 12.345.
    Currency currency;
    auto operator<=>(Money const&) const = default;
};

// "123.45 EUR", "-0.05 EUR", "12345 JPY".
[[nodiscard]] std::string to_string(Money money);

// "123.45" with exactly the currency's digits, or a whole number ("123"). No sign but '-', no
// grouping, no exponent, no blanks, no leading zeros.
[[nodiscard]] std::optional<Money> parse_money(std::string_view text, Currency currency) noexcept;

}  // namespace bank::money
