#include "core/base/bytes.hpp"

#include <array>

namespace bank {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view base64url_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::optional<std::uint32_t> digit(std::string_view digits, char c) noexcept {
    auto const at = digits.find(c);
    if (at == std::string_view::npos) return std::nullopt;
    return static_cast<std::uint32_t>(at);
}

// RFC 4648's groups of six bits, without padding.
std::string to_sextets(BytesView bytes, std::string_view digits) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    std::uint32_t window = 0;
    unsigned bits = 0;
    for (auto const byte : bytes) {
        window = (window << 8U) | byte;
        for (bits += 8; bits >= 6; bits -= 6) {
            text += digits[(window >> (bits - 6)) & 0x3fU];
        }
    }
    if (bits > 0) text += digits[(window << (6 - bits)) & 0x3fU];
    return text;
}

std::optional<Bytes> from_sextets(std::string_view text, std::string_view digits) {
    if (text.size() % 4 == 1) return std::nullopt;
    Bytes bytes;
    bytes.reserve(text.size() * 3 / 4);
    std::uint32_t window = 0;
    unsigned bits = 0;
    for (auto const c : text) {
        auto const value = digit(digits, c);
        if (!value) return std::nullopt;
        window = (window << 6U) | *value;
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

std::string to_hex(BytesView bytes) {
    std::string text;
    text.reserve(bytes.size() * 2);
    for (auto const byte : bytes) {
        text += hex_digits[byte >> 4U];
        text += hex_digits[byte & 0xfU];
    }
    return text;
}

std::optional<Bytes> from_hex(std::string_view text) {
    if (text.size() % 2 != 0) return std::nullopt;
    Bytes bytes;
    bytes.reserve(text.size() / 2);
    for (std::size_t i = 0; i < text.size(); i += 2) {
        auto const high = digit(hex_digits, text[i]);
        auto const low = digit(hex_digits, text[i + 1]);
        if (!high || !low) return std::nullopt;
        bytes.push_back(static_cast<std::uint8_t>((*high << 4U) | *low));
    }
    return bytes;
}

std::string to_base64(BytesView bytes) {
    auto text = to_sextets(bytes, base64_digits);
    while (text.size() % 4 != 0) text += '=';
    return text;
}

std::optional<Bytes> from_base64(std::string_view text) {
    if (text.size() % 4 != 0) return std::nullopt;
    // At most two: what is left of them is no digit.
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
