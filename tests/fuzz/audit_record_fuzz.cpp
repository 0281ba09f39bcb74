// Records of the audit log and the values behind their hashes: a parsed text is serialised
// unchanged.
#include "core/audit/record.hpp"

#include "tests/fuzz/fuzz_input.hpp"

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    using namespace bank::audit;
    auto const text = bank::fuzz::as_text(data, size);
    if (auto const record = parse_record(text)) BANK_CHECK(to_text(record.value()) == text);
    if (auto const subject = parse_subject(text)) BANK_CHECK(to_text(subject.value()) == text);
    if (auto const part = parse_private_part(text)) BANK_CHECK(to_text(part.value()) == text);
    return 0;
}
