#include "core/money/currency.hpp"

#include <algorithm>

#include "core/base/check.hpp"

namespace bank::money {
namespace {

constexpr Currency currency_of(char const (&code)[4]) noexcept {
    return {{code[0], code[1], code[2]}};
}

constexpr auto table = std::to_array<CurrencyFacts>({
#define BANK_CURRENCY(code, exponent, name) CurrencyFacts{currency_of(code), (exponent), name},
#include "core/money/currencies.def"
#undef BANK_CURRENCY
});

// Required for binary search, and for one exponent per code.
static_assert(std::ranges::adjacent_find(table, std::ranges::greater_equal{},
                                         &CurrencyFacts::currency) == table.end());

CurrencyFacts const* find(Currency currency) noexcept {
    auto const* const at =
        std::ranges::lower_bound(table, currency, std::ranges::less{}, &CurrencyFacts::currency);
    return at != table.end() && at->currency == currency ? at : nullptr;
}

}  // namespace

std::span<CurrencyFacts const> currencies() noexcept {
    return table;
}

std::optional<Currency> parse_currency(std::string_view code) noexcept {
    if (code.size() != 3) return std::nullopt;
    Currency const currency{{code[0], code[1], code[2]}};
    if (find(currency) == nullptr) return std::nullopt;
    return currency;
}

int exponent(Currency currency) noexcept {
    auto const* const facts = find(currency);
    BANK_CHECK(facts != nullptr);
    return facts->exponent;
}

}  // namespace bank::money
