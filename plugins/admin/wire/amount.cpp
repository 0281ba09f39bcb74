#include "plugins/admin/wire/amount.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/bounds.hpp"
#include "core/base/text.hpp"

namespace bank::admin::wire {
namespace {

constexpr std::size_t shown_size_max = 32;

bool is_digits(std::string_view text) noexcept {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

std::string counted(std::size_t digits) {
    constexpr std::array words{"no", "one", "two", "three", "four"};
    return digits < words.size() ? words[digits] : std::to_string(digits);
}

std::string about_decimals(std::string_view text, std::size_t has, money::Currency currency) {
    auto const wanted = static_cast<std::size_t>(money::exponent(currency));
    return fmt::format("{} has {} {}; {} {}.", plain_text(text, shown_size_max), counted(has),
                       has == 1 ? "decimal" : "decimals", currency.code(),
                       wanted == 0 ? "has no decimals" : "needs " + counted(wanted));
}

std::string problem_of(std::string_view text, money::Currency currency, std::int64_t minimum) {
    if (text.empty()) return "The amount is empty.";
    auto const example = example_amount(currency);
    auto const magnitude = text.starts_with('-') ? text.substr(1) : text;
    if (!looks_like_amount(magnitude)) {
        return fmt::format("{} is not an amount; write digits and a decimal point only, like {}.",
                           plain_text(text, shown_size_max), example);
    }
    auto const point = magnitude.find('.');
    auto const decimals = point == std::string_view::npos ? 0 : magnitude.size() - point - 1;
    auto const wanted = static_cast<std::size_t>(money::exponent(currency));
    if (point != std::string_view::npos && decimals != wanted) {
        return about_decimals(text, decimals, currency);
    }
    if (magnitude.size() > 1 && magnitude.front() == '0' && magnitude[1] != '.') {
        return fmt::format("{} has leading zeros.", plain_text(text, shown_size_max));
    }
    auto const is_zero = magnitude.find_first_not_of("0.") == std::string_view::npos;
    if (text.size() != magnitude.size() || (is_zero && minimum > 0)) {
        return minimum > 0 ? "The amount must be above 0." : "The amount must not be negative.";
    }
    return fmt::format("The amount is too large; the maximum is {}.",
                       to_string(money::Money{bounds::amount_max, currency}));
}

}  // namespace

bool looks_like_amount(std::string_view text) noexcept {
    auto const point = text.find('.');
    if (!is_digits(text.substr(0, point))) return false;
    return point == std::string_view::npos || is_digits(text.substr(point + 1));
}

std::variant<std::int64_t, std::string> read_amount(std::string_view text, money::Currency currency,
                                                    std::int64_t minimum) {
    auto const money = money::parse_money(text, currency);
    if (money && money->amount >= minimum && money->amount <= bounds::amount_max) {
        return money->amount;
    }
    return problem_of(text, currency, minimum);
}

std::string example_amount(money::Currency currency) {
    std::string text{"500"};
    if (auto const digits = money::exponent(currency); digits > 0) {
        text += '.' + std::string(static_cast<std::size_t>(digits), '0');
    }
    return text;
}

}  // namespace bank::admin::wire
