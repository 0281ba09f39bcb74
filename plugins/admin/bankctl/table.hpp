// What people see: aligned tables and records on a terminal, tab-separated lines elsewhere.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bank::bankctl {

// Where the text goes.
struct Layout {
    bool is_terminal = false;
    bool has_colour = false;
    std::size_t width = 0;  // Columns; 0: unbounded.
};

enum class Colour : std::uint8_t { none, good, warning, bad, faint };

struct Cell {
    std::string text;         // For people.
    std::string script = {};  // For programs, where it differs ("1234.50 EUR" for "1,234.50 EUR").
    Colour colour = Colour::none;
};

// What becomes of a column where the terminal is too narrow for all of them.
enum class Narrow : std::uint8_t { keep, cut, drop, drop_first };

struct Column {
    std::string_view title;
    bool is_right = false;
    std::size_t width_min = 0;
    Narrow narrow = Narrow::keep;
};

struct Table {
    std::vector<Column> columns;
    std::vector<std::vector<Cell>> rows;
    bool has_header = true;
    bool wraps_last = false;  // On a terminal: instead of being cut.
};

struct Record {
    struct Line {
        std::string_view title;
        Cell cell;
    };
    std::vector<Line> lines;
};

// On a terminal as wide as it is: columns are dropped and cut, and where that is not enough, each
// row becomes a record. Elsewhere complete.
[[nodiscard]] std::string render(Table const& table, Layout const& layout);
// On a terminal one line for each; elsewhere a header and one row.
[[nodiscard]] std::string render(Record const& record, Layout const& layout);

// Text of strangers made fit for a terminal: what could move the cursor, change colours, break
// lines or turn the direction of reading becomes '?'.
[[nodiscard]] std::string clean(std::string_view text);

// Columns that `text` takes on a terminal. Precondition: clean() text.
[[nodiscard]] std::size_t display_width(std::string_view text);

// JSON with DEL, C1 and direction controls as \u escapes; C0 are escaped in any JSON.
[[nodiscard]] std::string clean_json(std::string_view json);

[[nodiscard]] std::string painted(std::string_view text, Colour colour, Layout const& layout);

}  // namespace bank::bankctl
