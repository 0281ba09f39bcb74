// cursor   = base64url of (version list position), without padding
// version  = %x01
// list     = OCTET      the number of List
// position = 8OCTET     big-endian, above 0
#include "core/api/cursor.hpp"

#include "core/base/bytes.hpp"
#include "core/base/check.hpp"

namespace bank::api {
namespace {

constexpr std::uint8_t version = 1;
constexpr std::size_t position_begin = 2;
constexpr std::size_t cursor_size = position_begin + sizeof(std::int64_t);

}  // namespace

std::string to_cursor(List list, std::int64_t position) {
    BANK_CHECK(position > 0);
    Bytes bytes{version, static_cast<std::uint8_t>(list)};
    auto const number = big_endian(static_cast<std::uint64_t>(position));
    bytes.insert(bytes.end(), number.begin(), number.end());
    return to_base64url(bytes);
}

std::optional<std::int64_t> read_cursor(List list, std::string_view cursor) {
    auto const bytes = from_base64url(cursor);
    if (!bytes || bytes->size() != cursor_size || bytes->at(0) != version ||
        bytes->at(1) != static_cast<std::uint8_t>(list)) {
        return std::nullopt;
    }
    std::uint64_t number = 0;
    for (auto i = position_begin; i < cursor_size; ++i) number = number << 8 | bytes->at(i);
    auto const position = static_cast<std::int64_t>(number);
    if (position <= 0) return std::nullopt;
    return position;
}

}  // namespace bank::api
