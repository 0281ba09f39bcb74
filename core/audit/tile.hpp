// Tiles: the form in which the tree's hashes are kept and handed out (C2SP tlog-tiles). A tile of
// level L holds up to 256 neighbouring hashes of tree level 8 * L; what lies between is computed.
//
// Threads: any.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/audit/merkle.hpp"

namespace bank::audit {

inline constexpr unsigned tile_height = 8;
inline constexpr std::uint64_t tile_width = 1U << tile_height;
inline constexpr unsigned tile_levels = 8;  // Enough for 2^64 leaves.

struct TileId {
    unsigned level = 0;       // 0..7
    std::uint64_t index = 0;  // Among the tiles of its level.
    unsigned width = 0;       // 1..256; below 256 it is partial: the last of its level.

    bool operator==(TileId const&) const = default;
};

struct Tile {
    TileId id;
    std::vector<Hash> hashes;  // `width` of them.
};

// As "tile/0/x001/x234/067.p/8".
[[nodiscard]] std::string tile_path(TileId const& id);
// Nothing for any text that tile_path() would not write.
[[nodiscard]] std::optional<TileId> parse_tile_path(std::string_view path);

// How wide that tile is in a tree of `size` leaves; 0: it has none.
[[nodiscard]] unsigned width_of_tile(unsigned level, std::uint64_t index, std::uint64_t size);

// Of a power of two of neighbouring hashes: their common ancestor.
[[nodiscard]] Hash ancestor_of(std::vector<Hash> hashes);

}  // namespace bank::audit
