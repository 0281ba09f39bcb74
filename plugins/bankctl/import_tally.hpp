// Counts the outcomes of a file's items. No I/O.
#pragma once
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "plugins/bankctl/result.hpp"

namespace bank::bankctl {

struct ImportTally {
    struct Refusal {
        std::size_t line = 0;
        std::string key;
        std::string status;
        std::string what_to_do;
    };
    struct Sums {  // Posted amounts in minor units.
        std::int64_t posted = 0;
        std::int64_t replayed = 0;
    };
    static constexpr std::size_t refusals_max = 20;

    std::size_t items = 0;  // In the file. Each answered item is one of the next four.
    std::size_t posted = 0;
    std::size_t replayed = 0;  // Posted by an earlier request with the same key.
    std::size_t refused = 0;
    std::size_t failed = 0;  // The outcome is unknown, or the bank had an internal error.
    std::map<std::string, std::size_t> statuses;
    std::map<std::string, Sums> sums;  // By currency.
    std::vector<Refusal> refusals;     // The first of those refused and failed.

    [[nodiscard]] std::size_t settled() const { return posted + replayed + refused + failed; }
    [[nodiscard]] std::size_t not_sent() const { return items - settled(); }
};

// Counts one answer of "transfer submit".
void count(ImportTally& tally, std::size_t line, dom::element answer);
// Counts an item without a final answer.
void count_failed(ImportTally& tally, ImportTally::Refusal refusal);

[[nodiscard]] std::string view_tally(ImportTally const& tally, Layout const& layout);
// `stopped`: the reason for not sending all, as a word; empty if all were sent.
[[nodiscard]] std::string tally_json(ImportTally const& tally, std::string_view stopped);

// "[#####.....]  45,000 of 100,000  12,345/s  0:04 left  posted 44,990  refused 10  failed 0", at
// most `width` columns; 0: unbounded.
[[nodiscard]] std::string progress_line(ImportTally const& tally, std::int64_t elapsed_ms,
                                        std::size_t width);

}  // namespace bank::bankctl
