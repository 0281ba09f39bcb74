// Account numbers in IBAN form (ISO 13616): country, check digits (ISO 7064 MOD 97-10), bank code,
// and the account's serial padded with zeros to the length that the country prescribes.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/base/result.hpp"

namespace bank::money {

// The bank's part of each account number, from the configuration.
struct IbanPrefix {
    std::string country;    // Two letters of countries.def.
    std::string bank_code;  // In the country's format, including the branch if it has one.
};

// invalid_field, with a clause in `detail` that describes the country's format.
[[nodiscard]] Status check(IbanPrefix const& prefix);

// Precondition: check(prefix) is ok. nullopt if `serial` is below 1 or has too many digits.
[[nodiscard]] std::optional<std::string> make_iban(IbanPrefix const& prefix, std::int64_t serial);

// Upper case, no blanks, known country, right length, right check digits.
[[nodiscard]] bool is_iban(std::string_view text) noexcept;

// `text` without blanks and in upper case, if that is an IBAN: for numbers typed from paper.
[[nodiscard]] std::optional<std::string> normalise_iban(std::string_view text);

}  // namespace bank::money
