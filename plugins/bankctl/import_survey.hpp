// Parses a whole file of transfers before any of it is sent. No I/O.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/bankctl/transfer_file.hpp"

namespace bank::bankctl {

// The same text is read twice: for the survey and for sending.
struct ImportSource {
    std::string text;
    FileFormat format = FileFormat::csv;
    std::string key_prefix;
};

struct Survey {
    std::size_t items = 0;
    std::size_t transfers = 0;          // Including those in groups.
    std::vector<FileProblem> problems;  // The first problems_max of them.
    std::size_t problem_count = 0;
    static constexpr std::size_t problems_max = 20;
};

// A key on two lines is a problem too: the bank would treat them as one request. `visit`, if set,
// is called for each item.
[[nodiscard]] Survey survey(ImportSource const& source,
                            std::function<void(FileItem const&)> const& visit);

// The problems for programs, in the format of every error.
[[nodiscard]] std::string problems_json(Survey const& survey, std::string_view title);

}  // namespace bank::bankctl
