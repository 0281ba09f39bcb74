#include "core/operations/list.hpp"

#include <algorithm>
#include <array>

#include "core/base/check.hpp"

namespace bank::operations {
namespace {

constexpr bool is_before(Operation const* one, Operation const* other) {
    return one->facts.number < other->facts.number;
}

template <typename... Op>
constexpr auto table_of(List<Op...>) {
    std::array<Operation const*, sizeof...(Op)> sorted{&operation<Op>...};
    std::ranges::sort(sorted, is_before);
    return sorted;
}

constexpr auto table = table_of(All{});

constexpr bool is_unique() {
    for (std::size_t i = 1; i < table.size(); ++i) {
        if (!is_before(table[i - 1], table[i])) return false;
    }
    return true;
}
static_assert(is_unique(), "no two operations have the same number");

constexpr std::size_t numbers_end = table.back()->facts.number + 1;

// The place for each number; table.size() for none.
constexpr auto places_by_number = [] {
    std::array<std::size_t, numbers_end> places{};
    places.fill(table.size());
    for (std::size_t i = 0; i < table.size(); ++i) places[table[i]->facts.number] = i;
    return places;
}();

}  // namespace

Operation const* find(std::uint16_t number) noexcept {
    auto const place = number < places_by_number.size() ? places_by_number[number] : table.size();
    return place < table.size() ? table[place] : nullptr;
}

std::span<Operation const* const> all() noexcept {
    return table;
}

std::size_t place_of(Facts const& facts) noexcept {
    BANK_CHECK(facts.number < places_by_number.size());
    return places_by_number[facts.number];
}

}  // namespace bank::operations
