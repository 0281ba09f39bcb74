// "did you mean": the known word closest to a mistyped one.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace bank::daemon {

// Empty if no candidate is close enough.
[[nodiscard]] std::string nearest(std::string_view word,
                                  std::vector<std::string> const& candidates);

}  // namespace bank::daemon
