// What a file of transfers holds, before anything of it is sent. No I/O.
#pragma once
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/admin/bankctl/transfer_file.hpp"

namespace bank::bankctl {

// The same text is read twice: to look at all of it, and to send it.
struct ImportSource {
    std::string text;
    FileFormat format = FileFormat::csv;
    std::string key_prefix;
};

struct Survey {
    std::size_t items = 0;
    std::size_t transfers = 0;          // Those in groups included.
    std::vector<FileProblem> problems;  // The first problems_max of them.
    std::size_t problem_count = 0;
    static constexpr std::size_t problems_max = 20;
};

// A key that appears on two lines is a problem too: the bank would take them for one request.
// `visit`, if it is set, sees each item.
[[nodiscard]] Survey survey(ImportSource const& source,
                            std::function<void(FileItem const&)> const& visit);

// The problems for programs, in the shape of every error.
[[nodiscard]] std::string problems_json(Survey const& survey, std::string_view title);

}  // namespace bank::bankctl
