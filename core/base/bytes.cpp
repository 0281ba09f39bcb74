#include "core/base/bytes.hpp"

#include <array>

namespace bank {
namespace {

// The digits of a base and the value of each character. A look-up table, because whole audit logs
// are decoded with it.
class Digits {
public:
    static constexpr std::uint8_t none = 0xff;

    constexpr explicit Digits(std::string_view digits) : digits_(digits) {
        values_.fill(none);
        for (std::size_t i = 0; i < digits.size(); ++i) {
            values_[static_cast<unsigned char>(digits[i])] = static_cast<std::uint8_t>(i);
        }
    }
    [[nodiscard]] constexpr char of(std::uint32_t value) const { return digits_[value]; }
    // `none` if `c` is not a digit.
    [[nodiscard]] constexpr std::uint8_t value_of(char c) const noexcept {
        return values_[static_cast<unsigned char>(c)];
    }

private:
    std::string_view digits_;
    std::array<std::uint8_t, 256> values_{};
};

constexpr Digits hex_digits{"0123456789abcdef"};
constexpr Digits base64_digits{"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"};
constexpr Digits base64url_digits{
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"};

// RFC 4648's groups of six bits, without padding.
std::string to_sextets(BytesView bytes, Digits const& digits) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    std::uint32_t window = 0;
    unsigned bits = 0;
    for (auto const byte : bytes) {
        window = (window << 8U) | byte;
        for (bits += 8; bits >= 6; bits -= 6) {
            text += digits.of((window >> (bits - 6)) & 0x3fU);
        }
    }
    if (bits > 0) text += digits.of((window << (6 - bits)) & 0x3fU);
    return text;
}

std::optional<Bytes> from_sextets(std::string_view text, Digits const& digits) {
    if (text.size() % 4 == 1) return std::nullopt;
    Bytes bytes;
    bytes.reserve(text.size() * 3 / 4);
    std::uint32_t window = 0;
    unsigned bits = 0;
    for (auto const c : text) {
        auto const value = digits.value_of(c);
        if (value == Digits::none) return std::nullopt;
        window = (window << 6U) | value;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes.push_back(static_cast<std::uint8_t>(window >> bits));
        }
    }
    if ((window & ((1U << bits) - 1U)) != 0) return std::nullopt;
    return bytes;
}

}  // namespace

BytesView as_bytes(std::string_view text) noexcept {
    return {reinterpret_cast<std::uint8_t const*>(text.data()), text.size()};
}

std::array<std::uint8_t, 8> big_endian(std::uint64_t number) noexcept {
    std::array<std::uint8_t, 8> bytes{};
    for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte, number >>= 8U)
        *byte = static_cast<std::uint8_t>(number);
    return bytes;
}

std::string to_hex(BytesView bytes) {
    std::string text;
    text.reserve(bytes.size() * 2);
    for (auto const byte : bytes) {
        text += hex_digits.of(byte >> 4U);
        text += hex_digits.of(byte & 0xfU);
    }
    return text;
}

std::optional<Bytes> from_hex(std::string_view text) {
    Bytes bytes(text.size() / 2);
    if (!read_hex(text, bytes)) return std::nullopt;
    return bytes;
}

bool read_hex(std::string_view text, std::span<std::uint8_t> bytes) noexcept {
    if (text.size() != 2 * bytes.size()) return false;
    std::uint8_t seen = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        auto const high = hex_digits.value_of(text[2 * i]);
        auto const low = hex_digits.value_of(text[2 * i + 1]);
        seen |= high | low;
        bytes[i] = static_cast<std::uint8_t>((high << 4U) | low);
    }
    return (seen & 0xf0U) == 0;  // Only `none` has these bits.
}

std::string to_base64(BytesView bytes) {
    auto text = to_sextets(bytes, base64_digits);
    while (text.size() % 4 != 0) text += '=';
    return text;
}

std::optional<Bytes> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    // At most two characters of padding: a third is not a digit.
    for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
    return from_sextets(text, base64_digits);
}

std::string to_base64url(BytesView bytes) {
    return to_sextets(bytes, base64url_digits);
}

std::optional<Bytes> from_base64url(std::string_view text) {
    return from_sextets(text, base64url_digits);
}

}  // namespace bank
