// The tiles against the standard's own recursive definitions, which are short and slow.
#include "core/audit/tile_tree.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace bank::audit {
namespace {

using Leaves = std::span<Hash const>;

struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
};

// RFC 9162 section 2.1.1: MTH(D_n).
Hash defined_root(Leaves leaves) {
    if (leaves.empty()) return empty_root();
    if (leaves.size() == 1) return leaves.front();
    auto const k = std::bit_floor(leaves.size() - 1);
    return node_hash(defined_root(leaves.first(k)), defined_root(leaves.subspan(k)));
}

// Section 2.1.3.1: PATH(m, D_n).
Proof defined_path(std::size_t m, Leaves leaves) {
    if (leaves.size() == 1) return {};
    auto const k = std::bit_floor(leaves.size() - 1);
    auto const is_left = m < k;
    auto path = is_left ? defined_path(m, leaves.first(k)) : defined_path(m - k, leaves.subspan(k));
    path.push_back(defined_root(is_left ? leaves.subspan(k) : leaves.first(k)));
    return path;
}

// Section 2.1.4.1: SUBPROOF(m, D_n, b).
Proof defined_subproof(std::size_t m, Leaves leaves, bool is_known) {
    if (m == leaves.size()) return is_known ? Proof{} : Proof{defined_root(leaves)};
    auto const k = std::bit_floor(leaves.size() - 1);
    auto const is_left = m <= k;
    auto proof = is_left ? defined_subproof(m, leaves.first(k), is_known)
                         : defined_subproof(m - k, leaves.subspan(k), false);
    proof.push_back(defined_root(is_left ? leaves.subspan(k) : leaves.first(k)));
    return proof;
}

// The root as computed from the leaves from `begin` on and the proof of their range.
Hash root_by_range(Range tree, Range proven, Leaves leaves, Proof const& proof, std::size_t& used) {
    if (tree.end <= proven.begin || proven.end <= tree.begin) return proof.at(used++);
    if (tree.end - tree.begin == 1) return leaves[tree.begin - proven.begin];
    auto const middle = tree.begin + std::bit_floor(tree.end - tree.begin - 1);
    auto const left = root_by_range({tree.begin, middle}, proven, leaves, proof, used);
    return node_hash(left, root_by_range({middle, tree.end}, proven, leaves, proof, used));
}

std::vector<Hash> make_leaves(std::size_t count) {
    std::vector<Hash> leaves;
    for (std::size_t i = 0; i < count; ++i)
        leaves.push_back(leaf_hash(as_bytes(std::to_string(i))));
    return leaves;
}

// Stores everything that a log would publish: partial tiles of every width so far.
class Tiles : public TileSource {
public:
    void keep(std::vector<Tile> const& tiles) {
        for (auto const& tile : tiles) {
            EXPECT_EQ(tile.hashes.size(), tile.id.width);
            EXPECT_TRUE(tiles_.emplace(tile_path(tile.id), tile.hashes).second)
                << tile_path(tile.id) << " came twice";
        }
    }
    Result<std::vector<Hash>> read(TileId const& id) override {
        auto const found = tiles_.find(tile_path(id));
        if (found == tiles_.end()) return Error{.code = Code::not_found, .detail = tile_path(id)};
        return found->second;
    }

private:
    std::map<std::string, std::vector<Hash>> tiles_;
};

// Grown leaf by leaf and published at some sizes, or at every size.
struct Log {
    explicit Log(std::size_t count, std::set<std::size_t> const& published = {})
        : leaves(make_leaves(count)) {
        for (std::size_t size = 1; size <= count; ++size) {
            edge.append(leaves[size - 1]);
            if (published.empty() || published.contains(size)) tiles.keep(edge.take_changed());
        }
    }
    [[nodiscard]] Leaves first(std::size_t count) const { return Leaves(leaves).first(count); }

    std::vector<Hash> leaves;
    TileEdge edge;
    Tiles tiles;
};

