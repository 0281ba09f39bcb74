// The tiles of an export that cover records still to come: tiles precede their records.
//
// Threads: one at a time.
#pragma once
#include <array>
#include <cstdint>
#include <map>
#include <vector>

#include "core/audit/merkle.hpp"
#include "core/audit/tile.hpp"

namespace bank::verify {

class StoredTiles {
public:
    // Maximum number of tiles: enough for the largest seal and all levels above it.
    static constexpr std::size_t waiting_max = 8192;

    // False: the tile is a duplicate, or there are too many.
    bool add(unsigned level, std::uint64_t index, std::vector<audit::Hash> hashes) {
        if (count_ == waiting_max) return false;
        auto const is_new = tiles_[level].emplace(index, std::move(hashes)).second;
        count_ += is_new ? 1 : 0;
        return is_new;
    }

    // Hash number `index` of that tile level, or null if unknown. Valid until the next
    // forget_before().
    [[nodiscard]] audit::Hash const* find(unsigned level, std::uint64_t index) const {
        auto const& tiles = tiles_[level];
        if (tiles.empty()) return nullptr;
        auto const tile = tiles.find(index / audit::tile_width);
        return tile == tiles.end() ? nullptr : &tile->second[index % audit::tile_width];
    }

    // Drops tiles whose records are all before `number`.
    void forget_before(std::uint64_t number) {
        for (unsigned level = 0; level < audit::tile_levels; ++level) {
            auto& tiles = tiles_[level];
            auto const shift = audit::tile_height * (level + 1);
            if (shift >= 64) continue;  // No log reaches the end of such a tile.
            auto const done = number >> shift;
            while (!tiles.empty() && tiles.begin()->first < done) {
                tiles.erase(tiles.begin());
                --count_;
            }
        }
    }

private:
    std::array<std::map<std::uint64_t, std::vector<audit::Hash>>, audit::tile_levels> tiles_;
    std::size_t count_ = 0;
};

}  // namespace bank::verify
