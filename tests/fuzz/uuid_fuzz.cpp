#include "core/base/uuid.hpp"
#include "tests/fuzz/fuzz_input.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const uuid = bank::parse_uuid(bank::fuzz::as_text(data, size));
    if (uuid) BANK_CHECK(bank::parse_uuid(bank::to_string(*uuid)) == uuid);
    return 0;
}
