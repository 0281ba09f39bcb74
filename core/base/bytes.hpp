// Byte strings and their text encodings.
#pragma once
#include <array>
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

// The most significant first.
[[nodiscard]] std::array<std::uint8_t, 8> big_endian(std::uint64_t number) noexcept;

// Lower-case hexadecimal.
[[nodiscard]] std::string to_hex(BytesView bytes);
[[nodiscard]] std::optional<Bytes> from_hex(std::string_view text);
// Decodes a text of known length. False if `text` is not exactly that many bytes; the contents of
// `bytes` are then unspecified.
[[nodiscard]] bool read_hex(std::string_view text, std::span<std::uint8_t> bytes) noexcept;

// RFC 4648 section 4, with padding. from_base64 accepts only the output of to_base64.
[[nodiscard]] std::string to_base64(BytesView bytes);
[[nodiscard]] std::optional<Bytes> from_base64(std::string_view text);

// RFC 4648 section 5, without padding. from_base64url rejects padding, other characters and
// non-zero trailing bits, so every value has exactly one text.
[[nodiscard]] std::string to_base64url(BytesView bytes);
[[nodiscard]] std::optional<Bytes> from_base64url(std::string_view text);

}  // namespace bank
