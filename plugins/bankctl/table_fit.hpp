// Selects the columns of a table that fit a terminal, and their widths.
#pragma once
#include <cstddef>
#include <vector>

#include "plugins/bankctl/table.hpp"

namespace bank::bankctl {

inline constexpr std::size_t column_gap = 2;

struct TableFit {
    std::vector<std::size_t> columns;  // Indexes of the shown columns, never empty.
    std::vector<std::size_t> widths;   // Of each of these. The last one takes the remaining width.
    bool is_within = false;            // Whether a row fits on one line.
};

// Drops columns from the right, then cuts columns, as far as Column::narrow permits. `width` 0: all
// columns fit.
[[nodiscard]] TableFit fit_of(Table const& table, std::size_t width);

}  // namespace bank::bankctl
