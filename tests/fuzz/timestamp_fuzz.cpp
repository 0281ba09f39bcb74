#include "core/base/time.hpp"
#include "tests/fuzz/fuzz_input.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const time = bank::parse_timestamp(bank::fuzz::as_text(data, size));
    if (!time) return 0;
    auto const printed = bank::to_string(*time);
    BANK_CHECK(printed.size() == 27);
    BANK_CHECK(bank::parse_timestamp(printed) == time);
    return 0;
}
