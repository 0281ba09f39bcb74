#include "core/audit/merkle.hpp"

#include <array>
#include <bit>

namespace bank::audit {
namespace {

constexpr std::array<std::uint8_t, 1> leaf_prefix{0x00};
constexpr std::array<std::uint8_t, 1> node_prefix{0x01};

// Position of a proof: a node on the current level, and the last node of that level.
class Climb {
public:
    Climb(std::uint64_t node, std::uint64_t last) noexcept : node_(node), last_(last) {}

    [[nodiscard]] bool is_at_root() const noexcept { return last_ == 0; }

    // Whether the next sibling is a left one.
    [[nodiscard]] bool has_left_sibling() const noexcept { return is_right() || node_ == last_; }

    void rise() noexcept {
        node_ >>= 1U;
        last_ >>= 1U;
    }

    // A last node without a right sibling is its own parent.
    void rise_to_sibling() noexcept {
        while (node_ != 0 && !is_right()) rise();
    }

    void rise_while_right() noexcept {
        while (is_right()) rise();
    }

private:
    [[nodiscard]] bool is_right() const noexcept { return (node_ & 1U) != 0; }

    std::uint64_t node_;
    std::uint64_t last_;
};

}  // namespace

Hash leaf_hash(BytesView record) {
    return crypto::thread_sha256().update(leaf_prefix).update(record).finish();
}

Hash node_hash(Hash const& left, Hash const& right) {
    return crypto::thread_sha256().update(node_prefix).update(left).update(right).finish();
}

Hash empty_root() {
    return crypto::sha256({});
}

bool is_included(Hash const& leaf, std::uint64_t index, Proof const& proof, TreeHead const& head) {
    if (index >= head.size) return false;
    Climb climb(index, head.size - 1);
    auto root = leaf;
    for (auto const& sibling : proof) {
        if (climb.is_at_root()) return false;
        if (climb.has_left_sibling()) {
            root = node_hash(sibling, root);
            climb.rise_to_sibling();
        } else {
            root = node_hash(root, sibling);
        }
        climb.rise();
    }
    return climb.is_at_root() && root == head.root;
}

bool is_consistent(TreeHead const& older, TreeHead const& newer, Proof const& proof) {
    if (older.size == 0 || older.size > newer.size) return false;
    if (older.size == newer.size) return older.root == newer.root && proof.empty();
    if (proof.empty()) return false;

    // The older root of a full tree is a node of the newer tree, and omitted from the proof.
    auto next = proof.begin();
    auto const first = std::has_single_bit(older.size) ? older.root : *next++;
    Climb climb(older.size - 1, newer.size - 1);
    climb.rise_while_right();
    auto older_root = first;
    auto newer_root = first;
    for (; next != proof.end(); ++next) {
        if (climb.is_at_root()) return false;
        if (climb.has_left_sibling()) {
            older_root = node_hash(*next, older_root);
            newer_root = node_hash(*next, newer_root);
            climb.rise_to_sibling();
        } else {
            newer_root = node_hash(newer_root, *next);
        }
        climb.rise();
    }
    return climb.is_at_root() && older_root == older.root && newer_root == newer.root;
}

}  // namespace bank::audit
