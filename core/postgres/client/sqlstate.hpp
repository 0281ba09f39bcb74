// What PostgreSQL's error codes mean to the bank: the only place that knows SQLSTATEs.
#pragma once
#include <string_view>

#include "core/base/code.hpp"

namespace bank::postgres {

// Of bank.disagree(): what the engine remembered of an account is no longer so.
inline constexpr std::string_view out_of_date = "BK003";

// Precondition: `sqlstate` is of a failed statement; empty if the connection was lost.
[[nodiscard]] Code code_of_sqlstate(std::string_view sqlstate) noexcept;

}  // namespace bank::postgres
