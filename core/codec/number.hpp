// Integers and enumerations of any width as 64 bits, for the codecs.
#pragma once
#include <cstdint>
#include <cstring>

#include "core/api/type.hpp"
#include "core/base/check.hpp"

namespace bank::codec {

namespace detail {
template <typename Number>
[[nodiscard]] std::uint64_t loaded(void const* from) {
    Number number{};
    std::memcpy(&number, from, sizeof number);
    return static_cast<std::uint64_t>(number);
}
template <typename Number>
void stored(std::uint64_t value, void* into) {
    auto const number = static_cast<Number>(value);
    std::memcpy(into, &number, sizeof number);
}
}  // namespace detail

// Of an integer or a word, sign-extended.
[[nodiscard]] inline std::uint64_t load_number(api::Type const& type, void const* from) {
    switch (type.size_bytes) {
    case 1:
        return type.is_signed ? detail::loaded<std::int8_t>(from)
                              : detail::loaded<std::uint8_t>(from);
    case 2:
        return type.is_signed ? detail::loaded<std::int16_t>(from)
                              : detail::loaded<std::uint16_t>(from);
    case 4:
        return type.is_signed ? detail::loaded<std::int32_t>(from)
                              : detail::loaded<std::uint32_t>(from);
    case 8: return detail::loaded<std::uint64_t>(from);
    default: BANK_UNREACHABLE();
    }
}

inline void store_number(api::Type const& type, std::uint64_t value, void* into) {
    switch (type.size_bytes) {
    case 1: return detail::stored<std::uint8_t>(value, into);
    case 2: return detail::stored<std::uint16_t>(value, into);
    case 4: return detail::stored<std::uint32_t>(value, into);
    case 8: return detail::stored<std::uint64_t>(value, into);
    default: BANK_UNREACHABLE();
    }
}

// No enumeration has a number from here on.
inline constexpr std::uint64_t words_end = 1024;

// The number of a word; nothing: it is none.
[[nodiscard]] inline std::optional<std::uint64_t> find_word(api::Type const& type,
                                                            std::string_view word) {
    for (std::uint64_t number = 0; number < words_end; ++number) {
        if (!word.empty() && type.word(number) == word) return number;
    }
    return std::nullopt;
}

template <typename T>
[[nodiscard]] T const& as(void const* value) {
    return *static_cast<T const*>(value);
}
template <typename T>
[[nodiscard]] T& as(void* value) {
    return *static_cast<T*>(value);
}

// Where a struct's field is.
[[nodiscard]] inline void const* member(api::Field const& field, void const* object) {
    return field.of(const_cast<void*>(object));
}

}  // namespace bank::codec
