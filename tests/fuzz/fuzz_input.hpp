// Common to all fuzz targets. A broken property ends the process through BANK_CHECK.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/base/check.hpp"

// libFuzzer defines the name and the type.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size);

namespace bank::fuzz {

inline std::string_view as_text(std::uint8_t const* data, std::size_t size) {
    return size == 0 ? std::string_view{}
                     : std::string_view{reinterpret_cast<char const*>(data), size};
}

// Removes the first byte of the input, which chooses among `count` variants; 0 if it is empty.
inline std::size_t take_choice(std::string_view& input, std::size_t count) {
    if (input.empty()) return 0;
    auto const choice = static_cast<unsigned char>(input.front()) % count;
    input.remove_prefix(1);
    return choice;
}

}  // namespace bank::fuzz
