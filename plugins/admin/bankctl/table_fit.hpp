// Which columns of a table a terminal has room for, and how wide they are.
#pragma once
#include <cstddef>
#include <vector>

#include "plugins/admin/bankctl/table.hpp"

namespace bank::bankctl {

inline constexpr std::size_t column_gap = 2;

struct TableFit {
    std::vector<std::size_t> columns;  // Indexes of those that are shown, never none.
    std::vector<std::size_t> widths;   // Of each of these. The last one takes what is left.
    bool is_within = false;            // Whether a row takes one line.
};

// Drops columns from the right, then cuts columns, as far as Column::narrow lets it. `width` 0:
// there is room for all.
[[nodiscard]] TableFit fit_of(Table const& table, std::size_t width);

}  // namespace bank::bankctl
