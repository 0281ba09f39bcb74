// A tree's head, proofs and growth, computed from its tiles.
//
// Threads: one at a time for each object. Errors: those of the TileSource.
#pragma once
#include <array>
#include <cstdint>
#include <vector>

#include "core/audit/merkle.hpp"
#include "core/audit/tile.hpp"
#include "core/base/result.hpp"

namespace bank::audit {

class TileSource {
public:
    virtual ~TileSource() = default;
    // The hashes of that tile, exactly `id.width`. Implementations must reject any other number:
    // the tree does not check.
    virtual Result<std::vector<Hash>> read(TileId const& id) = 0;
};

// A tree of `size` leaves, read from its tiles; every proof is for this size.
class TileTree {
public:
    // `source` must outlive this.
    TileTree(TileSource& source, std::uint64_t size) : source_(&source), size_(size) {}

    [[nodiscard]] Result<TreeHead> head();
    // Precondition: index < size.
    [[nodiscard]] Result<Proof> prove_inclusion(std::uint64_t index);
    // Proves the leaves in [begin, end): the roots of the largest subtrees outside the range, from
    // left to right. Precondition: begin < end <= size.
    [[nodiscard]] Result<Proof> prove_range(std::uint64_t begin, std::uint64_t end);
    // Proves that this tree extends the one of its first `older_size` leaves.
    // Precondition: older_size <= size.
    [[nodiscard]] Result<Proof> prove_consistency(std::uint64_t older_size);
    // The roots of its full subtrees from left to right: enough to continue the tree elsewhere.
    [[nodiscard]] Result<Proof> edge();

private:
    struct Range {  // Of leaves.
        std::uint64_t begin = 0;
        std::uint64_t end = 0;
        [[nodiscard]] std::uint64_t size() const noexcept { return end - begin; }
    };
    static std::vector<Range> full_parts(Range range);
    static void add_beside(Range proven, Range range, std::vector<Range>& beside);
    Result<Hash> root_of(Range range);
    Result<Hash> root_of_full(Range range);
    Result<Proof> roots_of(std::vector<Range> const& ranges);

    TileSource* source_;
    std::uint64_t size_;
};

// The right edge of a growing tree: the state needed to append.
class TileEdge {
public:
    TileEdge() = default;  // Of an empty tree.
    static Result<TileEdge> load(TileSource& source, std::uint64_t size);

    void append(Hash const& leaf);
    [[nodiscard]] TreeHead head() const;
    // Tiles added or widened since the last call, lower levels first.
    [[nodiscard]] std::vector<Tile> take_changed();

private:
    std::array<std::vector<Hash>, tile_levels> partial_;  // The last, partial tile of each level.
    std::vector<Tile> filled_;                            // Since the last take_changed().
    std::uint64_t size_ = 0;
    std::uint64_t taken_size_ = 0;
};

}  // namespace bank::audit
