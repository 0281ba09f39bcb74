// Supported ISO 4217 currencies, with the number of digits of their minor units.
#pragma once
#include <array>
#include <compare>
#include <optional>
#include <span>
#include <string_view>

namespace bank::money {

// Three upper-case letters of ISO 4217; the default is no currency.
struct Currency {
    std::array<char, 3> letters{};
    auto operator<=>(Currency const&) const = default;
    [[nodiscard]] std::string_view code() const noexcept {
        return {letters.data(), letters.size()};
    }
};

struct CurrencyFacts {
    Currency currency;
    int exponent = 0;  // Digits after the decimal point: EUR 2, JPY 0, KWD 3.
    std::string_view name;
};

// All supported currencies, ordered by code.
[[nodiscard]] std::span<CurrencyFacts const> currencies() noexcept;

// nullopt for a code that is not in the table; case-sensitive.
[[nodiscard]] std::optional<Currency> parse_currency(std::string_view code) noexcept;

// Precondition: `currency` came from parse_currency().
[[nodiscard]] int exponent(Currency currency) noexcept;

}  // namespace bank::money
