// An account number as typed; its last digits also serve as a serial number to make one.
#include "core/base/text.hpp"
#include "core/money/iban.hpp"
#include "tests/fuzz/fuzz_input.hpp"

using namespace bank;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const text = fuzz::as_text(data, size);
    auto const normal = money::normalise_iban(text);
    if (normal) {
        BANK_CHECK(money::is_iban(*normal));
        BANK_CHECK(money::normalise_iban(*normal) == normal);
    }
    BANK_CHECK(!money::is_iban(text) || (normal && *normal == text));

    // The same bytes as a configuration: country, bank code, serial.
    auto const country = text.substr(0, 2);
    auto const space = text.find(' ');
    if (text.size() < 2 || space == std::string_view::npos || space < 2) return 0;
    money::IbanPrefix const prefix{std::string(country), std::string(text.substr(2, space - 2))};
    auto const serial = parse_int64(text.substr(space + 1));
    if (!money::check(prefix).ok() || !serial) return 0;
    auto const made = money::make_iban(prefix, *serial);
    BANK_CHECK(!made || money::is_iban(*made));
    BANK_CHECK(made || *serial < 1 || *serial >= 10'000'000);
    return 0;
}
