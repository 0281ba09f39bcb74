// First byte: the currency. Rest: an amount.
#include "core/money/money.hpp"
#include "tests/fuzz/fuzz_input.hpp"

using namespace bank;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto text = fuzz::as_text(data, size);
    auto const all = money::currencies();
    auto const currency = all[fuzz::take_choice(text, all.size())].currency;

    auto const money = money::parse_money(text, currency);
    if (!money) return 0;
    auto printed = money::to_string(*money);
    BANK_CHECK(printed.ends_with(currency.code()));
    printed.resize(printed.size() - currency.code().size() - 1);
    BANK_CHECK(money::parse_money(printed, currency) == money);
    // The printed text is the parsed one, or a whole number without its fraction.
    BANK_CHECK(printed == text || printed.substr(0, printed.find('.')) == text);
    return 0;
}
