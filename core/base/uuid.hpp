// UUIDs and their RFC 9562 text.
#pragma once
#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace bank {

struct Timestamp;

struct Uuid {
    std::array<std::uint8_t, 16> bytes{};
    auto operator<=>(Uuid const&) const = default;
};

// Lower case, 36 characters.
[[nodiscard]] std::string to_string(Uuid const& uuid);

// Exactly the 36-character form, either case.
[[nodiscard]] std::optional<Uuid> parse_uuid(std::string_view text) noexcept;

// Version 7: `time_ms` since the epoch, then `random` (its first six bits are overwritten).
[[nodiscard]] Uuid make_uuid_v7(std::int64_t time_ms, std::array<std::uint8_t, 10> random) noexcept;

// A random version 7 UUID of a time: for request ids, token ids and idempotency keys.
[[nodiscard]] Uuid new_uuid(Timestamp time);

}  // namespace bank

template <>
struct std::hash<bank::Uuid> {
    std::size_t operator()(bank::Uuid const& uuid) const noexcept {
        return std::hash<std::string_view>{}(
            {reinterpret_cast<char const*>(uuid.bytes.data()), uuid.bytes.size()});
    }
};
