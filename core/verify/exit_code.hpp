// How bankd-verify ends. Never changed: scripts know the numbers.
#pragma once
#include "core/verify/finding.hpp"

namespace bank::verify {

enum class Exit : int {
    consistent = 0,
    inconsistent = 1,  // There are findings.
    unusable = 2,      // The command line is wrong, or a file cannot be read.
    incomplete = 3,    // Nothing is wrong but that a part is missing.
};

[[nodiscard]] inline Exit exit_of(Findings const& findings) noexcept {
    if (findings.count() == 0) return Exit::consistent;
    return findings.has_contradiction() ? Exit::inconsistent : Exit::incomplete;
}

}  // namespace bank::verify
