// Maps PostgreSQL's error codes to the bank's: the only place that knows SQLSTATEs.
#pragma once
#include <string_view>

#include "core/base/code.hpp"

namespace bank::postgres {

// Raised by bank.disagree(): the engine's cached account is stale.
inline constexpr std::string_view out_of_date = "BK003";

// Precondition: `sqlstate` is of a failed statement; empty if the connection was lost.
[[nodiscard]] Code code_of_sqlstate(std::string_view sqlstate) noexcept;

}  // namespace bank::postgres
