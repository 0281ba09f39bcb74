#include "plugins/bankctl/suggest.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace bank::bankctl {
namespace {

constexpr std::size_t word_size_max = 64;

// Optimal string alignment: counts the letters added, removed, changed or swapped with a neighbour.
std::size_t distance(std::string_view a, std::string_view b) {
    std::vector<std::size_t> before_last(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(last.begin(), last.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            auto const change = a[i - 1] == b[j - 1] ? 0U : 1U;
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + change});
            auto const is_swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (is_swap) row[j] = std::min(row[j], before_last[j - 2] + 1);
        }
        std::swap(before_last, last);
        std::swap(last, row);
    }
    return last[b.size()];
}

}  // namespace

std::string_view nearest(std::string_view word, std::span<std::string_view const> candidates) {
    if (word.empty() || word.size() > word_size_max) return {};
    std::string_view best;
    auto best_distance = std::max<std::size_t>(1, word.size() / 2) + 1;
    for (auto const candidate : candidates) {
        auto const d = candidate.starts_with(word) ? 1 : distance(word, candidate);
        if (d < best_distance) {
            best = candidate;
            best_distance = d;
        }
    }
    return best;
}

std::string did_you_mean(std::string_view word, std::span<std::string_view const> candidates) {
    auto const found = nearest(word, candidates);
    return found.empty() ? std::string{} : fmt::format(" Did you mean {}?", found);
}

}  // namespace bank::bankctl
