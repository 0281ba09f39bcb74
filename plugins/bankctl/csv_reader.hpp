// Reads comma-separated values in the format of RFC 4180: quotes, doubled quotes, CRLF or LF. No
// I/O.
//
// Threads: one.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bank::bankctl {

struct CsvRecord {
    std::size_t line = 0;  // Where the record starts; the first line is 1.
    std::vector<std::string> fields;
};

class CsvReader {
public:
    static constexpr std::string_view lone_cr =
        "The line ends in CR alone. Save the file with LF or CR LF.";

    // `text` must outlive the reader.
    explicit CsvReader(std::string_view text) : rest_(text) {}

    // Reads the next record; empty lines are skipped. Returns false at the end, and at a syntax
    // error: then problem() is not empty, and nothing more can be read.
    [[nodiscard]] bool next(CsvRecord& record);

    [[nodiscard]] std::string const& problem() const noexcept { return problem_; }
    [[nodiscard]] std::size_t problem_line() const noexcept { return problem_line_; }

private:
    bool read_field(std::string& field);
    bool read_quoted(std::string& field);
    bool read_end_of_line();
    bool fail(std::string problem);

    std::string_view rest_;
    std::size_t line_ = 1;
    std::string problem_;
    std::size_t problem_line_ = 0;
};

}  // namespace bank::bankctl
