// Why a text is no amount of money, in a sentence for the person who typed it.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "core/money/money.hpp"

namespace bank::admin::wire {

// The text as far as it can be checked without a currency: digits, and a point with digits after
// it.
[[nodiscard]] bool looks_like_amount(std::string_view text) noexcept;

// Minor units from `minimum` to bounds::amount_max, or what is wrong: "12.5 has one decimal; EUR
// needs two."
[[nodiscard]] std::variant<std::int64_t, std::string> read_amount(std::string_view text,
                                                                  money::Currency currency,
                                                                  std::int64_t minimum);

// "500.00" in EUR, "500" in JPY: for messages.
[[nodiscard]] std::string example_amount(money::Currency currency);

}  // namespace bank::admin::wire
