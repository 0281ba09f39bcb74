// The budgets of calls that the configuration sets.
#pragma once
#include <cstdint>

#include "core/access/gcra.hpp"

namespace bank::access {

struct RateBudgets {
    RateBudget login{30, 60};           // Per source.
    RateBudget read{600, 60};           // Per source and per user.
    RateBudget write{120, 60};          //
    RateBudget money{3000, 60};         //
    std::uint32_t sources_max = 65536;  // Tracked; beyond, the oldest are forgotten.
};

}  // namespace bank::access
