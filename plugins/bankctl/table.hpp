// Tables and records: aligned on a terminal, tab-separated lines elsewhere.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bank::bankctl {

// The destination of the text.
struct Layout {
    bool is_terminal = false;
    bool has_colour = false;
    std::size_t width = 0;  // Columns; 0: unbounded.
};

enum class Colour : std::uint8_t { none, good, warning, bad, faint };

struct Cell {
    std::string text;         // For people.
    std::string script = {};  // For programs, if different ("1234.50 EUR" for "1,234.50 EUR").
    Colour colour = Colour::none;
};

// The fate of a column if the terminal is too narrow for all of them.
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
    bool wraps_last = false;  // On a terminal, instead of cutting it.
};

struct Record {
    struct Line {
        std::string_view title;
        Cell cell;
    };
    std::vector<Line> lines;
};

// Fits a terminal's width: drops and cuts columns and, if that is not enough, prints each row as a
// record. Complete elsewhere.
[[nodiscard]] std::string render(Table const& table, Layout const& layout);
// On a terminal one line per field; elsewhere a header and one row.
[[nodiscard]] std::string render(Record const& record, Layout const& layout);

// Makes untrusted text safe for a terminal: characters that could move the cursor, change colours,
// break lines or turn the direction of reading become '?'.
[[nodiscard]] std::string clean(std::string_view text);

// The columns that `text` takes on a terminal. Precondition: clean() text.
[[nodiscard]] std::size_t display_width(std::string_view text);

// JSON with DEL, C1 and direction controls as \u escapes; C0 are escaped in any JSON.
[[nodiscard]] std::string clean_json(std::string_view json);

[[nodiscard]] std::string painted(std::string_view text, Colour colour, Layout const& layout);

}  // namespace bank::bankctl
