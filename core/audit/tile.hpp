// Tiles, the storage and exchange format of the tree's hashes (C2SP tlog-tiles). A tile of level L
// contains up to 256 adjacent hashes of tree level 8 * L; the levels between are computed.
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
    std::vector<Hash> hashes;  // `width` hashes.
};

// Such as "tile/0/x001/x234/067.p/8".
[[nodiscard]] std::string tile_path(TileId const& id);
// nullopt for any text that tile_path() would not write.
[[nodiscard]] std::optional<TileId> parse_tile_path(std::string_view path);

// Width of that tile in a tree of `size` leaves; 0: the tree has no such tile.
[[nodiscard]] unsigned width_of_tile(unsigned level, std::uint64_t index, std::uint64_t size);

// Common ancestor of adjacent hashes. Precondition: their number is a power of two.
[[nodiscard]] Hash ancestor_of(std::vector<Hash> hashes);

}  // namespace bank::audit
