#include "core/base/text.hpp"

#include <algorithm>
#include <charconv>

namespace bank {
namespace {

constexpr bool is_continuation(unsigned char c) noexcept {
    return (c & 0xc0U) == 0x80U;
}

// Length of the well-formed character at the front, 0 if there is none.
std::size_t utf8_length(std::string_view text) noexcept {
    auto const at = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    if (text.empty()) return 0;
    auto const lead = at(0);
    if (lead < 0x80U) return 1;
    if (lead < 0xc2U || lead > 0xf4U) return 0;
    std::size_t const length = lead < 0xe0U ? 2 : lead < 0xf0U ? 3 : 4;
    if (text.size() < length) return 0;
    for (std::size_t i = 1; i < length; ++i) {
        if (!is_continuation(at(i))) return 0;
    }
    auto const second = at(1);
    if (lead == 0xe0U && second < 0xa0U) return 0;  // Overlong.
    if (lead == 0xedU && second > 0x9fU) return 0;  // Surrogate.
    if (lead == 0xf0U && second < 0x90U) return 0;  // Overlong.
    if (lead == 0xf4U && second > 0x8fU) return 0;  // Past U+10FFFF.
    return length;
}

bool is_control(std::string_view character) noexcept {
    auto const lead = static_cast<unsigned char>(character.front());
    if (character.size() == 1) return lead < 0x20U || lead == 0x7fU;
    return lead == 0xc2U && static_cast<unsigned char>(character[1]) < 0xa0U;
}

}  // namespace

std::optional<std::int64_t> parse_int64(std::string_view text) noexcept {
    auto const digits = text.starts_with('-') ? text.substr(1) : text;
    if (digits.empty() || (digits.size() > 1 && digits.front() == '0') || text == "-0") {
        return std::nullopt;
    }
    std::int64_t value = 0;
    auto const [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return value;
}

bool is_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        auto const length = utf8_length(text);
        if (length == 0) return false;
        text.remove_prefix(length);
    }
    return true;
}

std::size_t count_characters(std::string_view utf8) noexcept {
    return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
        return !is_continuation(static_cast<unsigned char>(c));
    }));
}

bool is_plain_text(std::string_view text) noexcept {
    while (!text.empty()) {
        auto const length = utf8_length(text);
        if (length == 0 || is_control(text.substr(0, length))) return false;
        text.remove_prefix(length);
    }
    return true;
}

std::string plain_text(std::string_view text, std::size_t size_bytes_max) {
    std::string plain;
    while (!text.empty()) {
        auto const length = utf8_length(text);
        auto const character = text.substr(0, length == 0 ? 1 : length);
        auto const fit = length != 0 && !is_control(character);
        auto const kept = fit ? character : std::string_view{"?"};
        if (plain.size() + kept.size() > size_bytes_max) break;
        plain += kept;
        text.remove_prefix(character.size());
    }
    return plain;
}

}  // namespace bank
