#include "core/verify/sequence_diff.hpp"

#include <algorithm>
#include <optional>

namespace bank::verify {
namespace {

using Pair = SequenceDiff::Pair;

// Finds the place of a hash. Returns each place once, because equal records are possible.
class Places {
public:
    explicit Places(std::span<audit::Hash const> sealed)
        : is_taken_(sealed.size(), false), taken_count_(sealed.size(), 0) {
        sorted_.reserve(sealed.size());
        for (std::size_t place = 0; place < sealed.size(); ++place) {
            sorted_.emplace_back(sealed[place], place);
        }
        std::ranges::sort(sorted_);
    }

    std::optional<std::size_t> take(audit::Hash const& hash) {
        auto const from = static_cast<std::size_t>(
            std::ranges::lower_bound(sorted_, Entry{hash, 0}) - sorted_.begin());
        if (from == sorted_.size()) return std::nullopt;
        auto const at = from + taken_count_[from];
        if (at >= sorted_.size() || sorted_[at].first != hash) return std::nullopt;
        ++taken_count_[from];
        is_taken_[sorted_[at].second] = true;
        return sorted_[at].second;
    }
    [[nodiscard]] bool is_taken(std::size_t place) const { return is_taken_[place]; }

private:
    using Entry = std::pair<audit::Hash, std::size_t>;
    std::vector<Entry> sorted_;
    std::vector<bool> is_taken_;            // By place.
    std::vector<std::size_t> taken_count_;  // Of equal hashes, stored at the first one.
};

// Marks the pairs, ordered by index, of a longest increasing subsequence of places.
std::vector<bool> in_order(std::vector<Pair> const& pairs) {
    constexpr auto none = SIZE_MAX;
    std::vector<std::size_t> tails;  // Last pair of the best subsequence of each length.
    std::vector<std::size_t> before(pairs.size(), none);
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        auto const at = std::ranges::lower_bound(
            tails, pairs[i].place, {}, [&](std::size_t tail) { return pairs[tail].place; });
        if (at != tails.begin()) before[i] = *(at - 1);
        if (at == tails.end()) {
            tails.push_back(i);
        } else {
            *at = i;
        }
    }
    std::vector<bool> is_in_order(pairs.size(), false);
    for (auto i = tails.empty() ? none : tails.back(); i != none; i = before[i]) {
        is_in_order[i] = true;
    }
    return is_in_order;
}

// Reports swapped pairs if nothing else is out of order, otherwise moved records.
void name_disorder(std::vector<Pair> const& pairs, std::vector<bool> const& is_in_order,
                   SequenceDiff& diff) {
    std::vector<std::size_t> sorted;
    sorted.reserve(pairs.size());
    for (auto const& pair : pairs) sorted.push_back(pair.place);
    std::ranges::sort(sorted);
    auto const rank_of = [&](std::size_t place) {
        return static_cast<std::size_t>(std::ranges::lower_bound(sorted, place) - sorted.begin());
    };
    auto are_exchanged = true;
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        are_exchanged &= pairs[rank_of(pairs[i].place)].place == sorted[i];
    }
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        if (are_exchanged) {
            if (sorted[i] < pairs[i].place) diff.swapped.emplace_back(sorted[i], pairs[i].place);
        } else if (!is_in_order[i]) {
            diff.moved.push_back(pairs[i]);
        }
    }
}

}  // namespace

SequenceDiff compare(std::span<audit::Hash const> sealed, std::span<SeenRecord const> records) {
    SequenceDiff diff;
    Places places(sealed);
    std::vector<std::optional<std::size_t>> place_of(records.size());
    for (std::size_t i = 0; i < records.size(); ++i) {
        place_of[i] = places.take(records[i].hash);
        if (place_of[i] && records[i].leaf != records[i].hash) {
            diff.changed_leaf.push_back({*place_of[i], i});
        }
    }
    // Leaves are matched second: a copied leaf must not take the place of its record.
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (place_of[i]) continue;
        place_of[i] = places.take(records[i].leaf);
        if (place_of[i]) diff.changed_content.push_back({*place_of[i], i});
    }

    std::vector<Pair> pairs;
    for (std::size_t i = 0; i < records.size(); ++i) {
        if (place_of[i]) pairs.push_back({*place_of[i], i});
    }
    auto const is_in_order = in_order(pairs);
    name_disorder(pairs, is_in_order, diff);

    // Between two records in their places, unknown records replace missing ones; any surplus was
    // inserted or removed.
    std::size_t place = 0;
    std::size_t index = 0;
    auto const settle_until = [&](Pair const& anchor) {
        for (;; ++place, ++index) {
            while (place < anchor.place && places.is_taken(place)) ++place;
            while (index < anchor.index && place_of[index]) ++index;
            if (place >= anchor.place || index >= anchor.index) break;
            diff.replaced.push_back({place, index});
        }
        for (; place < anchor.place; ++place) {
            if (!places.is_taken(place)) diff.missing.push_back(place);
        }
        for (; index < anchor.index; ++index) {
            if (!place_of[index]) diff.inserted.push_back(index);
        }
        place = anchor.place + 1;
        index = anchor.index + 1;
    };
    for (std::size_t i = 0; i < pairs.size(); ++i) {
        if (is_in_order[i]) settle_until(pairs[i]);
    }
    settle_until({sealed.size(), records.size()});
    return diff;
}

}  // namespace bank::verify
