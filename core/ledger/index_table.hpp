// A hash index over an array owned by the caller: one allocation per table instead of one per key.
// Keys are never removed.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace bank::ledger {

class IndexTable {
public:
    static constexpr std::uint32_t none = UINT32_MAX;

    // Capacity for `count_max` keys; with more, which is the caller's bug, a search may not
    // terminate.
    explicit IndexTable(std::size_t count_max)
        : places_(std::bit_ceil(2 * count_max + 2), none),
          shift_(64 - std::countr_zero(places_.size())) {}

    // The index for which `is_it(index)` holds; none if there is none.
    template <typename IsIt>
    [[nodiscard]] std::uint32_t find(std::uint64_t hash, IsIt const& is_it) const {
        return places_[place_of(hash, is_it)];
    }

    // Sets the key's index and returns the previous one, or none.
    template <typename IsIt>
    std::uint32_t put(std::uint64_t hash, std::uint32_t index, IsIt const& is_it) {
        auto& place = places_[place_of(hash, is_it)];
        auto const before = place;
        place = index;
        return before;
    }

private:
    template <typename IsIt>
    std::size_t place_of(std::uint64_t hash, IsIt const& is_it) const {
        // Fibonacci hashing spreads consecutive ids over the table.
        auto place = static_cast<std::size_t>((hash * 0x9e37'79b9'7f4a'7c15U) >> shift_);
        while (places_[place] != none && !is_it(places_[place])) {
            place = (place + 1) & (places_.size() - 1);
        }
        return place;
    }

    std::vector<std::uint32_t> places_;  // At most half full.
    int shift_;
};

}  // namespace bank::ledger
