// The right edge of a growing Merkle tree: only the roots of its full subtrees.
//
// Leaves before the first one may be unknown: then the root is unknown too, but not later subtrees.
#pragma once
#include <array>
#include <bit>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/audit/merkle.hpp"
#include "core/audit/tile.hpp"

namespace bank::verify {

class Frontier {
public:
    Frontier() = default;
    // A tree whose first `unknown_count` leaves are unknown.
    explicit Frontier(std::uint64_t unknown_count) : size_(unknown_count) {}
    // A tree of `size` leaves of which only the edge is known. Precondition: one root per full
    // subtree, from left to right: edge_length(size).
    Frontier(std::uint64_t size, std::vector<audit::Hash> const& roots)
        : size_(size), known_(size) {
        auto root = roots.begin();
        for (unsigned height = 63; height-- > 0;) {
            if ((size >> height & 1U) != 0) nodes_[height] = *root++;
        }
    }
    [[nodiscard]] static std::size_t edge_length(std::uint64_t size) noexcept {
        return static_cast<std::size_t>(std::popcount(size));
    }

    // Calls `at_tile_node(level, index, hash)` for each newly completed node in a tile of a level
    // above 0; `index` counts the nodes of that tile level.
    template <typename AtTileNode>
    void append(audit::Hash const& leaf, AtTileNode const& at_tile_node) {
        auto hash = leaf;
        auto is_known = true;
        unsigned height = 0;
        for (; (size_ >> height & 1U) != 0; ++height) {
            is_known = is_known && (known_ >> height & 1U) != 0;
            if (is_known) hash = audit::node_hash(nodes_[height], hash);
            known_ &= ~(std::uint64_t{1} << height);
            auto const level = (height + 1) / audit::tile_height;
            if (is_known && (height + 1) % audit::tile_height == 0) {
                at_tile_node(level, size_ >> (height + 1), hash);
            }
        }
        nodes_[height] = hash;
        if (is_known) known_ |= std::uint64_t{1} << height;
        ++size_;
    }

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

    // Whether its full subtrees have these roots, from left to right. Unknown roots match.
    [[nodiscard]] bool fits(std::vector<audit::Hash> const& roots) const {
        if (roots.size() != edge_length(size_)) return false;
        auto root = roots.begin();
        for (unsigned height = 63; height-- > 0;) {
            if ((size_ >> height & 1U) == 0) continue;
            if ((known_ >> height & 1U) != 0 && nodes_[height] != *root) return false;
            ++root;
        }
        return true;
    }

    // nullopt if it depends on unknown leaves.
    [[nodiscard]] std::optional<audit::Hash> root() const {
        if (known_ != size_) return std::nullopt;
        std::optional<audit::Hash> root;
        for (unsigned height = 0; size_ >> height != 0; ++height) {
            if ((size_ >> height & 1U) == 0) continue;
            root = root ? audit::node_hash(nodes_[height], *root) : nodes_[height];
        }
        return root ? root : audit::empty_root();
    }

private:
    std::uint64_t size_ = 0;   // Bit h: nodes_[h] is the root of a full subtree of 2^h leaves.
    std::uint64_t known_ = 0;  // Mask of known roots.
    std::array<audit::Hash, 63> nodes_{};  // A size is below 2^63.
};

}  // namespace bank::verify
