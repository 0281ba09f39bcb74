#include "core/money/iban.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/check.hpp"

namespace bank::money {
namespace {

constexpr std::size_t head_size = 4;  // Country and check digits.
constexpr std::size_t serial_size_min = 8;

struct CountryFacts {
    std::string_view country;
    std::size_t size;  // Of the whole IBAN.
};

// The IBAN registry of ISO 13616, ordered by country.
constexpr auto registry = std::to_array<CountryFacts>({
    {"AD", 24}, {"AE", 23}, {"AL", 28}, {"AT", 20}, {"AZ", 28}, {"BA", 20}, {"BE", 16}, {"BG", 22},
    {"BH", 22}, {"BI", 27}, {"BR", 29}, {"BY", 28}, {"CH", 21}, {"CR", 22}, {"CY", 28}, {"CZ", 24},
    {"DE", 22}, {"DJ", 27}, {"DK", 18}, {"DO", 28}, {"EE", 20}, {"EG", 29}, {"ES", 24}, {"FI", 18},
    {"FK", 18}, {"FO", 18}, {"FR", 27}, {"GB", 22}, {"GE", 22}, {"GI", 23}, {"GL", 18}, {"GR", 27},
    {"GT", 28}, {"HN", 28}, {"HR", 21}, {"HU", 28}, {"IE", 22}, {"IL", 23}, {"IQ", 23}, {"IS", 26},
    {"IT", 27}, {"JO", 30}, {"KW", 30}, {"KZ", 20}, {"LB", 28}, {"LC", 32}, {"LI", 21}, {"LT", 20},
    {"LU", 20}, {"LV", 21}, {"LY", 25}, {"MC", 27}, {"MD", 24}, {"ME", 22}, {"MK", 19}, {"MN", 20},
    {"MR", 27}, {"MT", 31}, {"MU", 30}, {"NI", 28}, {"NL", 18}, {"NO", 15}, {"OM", 23}, {"PK", 24},
    {"PL", 28}, {"PS", 29}, {"PT", 25}, {"QA", 29}, {"RO", 24}, {"RS", 22}, {"RU", 33}, {"SA", 24},
    {"SC", 31}, {"SD", 18}, {"SE", 24}, {"SI", 19}, {"SK", 24}, {"SM", 27}, {"SO", 23}, {"ST", 25},
    {"SV", 28}, {"TL", 23}, {"TN", 24}, {"TR", 26}, {"UA", 29}, {"VA", 22}, {"VG", 24}, {"XK", 20},
    {"YE", 30},
});
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

// 0 for a country that has no IBAN.
std::size_t iban_size(std::string_view country) noexcept {
    auto const* const at =
        std::ranges::lower_bound(registry, country, std::ranges::less{}, &CountryFacts::country);
    return at != registry.end() && at->country == country ? at->size : 0;
}

// ISO 7064 MOD 97-10 over digits and upper-case letters (A is 10).
unsigned remainder_97(unsigned remainder, std::string_view text) noexcept {
    for (auto const c : text) {
        auto const value = static_cast<unsigned>(is_digit(c) ? c - '0' : c - 'A' + 10);
        remainder = (remainder * (value < 10 ? 10 : 100) + value) % 97;
    }
    return remainder;
}

// What the two digits after the country must be.
unsigned check_digits(std::string_view country, std::string_view rest) noexcept {
    return 98 - remainder_97(remainder_97(remainder_97(0, rest), country), "00");
}

}  // namespace

Status check(IbanPrefix const& prefix) {
    auto const size = iban_size(prefix.country);
    if (size == 0) {
        return Error{
            .code = Code::invalid_field,
            .detail = "country must be a two-letter code of the IBAN registry, in upper case",
            .field = "/country"};
    }
    auto const size_max = size - head_size - serial_size_min;  // NO, the shortest, leaves three.
    auto const& code = prefix.bank_code;
    if (code.empty() || code.size() > size_max || !std::ranges::all_of(code, is_iban_character)) {
        return Error{.code = Code::invalid_field,
                     .detail = fmt::format("bank_code must be 1 to {} digits or upper-case letters "
                                           "for country {}",
                                           size_max, prefix.country),
                     .field = "/bank_code"};
    }
    return Done{};
}

std::optional<std::string> make_iban(IbanPrefix const& prefix, std::int64_t serial) {
    BANK_CHECK(check(prefix).ok());
    if (serial < 1) return std::nullopt;
    auto const width = iban_size(prefix.country) - head_size - prefix.bank_code.size();
    auto const digits = fmt::format("{:0>{}}", serial, width);
    if (digits.size() > width) return std::nullopt;
    auto const rest = prefix.bank_code + digits;
    return fmt::format("{}{:02}{}", prefix.country, check_digits(prefix.country, rest), rest);
}

bool is_iban(std::string_view text) noexcept {
    if (text.size() < head_size || !std::ranges::all_of(text, is_iban_character)) return false;
    auto const country = text.substr(0, 2);
    if (iban_size(country) != text.size()) return false;
    if (!is_digit(text[2]) || !is_digit(text[3])) return false;
    // Compared, not only divided: 00, 01 and 99 also leave remainder 1, and a number must have one
    // form.
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
