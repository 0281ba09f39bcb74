// Finds a key's place in an array that someone else keeps: one allocation per table, where a map of
// nodes makes one per key. Keys are never taken out.
#pragma once
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace bank::ledger {

class IndexTable {
public:
    static constexpr std::uint32_t none = UINT32_MAX;

    // Room for `count_max` keys; more are the caller's bug and never end.
    explicit IndexTable(std::size_t count_max)
        : places_(std::bit_ceil(2 * count_max + 2), none),
          shift_(64 - std::countr_zero(places_.size())) {}

    // The index whose key is looked for, as `is_it(index)` says; none if it is not there.
    template <typename IsIt>
    [[nodiscard]] std::uint32_t find(std::uint64_t hash, IsIt const& is_it) const {
        return places_[place_of(hash, is_it)];
    }

    // Puts `index` at the key and returns what stood there; none if nothing did.
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
        // Fibonacci hashing: ids that count up spread over the table.
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
