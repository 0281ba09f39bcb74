#include "core/money/iban.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/check.hpp"

namespace bank::money {
namespace {

constexpr std::size_t head_size = 4;  // Country and check digits.
constexpr std::size_t serial_size_min = 7;

struct CountryFacts {
    std::string_view country;
    std::size_t size;            // Of the whole IBAN.
    std::string_view bank_code;  // Pattern; see countries.def.
};

constexpr auto registry = std::to_array<CountryFacts>({
#define BANK_IBAN_COUNTRY(country, size, bank_code) {#country, size, bank_code},
#include "core/money/countries.def"
#undef BANK_IBAN_COUNTRY
});
static_assert(std::ranges::all_of(registry, [](CountryFacts const& facts) {
    return facts.size >= head_size + facts.bank_code.size() + serial_size_min;
}));
static_assert(std::ranges::adjacent_find(registry, std::ranges::greater_equal{},
                                         &CountryFacts::country) == registry.end());

constexpr bool is_digit(char c) noexcept {
    return c >= '0' && c <= '9';
}
constexpr bool is_upper(char c) noexcept {
    return c >= 'A' && c <= 'Z';
}
constexpr bool is_iban_character(char c) noexcept {
    return is_digit(c) || is_upper(c);
}

// Null for a country without IBAN.
CountryFacts const* facts_of(std::string_view country) noexcept {
    auto const* const at =
        std::ranges::lower_bound(registry, country, std::ranges::less{}, &CountryFacts::country);
    return at != registry.end() && at->country == country ? at : nullptr;
}

bool is_like(char c, char kind) noexcept {
    switch (kind) {
    case 'n': return is_digit(c);
    case 'a': return is_upper(c);
    default: return is_iban_character(c);
    }
}

// "4 upper-case letters and 6 digits".
std::string describe(std::string_view pattern) {
    std::string text;
    while (!pattern.empty()) {
        auto const kind = pattern.front();
        auto const count = std::min(pattern.find_first_not_of(kind), pattern.size());
        pattern.remove_prefix(count);
        if (!text.empty()) text += " and ";
        text += fmt::format("{} {}{}", count,
                            kind == 'n'   ? "digit"
                            : kind == 'a' ? "upper-case letter"
                                          : "digits or upper-case letter",
                            count == 1 ? "" : "s");
    }
    return text;
}

// ISO 7064 MOD 97-10 over digits and upper-case letters (A is 10).
unsigned remainder_97(unsigned remainder, std::string_view text) noexcept {
    for (auto const c : text) {
        auto const value = static_cast<unsigned>(is_digit(c) ? c - '0' : c - 'A' + 10);
        remainder = (remainder * (value < 10 ? 10 : 100) + value) % 97;
    }
    return remainder;
}

// The check digits of a country code and the rest of the number.
unsigned check_digits(std::string_view country, std::string_view rest) noexcept {
    return 98 - remainder_97(remainder_97(remainder_97(0, rest), country), "00");
}

}  // namespace

Status check(IbanPrefix const& prefix) {
    auto const* const facts = facts_of(prefix.country);
    if (facts == nullptr) {
        return Error{
            .code = Code::invalid_field,
            .detail = "country must be a two-letter code of the IBAN registry, in upper case",
            .field = "/country"};
    }
    if (!std::ranges::equal(prefix.bank_code, facts->bank_code, is_like)) {
        return Error{.code = Code::invalid_field,
                     .detail = fmt::format("bank_code must be {} for country {}",
                                           describe(facts->bank_code), prefix.country),
                     .field = "/bank_code"};
    }
    return Done{};
}

std::optional<std::string> make_iban(IbanPrefix const& prefix, std::int64_t serial) {
    BANK_CHECK(check(prefix).ok());
    if (serial < 1) return std::nullopt;
    auto const width = facts_of(prefix.country)->size - head_size - prefix.bank_code.size();
    auto const digits = fmt::format("{:0>{}}", serial, width);
    if (digits.size() > width) return std::nullopt;
    auto const rest = prefix.bank_code + digits;
    return fmt::format("{}{:02}{}", prefix.country, check_digits(prefix.country, rest), rest);
}

bool is_iban(std::string_view text) noexcept {
    if (text.size() < head_size || !std::ranges::all_of(text, is_iban_character)) return false;
    auto const country = text.substr(0, 2);
    auto const* const facts = facts_of(country);
    if (facts == nullptr || facts->size != text.size()) return false;
    if (!is_digit(text[2]) || !is_digit(text[3])) return false;
    // Compared instead of tested for remainder 1, which 00, 01 and 99 may also leave: each number
    // has one form.
    auto const present = static_cast<unsigned>((text[2] - '0') * 10 + (text[3] - '0'));
    return present == check_digits(country, text.substr(head_size));
}

std::optional<std::string> normalise_iban(std::string_view text) {
    constexpr std::size_t typed_size_max = 64;  // The longest IBAN in groups of four has 41.
    if (text.size() > typed_size_max) return std::nullopt;
    std::string iban;
    for (auto const c : text) {
        if (c == ' ') continue;
        iban += (c >= 'a' && c <= 'z') ? static_cast<char>(c - 'a' + 'A') : c;
    }
    if (!is_iban(iban)) return std::nullopt;
    return iban;
}

}  // namespace bank::money
