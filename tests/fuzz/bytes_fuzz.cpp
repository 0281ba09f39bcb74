// Hexadecimal and base64url: every value has exactly one text.
#include "core/base/bytes.hpp"
#include "tests/fuzz/fuzz_input.hpp"

using namespace bank;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const text = fuzz::as_text(data, size);
    if (auto const bytes = from_hex(text)) BANK_CHECK(to_hex(*bytes) == text);
    if (auto const bytes = from_base64url(text)) BANK_CHECK(to_base64url(*bytes) == text);

    Bytes const value(data, data + size);
    BANK_CHECK(from_hex(to_hex(value)) == value);
    BANK_CHECK(from_base64url(to_base64url(value)) == value);
    return 0;
}
