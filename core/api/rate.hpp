// Budgets of requests, as the RateLimit headers show them (draft-ietf-httpapi-ratelimit-headers).
#pragma once
#include <cstdint>
#include <string_view>

#include "core/api/type.hpp"

namespace bank::api {

enum class Budget : std::uint8_t { login, read, write, money };

[[nodiscard]] std::string_view to_string(Budget route) noexcept;

struct RateDecision {
    bool is_admitted = true;
    std::uint32_t quota = 0;          // Requests in a window.
    std::uint32_t window_s = 0;       //
    std::uint32_t remaining = 0;      // Now, before waiting.
    std::uint32_t reset_s = 0;        // Until the full quota is back.
    std::uint32_t retry_after_s = 0;  // Not 0 only if refused.
};

// The descriptions of all of these.
[[nodiscard]] Type const& describe(std::type_identity<RateDecision>);

}  // namespace bank::api
