// "Did you mean ...?"
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bank::bankctl {

// The candidate with the fewest typing errors from `word`, or empty if none is close.
[[nodiscard]] std::string_view nearest(std::string_view word,
                                       std::span<std::string_view const> candidates);

// " Did you mean X?", or nothing.
[[nodiscard]] std::string did_you_mean(std::string_view word,
                                       std::span<std::string_view const> candidates);

}  // namespace bank::bankctl
