// A setting up to the first line feed, then a request's Host, then its Origin.
#include "plugins/rest/http/own_names.hpp"
#include "tests/fuzz/fuzz_input.hpp"

using bank::rest::OwnNames;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const text = bank::fuzz::as_text(data, size);
    auto const first = text.find('\n');
    if (first == std::string_view::npos) return 0;
    auto const list = text.substr(0, first);
    auto const rest = text.substr(first + 1);
    auto const host = rest.substr(0, rest.find('\n'));
    auto const origin = rest.substr(std::min(host.size() + 1, rest.size()));

    OwnNames const known("bank.example", true);
    BANK_CHECK(!known.have(host, {}) || host.size() == std::string_view("bank.example").size());
    BANK_CHECK(!known.is_own_origin(origin, host, {}) || origin.starts_with("https://"));
    if (!OwnNames::check(list).empty()) return 0;
    OwnNames const names(list, false);
    // A page cannot be the bank's own under a name that is not.
    BANK_CHECK(!names.is_own_origin(origin, host, {}) || names.have(host, {}));
    return 0;
}
