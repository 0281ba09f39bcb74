#include "plugins/bankctl/table.hpp"

#include <fmt/format.h>
#include <clocale>
#include <cwchar>

#include <algorithm>
#include <limits>

#include "core/base/text.hpp"
#include "plugins/bankctl/table_fit.hpp"

namespace bank::bankctl {
namespace {

constexpr std::string_view gap = "  ";
constexpr std::string_view ellipsis = "\u2026";

// The first character. Precondition: `text` is well-formed UTF-8 and not empty.
struct Character {
    std::string_view bytes;
    char32_t code = 0;
};

Character front_of(std::string_view text) {
    auto const lead = static_cast<unsigned char>(text.front());
    std::size_t const size = lead < 0x80U ? 1 : lead < 0xe0U ? 2 : lead < 0xf0U ? 3 : 4;
    char32_t code = size == 1 ? lead : lead & (0xffU >> (size + 1));
    for (std::size_t i = 1; i < size; ++i) {
        code = code << 6U | (static_cast<unsigned char>(text[i]) & 0x3fU);
    }
    return {text.substr(0, size), code};
}

// Invisible characters that reverse or break a line, so that it reads differently.
bool turns_or_breaks(char32_t code) {
    return code == 0x061c || code == 0x200e || code == 0x200f || code == 0x2028 || code == 0x2029 ||
           (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069) ||
           code == 0xfeff || (code >= 0xe0000 && code <= 0xe007f);
}

std::size_t character_width(char32_t code) {
    // wcwidth() knows only ASCII in the C locale; glibc always has C.UTF-8. Only LC_CTYPE is set:
    // numbers and times keep their format.
    static auto const* const set = std::setlocale(LC_CTYPE, "C.UTF-8");
    static_cast<void>(set);
    auto const width = ::wcwidth(static_cast<wchar_t>(code));
    return width < 0 ? 1 : static_cast<std::size_t>(width);
}

// The start of `text` that fits into `width` columns, with an ellipsis if it is cut.
std::string cut(std::string_view text, std::size_t width) {
    if (display_width(text) <= width) return std::string{text};
    std::string kept;
    for (std::size_t used = 0; !text.empty();) {
        auto const [bytes, code] = front_of(text);
        used += character_width(code);
        if (used >= width) break;
        kept += bytes;
        text.remove_prefix(bytes.size());
    }
    return kept += ellipsis;
}

std::string_view script_text(Cell const& cell) {
    return cell.script.empty() ? std::string_view{cell.text} : std::string_view{cell.script};
}

std::string tab_separated(Table const& table) {
    std::string out;
    auto const add = [&out](std::size_t i, std::string_view text) {
        if (i > 0) out += '\t';
        out += clean(text);
    };
    if (table.has_header) {
        for (std::size_t i = 0; i < table.columns.size(); ++i) add(i, table.columns[i].title);
        out += '\n';
    }
    for (auto const& row : table.rows) {
        for (std::size_t i = 0; i < row.size(); ++i) add(i, script_text(row[i]));
        out += '\n';
    }
    return out;
}

std::string padded(std::string_view text, std::size_t width, bool is_right) {
    auto const used = display_width(text);
    std::string const blanks(width > used ? width - used : 0, ' ');
    return is_right ? blanks + std::string{text} : std::string{text} + blanks;
}

// Wraps `text` at blanks where possible, into lines of at most `width` columns.
std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
    std::vector<std::string> lines(1);
    while (!text.empty()) {
        auto const blank = text.find(' ');
        auto const word = text.substr(0, blank);
        auto const joined = display_width(lines.back()) + 1 + display_width(word);
        if (lines.back().empty() || joined <= width) {
            if (!lines.back().empty()) lines.back() += ' ';
        } else {
            lines.emplace_back();
        }
        for (auto rest = word; !rest.empty();) {
            auto const bytes = front_of(rest).bytes;
            if (display_width(lines.back()) + display_width(bytes) > width) lines.emplace_back();
            lines.back() += bytes;
            rest.remove_prefix(bytes.size());
        }
        text.remove_prefix(blank == std::string_view::npos ? text.size() : blank + 1);
    }
    return lines;
}

std::string as_records(Table const& table, Layout const& layout) {
    std::string out;
    for (auto const& row : table.rows) {
        Record record;
        for (std::size_t i = 0; i < row.size(); ++i) {
            record.lines.push_back({table.columns[i].title, row[i]});
        }
        if (!out.empty()) out += '\n';
        out += render(record, layout);
    }
    return out;
}

// Writes the rows of a table on a terminal.
class RowWriter {
public:
    RowWriter(Table const& table, TableFit const& fit, Layout const& layout)
        : table_(table), fit_(fit), layout_(layout) {
        for (std::size_t i = 0; i + 1 < fit.columns.size(); ++i)
            indent_ += fit.widths[i] + column_gap;
        if (layout.width != 0) room_ = layout.width > indent_ ? layout.width - indent_ : 1;
    }

