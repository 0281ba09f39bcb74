// What every fuzz target needs. A broken property ends the process through BANK_CHECK.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/check.hpp"

// The name and the type are libFuzzer's.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);

namespace bank::fuzz {

inline std::string_view as_text(std::uint8_t const* data, std::size_t size) {
    return size == 0 ? std::string_view{}
                     : std::string_view{reinterpret_cast<char const*>(data), size};
}

// The first byte of the input chooses among `count` variants, and is taken off; 0 if there is none.
inline std::size_t take_choice(std::string_view& input, std::size_t count) {
    if (input.empty()) return 0;
    auto const choice = static_cast<unsigned char>(input.front()) % count;
    input.remove_prefix(1);
    return choice;
}

}  // namespace bank::fuzz
