#pragma once

namespace bank::daemon {
[[nodiscard]] char const* version() noexcept;
}  // namespace bank::daemon
