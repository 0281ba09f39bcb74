// How a run of records differs from the run of leaves that was sealed.
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
    audit::Hash hash{};  // Of its text.
    audit::Hash leaf{};  // As it is stored beside it.
    TransferId transfer = {};
};

// Places among the leaves, and indexes among the records.
struct SequenceDiff {
    struct Pair {
        std::size_t place = 0;
        std::size_t index = 0;
    };
    std::vector<Pair> changed_content;  // The stored leaf is the sealed one; the text is not.
    std::vector<Pair> changed_leaf;     // The text is the sealed one; the stored leaf is not.
    std::vector<Pair> replaced;         // Both are others.
    std::vector<std::size_t> missing;
    std::vector<std::size_t> inserted;
    std::vector<std::pair<std::size_t, std::size_t>> swapped;  // Places.
    std::vector<Pair> moved;                                   // Records elsewhere than sealed.

    [[nodiscard]] bool has_only_replaced() const noexcept {
        return changed_content.empty() && changed_leaf.empty() && missing.empty() &&
               inserted.empty() && swapped.empty() && moved.empty();
    }
};

[[nodiscard]] SequenceDiff compare(std::span<audit::Hash const> sealed,
                                   std::span<SeenRecord const> records);

}  // namespace bank::verify
