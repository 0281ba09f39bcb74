#include "plugins/bankctl/table_fit.hpp"

#include <algorithm>
#include <limits>

namespace bank::bankctl {
namespace {

constexpr std::size_t cut_min = 8;    // The minimum width of a column that is cut.
constexpr std::size_t last_min = 10;  // Enough for the last column, unless its cells are narrower.

std::size_t widest(Table const& table, std::size_t index) {
    auto const& column = table.columns[index];
    auto width = column.width_min;
    if (table.has_header) width = std::max(width, display_width(column.title));
    for (auto const& row : table.rows) {
        width = std::max(width, display_width(clean(row[index].text)));
    }
    return width;
}

// The minimum width of a row: the last column is cut or wrapped at the edge.
std::size_t needed(Table const& table, TableFit const& fit) {
    std::size_t total = 0;
    for (std::size_t i = 0; i < fit.columns.size(); ++i) {
        auto const is_last = i + 1 == fit.columns.size();
        auto const can_be_cut = is_last && !table.columns[fit.columns[i]].is_right;
        auto const enough = std::max(last_min, table.columns[fit.columns[i]].width_min);
        total += can_be_cut ? std::min(fit.widths[i], enough) : fit.widths[i] + column_gap;
        if (is_last && !can_be_cut) total -= column_gap;
    }
    return total;
}

bool drop_one(Table const& table, TableFit& fit, Narrow which) {
    for (auto i = fit.columns.size(); i-- > 0 && fit.columns.size() > 1;) {
        if (table.columns[fit.columns[i]].narrow != which) continue;
        auto const place = static_cast<std::ptrdiff_t>(i);
        fit.columns.erase(fit.columns.begin() + place);
        fit.widths.erase(fit.widths.begin() + place);
        return true;
    }
    return false;
}

// Takes the excess from the widest column that may be cut.
bool cut_one(Table const& table, TableFit& fit, std::size_t excess) {
    std::size_t* wide = nullptr;
    for (std::size_t i = 0; i + 1 < fit.columns.size(); ++i) {
        if (table.columns[fit.columns[i]].narrow != Narrow::cut) continue;
        if (wide == nullptr || fit.widths[i] > *wide) wide = &fit.widths[i];
    }
    if (wide == nullptr || *wide <= cut_min) return false;
    *wide -= std::min(excess, *wide - cut_min);
    return true;
}

}  // namespace

TableFit fit_of(Table const& table, std::size_t width) {
    TableFit fit;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        fit.columns.push_back(i);
        fit.widths.push_back(widest(table, i));
    }
    auto const room = width == 0 ? std::numeric_limits<std::size_t>::max() : width;
    for (auto const which : {Narrow::drop_first, Narrow::drop}) {
        while (needed(table, fit) > room && drop_one(table, fit, which)) {
        }
    }
    while (needed(table, fit) > room && cut_one(table, fit, needed(table, fit) - room)) {
    }
    fit.is_within = needed(table, fit) <= room;
    return fit;
}

}  // namespace bank::bankctl