TEST(TileTree, HasTheRootAndTheProofsOfTheStandardAtEverySize) {
    constexpr std::size_t count = 70;
    Log log(count);
    for (std::size_t size = 1; size <= count; ++size) {
        TileTree tree(log.tiles, size);
        auto const head = tree.head();
        ASSERT_TRUE(head.ok());
        ASSERT_EQ(head.value(), (TreeHead{size, defined_root(log.first(size))})) << size;
        for (std::size_t index = 0; index < size; ++index) {
            auto const proof = tree.prove_inclusion(index);
            ASSERT_TRUE(proof.ok());
            ASSERT_EQ(proof.value(), defined_path(index, log.first(size))) << index << '/' << size;
            ASSERT_TRUE(is_included(log.leaves[index], index, proof.value(), head.value()));
        }
        for (std::size_t older = 1; older <= size; ++older) {
            auto const proof = tree.prove_consistency(older);
            ASSERT_TRUE(proof.ok());
            ASSERT_EQ(proof.value(), defined_subproof(older, log.first(size), true))
                << older << '/' << size;
            ASSERT_TRUE(is_consistent({older, defined_root(log.first(older))}, head.value(),
                                      proof.value()));
        }
    }
}

TEST(TileTree, ProvesEachRangeOfEachSize) {
    constexpr std::size_t count = 24;
    Log log(count);
    for (std::size_t size = 1; size <= count; ++size) {
        TileTree tree(log.tiles, size);
        for (std::size_t end = 1; end <= size; ++end) {
            for (std::size_t begin = 0; begin < end; ++begin) {
                auto const proof = tree.prove_range(begin, end);
                ASSERT_TRUE(proof.ok());
                std::size_t used = 0;
                auto const root = root_by_range({0, size}, {begin, end},
                                                log.first(end).subspan(begin), proof.value(), used);
                ASSERT_EQ(root, defined_root(log.first(size))) << begin << ".." << end;
                ASSERT_EQ(used, proof->size());
            }
        }
    }
}

TEST(TileTree, ProvesARangeOfOneByThePathOfIt) {
    constexpr std::size_t count = 300;
    Log log(count);
    TileTree tree(log.tiles, count);
    for (std::size_t const index : {0UL, 100UL, 255UL, 256UL, 299UL}) {
        auto range = tree.prove_range(index, index + 1).value();
        auto path = tree.prove_inclusion(index).value();
        std::ranges::sort(range);
        std::ranges::sort(path);
        EXPECT_EQ(range, path) << index;
    }
    EXPECT_TRUE(tree.prove_range(0, count)->empty());
}

