#include "core/base/uuid.hpp"

#include <algorithm>

#include "core/base/bytes.hpp"
#include "core/base/random.hpp"
#include "core/base/time.hpp"

namespace bank {
namespace {
constexpr bool is_dash_place(std::size_t place) noexcept {
    return place == 8 || place == 13 || place == 18 || place == 23;
}
}  // namespace

std::string to_string(Uuid const& uuid) {
    auto text = to_hex(uuid.bytes);
    for (std::size_t const place : {8U, 13U, 18U, 23U}) text.insert(place, 1, '-');
    return text;
}

std::optional<Uuid> parse_uuid(std::string_view text) noexcept {
    if (text.size() != 36) return std::nullopt;
    std::array<char, 32> hex{};
    std::size_t digits = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto const c = text[i];
        if (is_dash_place(i)) {
            if (c != '-') return std::nullopt;
        } else {
            hex[digits++] = (c >= 'A' && c <= 'F') ? static_cast<char>(c - 'A' + 'a') : c;
        }
    }
    Uuid uuid;
    if (!read_hex({hex.data(), hex.size()}, uuid.bytes)) return std::nullopt;
    return uuid;
}

Uuid make_uuid_v7(std::int64_t time_ms, std::array<std::uint8_t, 10> random) noexcept {
    Uuid uuid;
    for (std::size_t i = 0; i < 6; ++i) {
        uuid.bytes[i] = static_cast<std::uint8_t>(time_ms >> (8 * (5 - i)));
    }
    std::copy(random.begin(), random.end(), uuid.bytes.begin() + 6);
    uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0fU) | 0x70U);
    uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3fU) | 0x80U);
    return uuid;
}

Uuid new_uuid(Timestamp time) {
    return make_uuid_v7(time.us / 1000, random_bytes<10>());
}

}  // namespace bank
