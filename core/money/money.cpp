// Grammar of an amount, one text per value:
//   amount   = ["-"] whole ["." fraction]
//   whole    = "0" / nonzero *digit
//   fraction = exactly the currency's digits; absent if it has none, optional otherwise.
#include "core/money/money.hpp"

#include <fmt/format.h>

#include "core/base/overflow.hpp"

namespace bank::money {
namespace {

constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}

}  // namespace

std::string to_string(Money money) {
    auto const digits = static_cast<std::size_t>(exponent(money.currency));
    auto const is_negative = money.amount < 0;
    // Unsigned, because the smallest int64 has no positive counterpart.
    auto const bits = static_cast<std::uint64_t>(money.amount);
    auto text = fmt::format("{:0>{}}", is_negative ? 0 - bits : bits, digits + 1);
    if (digits > 0) text.insert(text.size() - digits, 1, '.');
    return fmt::format("{}{} {}", is_negative ? "-" : "", text, money.currency.code());
}

std::optional<Money> parse_money(std::string_view text, Currency currency) noexcept {
    if (!parse_currency(currency.code())) return std::nullopt;
    auto const digits = static_cast<std::size_t>(exponent(currency));
    auto const is_negative = text.starts_with('-');
    if (is_negative) text.remove_prefix(1);

    auto const point = text.find('.');
    auto const whole = text.substr(0, point);
    if (whole.empty() || (whole.size() > 1 && whole.front() == '0')) return std::nullopt;
    auto const fraction =
        point == std::string_view::npos ? std::string_view{} : text.substr(point + 1);
    if (point != std::string_view::npos && (digits == 0 || fraction.size() != digits)) {
        return std::nullopt;
    }

    // Accumulated downwards if negative, so the smallest int64 can be parsed.
    std::optional<std::int64_t> amount = 0;
    auto const append = [&](char c) {
        auto const digit = is_digit(c) ? std::optional<std::int64_t>{c - '0'} : std::nullopt;
        if (amount && digit)
            amount = checked_multiply(*amount, 10);
        else
            amount.reset();
        if (amount) amount = checked_add(*amount, is_negative ? -*digit : *digit);
    };
    for (auto const c : whole) append(c);
    for (auto const c : fraction) append(c);
    for (auto i = fraction.size(); i < digits; ++i) append('0');

    auto const is_minus_zero = is_negative && amount == 0;
    if (!amount || is_minus_zero) return std::nullopt;
    return Money{*amount, currency};
}

}  // namespace bank::money