TEST(TileTree, CrossesTheBordersOfTilesAndLevels) {
    constexpr std::size_t count = 65'536 + 256 + 3;
    std::set<std::size_t> const sizes{255,    256,    257,    511,    512,    513,  4'000,
                                      65'535, 65'536, 65'537, 65'792, 65'793, count};
    Log log(count, sizes);
    for (auto const size : sizes) {
        TileTree tree(log.tiles, size);
        auto const head = tree.head();
        ASSERT_TRUE(head.ok());
        ASSERT_EQ(head.value(), (TreeHead{size, defined_root(log.first(size))})) << size;
        for (std::size_t const index : {0UL, 1UL, 254UL, size / 2, size - 2, size - 1}) {
            auto const proof = tree.prove_inclusion(index);
            ASSERT_TRUE(proof.ok());
            ASSERT_EQ(proof.value(), defined_path(index, log.first(size))) << index << '/' << size;
        }
        for (std::size_t const older : {1UL, 2UL, 200UL, size / 2, size - 1, size}) {
            auto const proof = tree.prove_consistency(older);
            ASSERT_TRUE(proof.ok());
            ASSERT_EQ(proof.value(), defined_subproof(older, log.first(size), true))
                << older << '/' << size;
        }
    }
}

TEST(TileEdge, HasTheRootOfTheStandardAtEverySize) {
    auto const leaves = make_leaves(1'030);
    TileEdge edge;
    EXPECT_EQ(edge.head(), (TreeHead{0, empty_root()}));
    for (std::size_t size = 1; size <= leaves.size(); ++size) {
        edge.append(leaves[size - 1]);
        ASSERT_EQ(edge.head(), (TreeHead{size, defined_root(Leaves(leaves).first(size))}));
    }
}

TEST(TileEdge, GoesOnFromWhatWasPublished) {
    constexpr std::size_t count = 66'000;
    std::set<std::size_t> const sizes{1, 255, 256, 300, 65'535, 65'536, 65'900, count};
    Log log(count, sizes);
    for (auto const size : sizes) {
        auto edge = TileEdge::load(log.tiles, size);
        ASSERT_TRUE(edge.ok());
        EXPECT_TRUE(edge->take_changed().empty());
        for (std::size_t i = size; i < count; ++i) edge->append(log.leaves[i]);
        EXPECT_EQ(edge->head(), log.edge.head()) << size;
        for (auto const& tile : edge->take_changed()) {
            auto const kept = log.tiles.read(tile.id);
            ASSERT_TRUE(kept.ok()) << tile_path(tile.id);
            EXPECT_EQ(kept.value(), tile.hashes);
        }
    }
}

TEST(TileTree, SaysWhichTileIsMissing) {
    Tiles none;
    EXPECT_EQ(TileTree(none, 300).head().error().detail, "tile/1/000.p/1");
    EXPECT_EQ(TileEdge::load(none, 300).code(), Code::not_found);
}

// Any change to a valid proof invalidates it.
TEST(Proofs, AreCondemnedByAnyChange) {
    constexpr std::size_t count = 300;
    Log log(count);
    TileTree tree(log.tiles, count);
    auto const head = tree.head().value();
    auto const changes_of = [](Proof const& proof) {
        std::vector<Proof> changed;
        for (std::size_t i = 0; i < proof.size(); ++i) {
            changed.push_back(proof);
            changed.back()[i].front() ^= 0x01U;
            changed.push_back(proof);
            changed.back()[i].back() ^= 0x80U;
            changed.push_back(proof);
            changed.back().erase(changed.back().begin() + static_cast<std::ptrdiff_t>(i));
            changed.push_back(proof);
            changed.back().insert(changed.back().begin() + static_cast<std::ptrdiff_t>(i),
                                  proof[i]);
        }
        for (std::size_t i = 1; i < proof.size(); ++i) {
            changed.push_back(proof);
            std::swap(changed.back()[i - 1], changed.back()[i]);
        }
        changed.push_back(proof);
        changed.back().push_back(empty_root());
        return changed;
    };
    for (std::size_t const index : {0UL, 1UL, 127UL, 128UL, 255UL, 256UL, 298UL, 299UL}) {
        auto const& leaf = log.leaves[index];
        auto const proof = tree.prove_inclusion(index).value();
        ASSERT_TRUE(is_included(leaf, index, proof, head));
        EXPECT_FALSE(is_included(leaf, index ^ 1U, proof, head));
        EXPECT_FALSE(is_included(leaf, index, proof, {head.size, log.leaves[0]}));
        EXPECT_FALSE(is_included(leaf, index + count, proof, head));
        EXPECT_FALSE(is_included(log.leaves[(index + 1) % count], index, proof, head));
        for (auto const& changed : changes_of(proof)) {
            EXPECT_FALSE(is_included(leaf, index, changed, head)) << index;
        }
    }
    for (std::size_t const older_size : {1UL, 2UL, 128UL, 255UL, 256UL, 257UL, 299UL}) {
        TreeHead const older{older_size, defined_root(log.first(older_size))};
        auto const proof = tree.prove_consistency(older_size).value();
        ASSERT_TRUE(is_consistent(older, head, proof));
        EXPECT_FALSE(is_consistent(head, older, proof));
        EXPECT_FALSE(is_consistent({older_size, head.root}, head, proof));
        EXPECT_FALSE(is_consistent(older, {count, older.root}, proof));
        for (auto const& changed : changes_of(proof)) {
            EXPECT_FALSE(is_consistent(older, head, changed)) << older_size;
        }
    }
}

}  // namespace
}  // namespace bank::audit
