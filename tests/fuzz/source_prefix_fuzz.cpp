#include "core/access/source_prefix.hpp"
#include "tests/fuzz/fuzz_input.hpp"

using bank::access::source_prefix;

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
    auto const prefix = source_prefix(bank::fuzz::as_text(data, size));
    if (prefix == "unknown") return 0;
    auto const slash = prefix.find('/');
    BANK_CHECK(slash != std::string::npos);
    // The network's own address has the network as its prefix.
    BANK_CHECK(source_prefix(prefix.substr(0, slash)) == prefix);
    return 0;
}
