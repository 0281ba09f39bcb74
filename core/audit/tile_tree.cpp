#include "core/audit/tile_tree.hpp"

#include <algorithm>
#include <bit>
#include <iterator>
#include <utility>

#include "core/base/check.hpp"

namespace bank::audit {
namespace {

// RFC 9162's k: the largest power of two below `size`, which is at least 2.
std::uint64_t left_size(std::uint64_t size) {
    return std::bit_floor(size - 1);
}

}  // namespace

Result<TreeHead> TileTree::head() {
    if (size_ == 0) return TreeHead{0, empty_root()};
    auto const root = root_of({0, size_});
    if (!root) return root.error();
    return TreeHead{size_, *root};
}

Result<Proof> TileTree::prove_inclusion(std::uint64_t index) {
    BANK_CHECK(index < size_);
    std::vector<Range> siblings;  // From the root down.
    for (Range range{0, size_}; range.size() > 1;) {
        auto const middle = range.begin + left_size(range.size());
        if (index < middle) {
            siblings.push_back({middle, range.end});
            range.end = middle;
        } else {
            siblings.push_back({range.begin, middle});
            range.begin = middle;
        }
    }
    std::ranges::reverse(siblings);
    return roots_of(siblings);
}

Result<Proof> TileTree::prove_range(std::uint64_t begin, std::uint64_t end) {
    BANK_CHECK(begin < end && end <= size_);
    std::vector<Range> beside;
    add_beside({begin, end}, {0, size_}, beside);
    return roots_of(beside);
}

// Recursion depth: the height of the tree.
void TileTree::add_beside(Range proven, Range range, std::vector<Range>& beside) {
    if (proven.begin <= range.begin && range.end <= proven.end) return;
    if (range.end <= proven.begin || proven.end <= range.begin) {
        beside.push_back(range);
        return;
    }
    auto const middle = range.begin + left_size(range.size());
    add_beside(proven, {range.begin, middle}, beside);
    add_beside(proven, {middle, range.end}, beside);
}

Result<Proof> TileTree::prove_consistency(std::uint64_t older_size) {
    BANK_CHECK(older_size <= size_);
    if (older_size == 0 || older_size == size_) return Proof{};
    std::vector<Range> nodes;  // From the root down.
    Range range{0, size_};
    while (range.end != older_size) {
        auto const middle = range.begin + left_size(range.size());
        if (older_size <= middle) {
            nodes.push_back({middle, range.end});
            range.end = middle;
        } else {
            nodes.push_back({range.begin, middle});
            range.begin = middle;
        }
    }
    // The subtree at the end of the older tree. If it is the whole older tree, the verifier knows
    // its root.
    if (range.begin != 0) nodes.push_back(range);
    std::ranges::reverse(nodes);
    return roots_of(nodes);
}

Result<Proof> TileTree::roots_of(std::vector<Range> const& ranges) {
    Proof proof;
    proof.reserve(ranges.size());
    for (auto const& range : ranges) {
        auto const root = root_of(range);
        if (!root) return root.error();
        proof.push_back(*root);
    }
    return proof;
}

Result<Proof> TileTree::edge() {
    return roots_of(full_parts({0, size_}));
}

// The full subtrees from left to right.
std::vector<TileTree::Range> TileTree::full_parts(Range range) {
    std::vector<Range> parts;
    while (range.size() > 0) {
        parts.push_back({range.begin, range.begin + std::bit_floor(range.size())});
        range.begin = parts.back().end;
    }
    return parts;
}

Result<Hash> TileTree::root_of(Range range) {
    std::vector<Hash> roots;
    for (auto const& part : full_parts(range)) {
        auto const root = root_of_full(part);
        if (!root) return root.error();
        roots.push_back(*root);
    }
    // Folds the roots from right to left.
    auto root = roots.back();
    for (roots.pop_back(); !roots.empty(); roots.pop_back()) root = node_hash(roots.back(), root);
    return root;
}

Result<Hash> TileTree::root_of_full(Range range) {
    auto const height = static_cast<unsigned>(std::countr_zero(range.size()));
    auto const level = std::min(height / tile_height, tile_levels - 1);
    auto const first = range.begin >> (level * tile_height);  // Within its level.
    auto const index = first >> tile_height;
    auto const hashes = source_->read({level, index, width_of_tile(level, index, size_)});
    if (!hashes) return hashes.error();
    auto const offset = static_cast<std::ptrdiff_t>(first % tile_width);
    auto const count = static_cast<std::ptrdiff_t>(range.size() >> (level * tile_height));
    BANK_CHECK(offset + count <= std::ssize(*hashes));
    return ancestor_of({hashes->begin() + offset, hashes->begin() + offset + count});
}

Result<TileEdge> TileEdge::load(TileSource& source, std::uint64_t size) {
    TileEdge edge;
    edge.size_ = edge.taken_size_ = size;
    for (unsigned level = 0; level < tile_levels; ++level) {
        auto const hashes = size >> (level * tile_height);
        auto const width = static_cast<unsigned>(hashes % tile_width);
        if (width == 0) continue;
        auto tile = source.read({level, hashes >> tile_height, width});
        if (!tile) return tile.error();
        BANK_CHECK(tile->size() == width);
        edge.partial_[level] = std::move(tile).value();
    }
    return edge;
}

void TileEdge::append(Hash const& leaf) {
    ++size_;
    auto hash = leaf;
    for (unsigned level = 0; level < tile_levels; ++level) {
        auto& tile = partial_[level];
        tile.push_back(hash);
        if (tile.size() < tile_width) return;
        hash = ancestor_of(tile);
        auto const index = (size_ >> ((level + 1) * tile_height)) - 1;
        filled_.push_back({{level, index, static_cast<unsigned>(tile_width)}, std::move(tile)});
        tile.clear();
    }
}

TreeHead TileEdge::head() const {
    if (size_ == 0) return {0, empty_root()};
    // The full subtrees from right to left: within a tile, the smaller ones come last.
    Hash root{};
    bool is_first = true;
    for (auto const& tile : partial_) {
        for (auto end = tile.end(); end != tile.begin();) {
            auto const count = std::uint64_t{1} << static_cast<unsigned>(std::countr_zero(
                                   static_cast<std::uint64_t>(end - tile.begin())));
            auto const begin = end - static_cast<std::ptrdiff_t>(count);
            auto const subtree = ancestor_of({begin, end});
            root = is_first ? subtree : node_hash(subtree, root);
            is_first = false;
            end = begin;
        }
    }
    return {size_, root};
}

std::vector<Tile> TileEdge::take_changed() {
    auto changed = std::exchange(filled_, {});
    for (unsigned level = 0; level < tile_levels; ++level) {
        auto const hashes = size_ >> (level * tile_height);
        auto const& tile = partial_[level];
        if (tile.empty() || hashes == taken_size_ >> (level * tile_height)) continue;
        changed.push_back(
            {{level, hashes >> tile_height, static_cast<unsigned>(tile.size())}, tile});
    }
    taken_size_ = size_;
    std::ranges::stable_sort(changed, {}, [](Tile const& tile) { return tile.id.level; });
    return changed;
}

}  // namespace bank::audit
