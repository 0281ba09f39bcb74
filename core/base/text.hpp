// Strict, locale-free reading of text.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bank {

// Decimal digits with an optional '-': no '+', blanks, leading zeros, or overflow.
[[nodiscard]] std::optional<std::int64_t> parse_int64(std::string_view text) noexcept;

// Well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

// Code points, as JSON Schema and SQL count characters. Precondition: well-formed UTF-8.
[[nodiscard]] std::size_t count_characters(std::string_view utf8) noexcept;

// Well-formed UTF-8 without control characters (C0, DEL, C1): fit for a name, a note, a log line.
[[nodiscard]] bool is_plain_text(std::string_view text) noexcept;

// Whether there is anything to read: at least one character that is neither white space, nor a
// control character, nor one that is displayed as nothing (Unicode's Default_Ignorable_Code_Point).
// False for text that is not UTF-8.
[[nodiscard]] bool has_visible_text(std::string_view utf8) noexcept;

// Plain text in which each character shows itself: none that is displayed as nothing, changes the
// direction of others (Unicode Standard Annex 9, explicit formatting), breaks a line or is no
// character. What scripts and emoji are made of stays: joiners, variation selectors, direction
// marks.
[[nodiscard]] bool is_legible_text(std::string_view text) noexcept;

// `text` made fit for a log line or an audit record: whatever is not plain is replaced by '?', and
// at most `size_bytes_max` bytes are kept, cut between characters.
[[nodiscard]] std::string plain_text(std::string_view text, std::size_t size_bytes_max);

}  // namespace bank
