// The pages that a problem's `type` points to. Plain HTML: no script, readable aloud and in a
// terminal.
#pragma once
#include <string>
#include <string_view>

#include "core/base/code.hpp"

namespace bank::rest {

[[nodiscard]] std::string problems_page();
[[nodiscard]] std::string problem_page(Code code);
[[nodiscard]] std::string_view problems_css() noexcept;
// Stands at /docs/ where the documentation files are not installed.
[[nodiscard]] std::string docs_page_without_ui();

}  // namespace bank::rest
