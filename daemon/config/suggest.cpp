#include "daemon/config/suggest.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace bank::daemon {
namespace {

constexpr std::size_t word_size_max = 64;

// Edit distance with insertions, deletions, replacements and swaps of adjacent characters.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before_last(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            auto const replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
            bool const is_swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (is_swap) row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
        before_last = std::exchange(last, row);
    }
    return last[b.size()];
}

}  // namespace

std::string nearest(std::string_view word, std::vector<std::string> const& candidates) {
    if (word.size() > word_size_max) return {};
    std::string best;
    auto best_distance = std::max<std::size_t>(1, word.size() / 3) + 1;
    for (auto const& candidate : candidates) {
        auto const found = distance(word, candidate);
        if (found < best_distance) {
            best = candidate;
            best_distance = found;
        }
    }
    if (!best.empty()) return best;
    // A common prefix also counts: "statement_timeout" for "statement_timeout_ms".
    for (auto const& candidate : candidates) {
        bool const begins = word.size() >= 4 && candidate.starts_with(word);
        bool const goes_on = candidate.size() >= 4 && word.starts_with(candidate);
        if (begins || goes_on) return candidate;
    }
    return {};
}

}  // namespace bank::daemon
