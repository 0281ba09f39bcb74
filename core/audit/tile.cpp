// path    = "tile/" level "/" index [ ".p/" width ]
// level   = decimal, 0 to 7
// index   = *( "x" 3DIGIT "/" ) 3DIGIT     without a leading "x000/"
// width   = decimal, 1 to 255, without leading zeros
#include "core/audit/tile.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "core/base/check.hpp"
#include "core/base/text.hpp"

namespace bank::audit {
namespace {

std::optional<std::uint64_t> parse_three_digits(std::string_view text) {
    auto const is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (text.size() != 3 || !std::ranges::all_of(text, is_digit)) return std::nullopt;
    return static_cast<std::uint64_t>((text[0] - '0') * 100 + (text[1] - '0') * 10 + text[2] - '0');
}

// Accepts at most six groups: more than any log needs, and far below 2^64.
std::optional<std::uint64_t> parse_index(std::string_view text) {
    constexpr int groups_max = 6;
    std::uint64_t index = 0;
    for (int group = 0; group < groups_max; ++group) {
        auto const is_last = !text.starts_with('x');
        if (!is_last) text.remove_prefix(1);
        auto const end = text.find('/');
        if (is_last != (end == std::string_view::npos)) return std::nullopt;
        auto const digits = parse_three_digits(text.substr(0, end));
        if (!digits) return std::nullopt;
        index = index * 1000 + *digits;
        if (is_last) return index;
        text.remove_prefix(end + 1);
    }
    return std::nullopt;
}

}  // namespace

std::string tile_path(TileId const& id) {
    auto path = fmt::format("{:03}", id.index % 1000);
    for (auto rest = id.index / 1000; rest > 0; rest /= 1000) {
        path = fmt::format("x{:03}/{}", rest % 1000, path);
    }
    path = fmt::format("tile/{}/{}", id.level, path);
    return id.width == tile_width ? path : fmt::format("{}.p/{}", path, id.width);
}

std::optional<TileId> parse_tile_path(std::string_view path) {
    constexpr std::string_view start = "tile/";
    constexpr std::string_view partial = ".p/";
    auto rest = path;
    if (!rest.starts_with(start)) return std::nullopt;
    rest.remove_prefix(start.size());
    TileId id{.width = static_cast<unsigned>(tile_width)};

    auto const slash = rest.find('/');
    auto const level = parse_int64(rest.substr(0, slash));
    if (slash == std::string_view::npos || !level || *level < 0 || *level >= tile_levels) {
        return std::nullopt;
    }
    id.level = static_cast<unsigned>(*level);
    rest.remove_prefix(slash + 1);

    if (auto const at = rest.find(partial); at != std::string_view::npos) {
        auto const width = parse_int64(rest.substr(at + partial.size()));
        if (!width || *width < 1) return std::nullopt;
        if (*width >= static_cast<std::int64_t>(tile_width)) return std::nullopt;
        id.width = static_cast<unsigned>(*width);
        rest = rest.substr(0, at);
    }
    auto const index = parse_index(rest);
    if (!index) return std::nullopt;
    id.index = *index;
    if (tile_path(id) != path) return std::nullopt;  // One path per tile.
    return id;
}

unsigned width_of_tile(unsigned level, std::uint64_t index, std::uint64_t size) {
    BANK_CHECK(level < tile_levels);
    auto const hashes = size >> (tile_height * level);
    if (index > hashes >> tile_height) return 0;
    return static_cast<unsigned>(std::min(tile_width, hashes - (index << tile_height)));
}

Hash ancestor_of(std::vector<Hash> hashes) {
    BANK_CHECK(std::has_single_bit(hashes.size()));
    for (auto count = hashes.size(); count > 1; count /= 2) {
        for (std::size_t i = 0; i < count / 2; ++i) {
            hashes[i] = node_hash(hashes[2 * i], hashes[2 * i + 1]);
        }
    }
    return hashes.front();
}

}  // namespace bank::audit
