// text   = *(record eol) [record]
// record = field *("," field)
// field  = *(any but "," DQUOTE CR LF) | DQUOTE *(any but DQUOTE | 2DQUOTE) DQUOTE
// eol    = LF | CR LF
#include "plugins/bankctl/csv_reader.hpp"

#include <algorithm>
#include <utility>

namespace bank::bankctl {

bool CsvReader::next(CsvRecord& record) {
    while (!rest_.empty() && (rest_.front() == '\n' || rest_.starts_with("\r\n"))) {
        static_cast<void>(read_end_of_line());
    }
    if (rest_.empty() || !problem_.empty()) return false;
    record.line = line_;
    record.fields.clear();
    for (;;) {
        if (!read_field(record.fields.emplace_back())) return false;
        if (!rest_.starts_with(',')) break;
        rest_.remove_prefix(1);
    }
    return read_end_of_line();
}

bool CsvReader::read_field(std::string& field) {
    if (rest_.starts_with('"')) return read_quoted(field);
    auto const end = std::min(rest_.find_first_of(",\"\r\n"), rest_.size());
    field = rest_.substr(0, end);
    rest_.remove_prefix(end);
    if (rest_.starts_with('"')) return fail("A quote appears inside an unquoted field.");
    return true;
}

bool CsvReader::read_quoted(std::string& field) {
    auto const first_line = line_;
    rest_.remove_prefix(1);
    for (;;) {
        auto const quote = rest_.find('"');
        if (quote == std::string_view::npos) {
            line_ = first_line;
            return fail("A quote is never closed.");
        }
        auto const part = rest_.substr(0, quote);
        line_ += static_cast<std::size_t>(std::count(part.begin(), part.end(), '\n'));
        field += part;
        rest_.remove_prefix(quote + 1);
        if (!rest_.starts_with('"')) return true;
        field += '"';
        rest_.remove_prefix(1);
    }
}

bool CsvReader::read_end_of_line() {
    if (rest_.empty()) return true;
    if (rest_.starts_with("\r\n")) rest_.remove_prefix(1);
    if (rest_.starts_with('\r')) return fail(std::string{lone_cr});
    if (!rest_.starts_with('\n')) return fail("Text follows a closing quote.");
    rest_.remove_prefix(1);
    ++line_;
    return true;
}

bool CsvReader::fail(std::string problem) {
    problem_ = std::move(problem);
    problem_line_ = line_;
    return false;
}

}  // namespace bank::bankctl
