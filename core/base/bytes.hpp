// Byte strings and their two texts.
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bank {

using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<std::uint8_t const>;

[[nodiscard]] BytesView as_bytes(std::string_view text) noexcept;

// Lower-case hexadecimal.
[[nodiscard]] std::string to_hex(BytesView bytes);
[[nodiscard]] std::optional<Bytes> from_hex(std::string_view text);
// For a length that is known: whether `text` is exactly that many bytes. If not, what they hold
// means nothing.
[[nodiscard]] bool read_hex(std::string_view text, std::span<std::uint8_t> bytes) noexcept;

// RFC 4648 section 4, with padding. Only what to_base64 writes is read.
[[nodiscard]] std::string to_base64(BytesView bytes);
[[nodiscard]] std::optional<Bytes> from_base64(std::string_view text);

// RFC 4648 section 5, without padding. from_base64url refuses padding, foreign characters and
// non-zero trailing bits, so that one value has one text.
[[nodiscard]] std::string to_base64url(BytesView bytes);
[[nodiscard]] std::optional<Bytes> from_base64url(std::string_view text);

}  // namespace bank
