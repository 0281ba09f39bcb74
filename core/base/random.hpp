// Cryptographically secure randomness from the operating system. If the kernel has none the process
// ends: there is no safe alternative.
//
// Threads: any. Safe after fork.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace bank {

void fill_random(std::span<std::uint8_t> bytes);

template <std::size_t size>
[[nodiscard]] std::array<std::uint8_t, size> random_bytes() {
    std::array<std::uint8_t, size> bytes{};
    fill_random(bytes);
    return bytes;
}

}  // namespace bank
