// openapi.json as it was when the plugin was built.
#pragma once
#include <string_view>

namespace bank::rest {
[[nodiscard]] std::string_view openapi_text() noexcept;
}  // namespace bank::rest