    // `cell_of` returns the text and colour of a column.
    template <typename CellOf>
    void add(std::string& out, CellOf const& cell_of) const {
        for (std::size_t i = 0; i < fit_.columns.size(); ++i) {
            Cell const cell = cell_of(fit_.columns[i]);
            auto const is_right = table_.columns[fit_.columns[i]].is_right;
            if (i + 1 == fit_.columns.size() && !is_right) {
                out += last(clean(cell.text), cell.colour);
                continue;
            }
            auto const text =
                padded(cut(clean(cell.text), fit_.widths[i]), fit_.widths[i], is_right);
            out += painted(text, cell.colour, layout_);
            if (i + 1 < fit_.columns.size()) out += gap;
        }
        out += '\n';
    }

private:
    // Not padded, so that lines have no trailing blanks.
    [[nodiscard]] std::string last(std::string const& text, Colour colour) const {
        if (!table_.wraps_last) return painted(cut(text, room_), colour, layout_);
        std::string out;
        for (auto const& line : wrapped(text, room_)) {
            if (!out.empty()) out += '\n' + std::string(indent_, ' ');
            out += painted(line, colour, layout_);
        }
        return out;
    }

    Table const& table_;
    TableFit const& fit_;
    Layout const& layout_;
    std::size_t indent_ = 0;  // Of the last column.
    std::size_t room_ = std::numeric_limits<std::size_t>::max();
};

}  // namespace

std::string clean(std::string_view text) {
    auto const plain = plain_text(text, text.size());
    std::string out;
    for (std::string_view rest = plain; !rest.empty();) {
        auto const [bytes, code] = front_of(rest);
        out += turns_or_breaks(code) ? std::string_view{"?"} : bytes;
        rest.remove_prefix(bytes.size());
    }
    return out;
}

std::size_t display_width(std::string_view text) {
    std::size_t width = 0;
    while (!text.empty()) {
        auto const [bytes, code] = front_of(text);
        width += character_width(code);
        text.remove_prefix(bytes.size());
    }
    return width;
}

std::string clean_json(std::string_view json) {
    if (!is_utf8(json)) return plain_text(json, json.size());
    std::string out;
    while (!json.empty()) {
        auto const [bytes, code] = front_of(json);
        auto const is_control = code == 0x7f || (code >= 0x80 && code < 0xa0);
        if (is_control || (turns_or_breaks(code) && code < 0x10000)) {
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(code));
        } else if (turns_or_breaks(code)) {
            out +=
                fmt::format("\\udb40\\u{:04x}", 0xdc00U + (static_cast<unsigned>(code) & 0x3ffU));
        } else {
            out += bytes;
        }
        json.remove_prefix(bytes.size());
    }
    return out;
}

std::string painted(std::string_view text, Colour colour, Layout const& layout) {
    if (!layout.has_colour || text.empty()) return std::string{text};
    char const* code = nullptr;
    switch (colour) {
    case Colour::none: return std::string{text};
    case Colour::good: code = "32"; break;
    case Colour::warning: code = "33"; break;
    case Colour::bad: code = "1;31"; break;
    case Colour::faint: code = "2"; break;
    }
    return fmt::format("\x1b[{}m{}\x1b[0m", code, text);
}

std::string render(Table const& table, Layout const& layout) {
    if (!layout.is_terminal) return tab_separated(table);
    auto const fit = fit_of(table, layout.width);
    if (!fit.is_within && !table.rows.empty()) return as_records(table, layout);
    RowWriter const writer{table, fit, layout};
    std::string out;
    if (table.has_header) {
        writer.add(out, [&](std::size_t i) {
            return Cell{.text = std::string{table.columns[i].title}, .colour = Colour::faint};
        });
    }
    for (auto const& row : table.rows) writer.add(out, [&](std::size_t i) { return row[i]; });
    return out;
}

std::string render(Record const& record, Layout const& layout) {
    if (!layout.is_terminal) {
        Table table;
        table.rows.emplace_back();
        for (auto const& line : record.lines) {
            table.columns.push_back({.title = line.title});
            table.rows.front().push_back(line.cell);
        }
        return tab_separated(table);
    }
    std::size_t width = 0;
    for (auto const& line : record.lines) width = std::max(width, line.title.size());
    std::string out;
    for (auto const& line : record.lines) {
        out += painted(padded(line.title, width, false), Colour::faint, layout);
        out += gap;
        out += painted(clean(line.cell.text), line.cell.colour, layout);
        out += '\n';
    }
    return out;
}

}  // namespace bank::bankctl
