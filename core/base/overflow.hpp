// Integer arithmetic; nullopt on overflow.
#pragma once
#include <cstdint>
#include <optional>

namespace bank {

[[nodiscard]] constexpr std::optional<std::int64_t> checked_add(std::int64_t a,
                                                                std::int64_t b) noexcept {
    std::int64_t sum = 0;
    if (__builtin_add_overflow(a, b, &sum)) return std::nullopt;
    return sum;
}

[[nodiscard]] constexpr std::optional<std::int64_t> checked_subtract(std::int64_t a,
                                                                     std::int64_t b) noexcept {
    std::int64_t difference = 0;
    if (__builtin_sub_overflow(a, b, &difference)) return std::nullopt;
    return difference;
}

[[nodiscard]] constexpr std::optional<std::int64_t> checked_multiply(std::int64_t a,
                                                                     std::int64_t b) noexcept {
    std::int64_t product = 0;
    if (__builtin_mul_overflow(a, b, &product)) return std::nullopt;
    return product;
}

}  // namespace bank
