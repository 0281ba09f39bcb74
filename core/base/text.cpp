#include "core/base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

namespace bank {
namespace {

constexpr bool is_continuation(unsigned char c) noexcept {
    return (c & 0xc0U) == 0x80U;
}

// Length of the well-formed character at the start; 0 if there is none.
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

// Precondition: `character` is exactly one well-formed character.
char32_t code_of(std::string_view character) noexcept {
    auto const at = [&](std::size_t i) { return static_cast<unsigned char>(character[i]); };
    if (character.size() == 1) return at(0);
    char32_t code = at(0) & (0xffU >> (character.size() + 1));
    for (std::size_t i = 1; i < character.size(); ++i) code = code << 6U | (at(i) & 0x3fU);
    return code;
}

struct CodeRange {
    char32_t first = 0;
    char32_t last = 0;
};

// Precondition: `ranges` are in ascending order.
bool is_in(std::span<CodeRange const> ranges, char32_t code) noexcept {
    auto const range = std::lower_bound(ranges.begin(), ranges.end(), code,
                                        [](CodeRange const& r, char32_t c) { return r.last < c; });
    return range != ranges.end() && range->first <= code;
}

// Unicode 15: White_Space, Cc and Default_Ignorable_Code_Point, and the blank Braille pattern, a
// symbol that looks like a space.
constexpr auto invisible = std::to_array<CodeRange>({
    {0x00, 0x20},       {0x7f, 0xa0},       {0xad, 0xad},     {0x34f, 0x34f},   {0x61c, 0x61c},
    {0x115f, 0x1160},   {0x1680, 0x1680},   {0x17b4, 0x17b5}, {0x180b, 0x180f}, {0x2000, 0x200f},
    {0x2028, 0x202f},   {0x205f, 0x206f},   {0x2800, 0x2800}, {0x3000, 0x3000}, {0x3164, 0x3164},
    {0xfe00, 0xfe0f},   {0xfeff, 0xfeff},   {0xffa0, 0xffa0}, {0xfff0, 0xfff8}, {0x1bca0, 0x1bca3},
    {0x1d173, 0x1d17a}, {0xe0000, 0xe0fff},
});

// Line separators, explicit directions (202a..202e, 2066..2069), fillers, annotations, tags and
// characters ignored when displayed, except joiners, direction marks and variation selectors.
constexpr auto deceptive = std::to_array<CodeRange>({
    {0xad, 0xad},
    {0x115f, 0x1160},
    {0x180e, 0x180e},
    {0x200b, 0x200b},
    {0x2028, 0x202e},
    {0x2060, 0x206f},
    {0x3164, 0x3164},
    {0xfdd0, 0xfdef},
    {0xfeff, 0xfeff},
    {0xffa0, 0xffa0},
    {0xfff0, 0xfffb},
    {0xe0000, 0xe00ff},
    {0xe01f0, 0xe0fff},
});

bool is_invisible(char32_t code) noexcept {
    return is_in(invisible, code);
}

bool is_deceptive(char32_t code) noexcept {
    auto const is_end_of_plane = (code & 0xfffeU) == 0xfffeU;  // Noncharacters U+FFFE and U+FFFF.
    return is_end_of_plane || is_in(deceptive, code);
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

bool is_legible_text(std::string_view text) noexcept {
    if (!is_plain_text(text)) return false;
    while (!text.empty()) {
        auto const length = utf8_length(text);
        if (is_deceptive(code_of(text.substr(0, length)))) return false;
        text.remove_prefix(length);
    }
    return true;
}

bool has_visible_text(std::string_view utf8) noexcept {
    auto is_visible = false;
    while (!utf8.empty()) {
        auto const length = utf8_length(utf8);
        if (length == 0) return false;
        is_visible |= !is_invisible(code_of(utf8.substr(0, length)));
        utf8.remove_prefix(length);
    }
    return is_visible;
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
