// "did you mean": the known word that a mistyped one is nearest to.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace bank::daemon {

// Empty if none of `candidates` is near enough to be meant.
[[nodiscard]] std::string nearest(std::string_view word,
                                  std::vector<std::string> const& candidates);

}  // namespace bank::daemon
