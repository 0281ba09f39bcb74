// Compares a sequence of records with the sequence of sealed leaves.
//
// Threads: any.
#pragma once
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "core/audit/merkle.hpp"
#include "core/base/strong_id.hpp"

namespace bank::verify {

struct SeenRecord {
    audit::Hash hash{};  // Hash of its text.
    audit::Hash leaf{};  // As stored with it.
    TransferId transfer = {};
};

// Places are positions of leaves; indexes are positions of records.
struct SequenceDiff {
    struct Pair {
        std::size_t place = 0;
        std::size_t index = 0;
    };
    std::vector<Pair> changed_content;  // The stored leaf matches the seal; the text does not.
    std::vector<Pair> changed_leaf;     // The text matches the seal; the stored leaf does not.
    std::vector<Pair> replaced;         // Neither matches.
    std::vector<std::size_t> missing;
    std::vector<std::size_t> inserted;
    std::vector<std::pair<std::size_t, std::size_t>> swapped;  // Places.
    std::vector<Pair> moved;                                   // To other places than sealed.

    [[nodiscard]] bool has_only_replaced() const noexcept {
        return changed_content.empty() && changed_leaf.empty() && missing.empty() &&
               inserted.empty() && swapped.empty() && moved.empty();
    }
};

[[nodiscard]] SequenceDiff compare(std::span<audit::Hash const> sealed,
                                   std::span<SeenRecord const> records);

}  // namespace bank::verify
