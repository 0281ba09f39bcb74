// Constant-time comparison. The sizes are not hidden.
#pragma once
#include "core/base/bytes.hpp"

namespace bank::crypto {

[[nodiscard]] bool constant_time_equal(BytesView a, BytesView b) noexcept;

}  // namespace bank::crypto
