// Strict, locale-independent parsing and validation of text.
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

// Well-formed UTF-8 without control characters (C0, DEL, C1): suitable for a name, a note or a log
// line.
[[nodiscard]] bool is_plain_text(std::string_view text) noexcept;

// Whether at least one character is visible: neither white space, nor a control character, nor
// invisible (Unicode's Default_Ignorable_Code_Point). False for text that is not UTF-8.
[[nodiscard]] bool has_visible_text(std::string_view utf8) noexcept;

// Plain text without characters that are invisible, change the direction of others (Unicode
// Standard Annex 9, explicit formatting), break a line or are noncharacters. Joiners, variation
// selectors and direction marks are allowed: scripts and emoji need them.
[[nodiscard]] bool is_legible_text(std::string_view text) noexcept;

// Sanitizes `text` for a log line or an audit record: replaces everything that is not plain with
// '?', and truncates between characters to at most `size_bytes_max` bytes.
[[nodiscard]] std::string plain_text(std::string_view text, std::size_t size_bytes_max);

}  // namespace bank
