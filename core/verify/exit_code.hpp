// Exit codes of bankd-verify. Never change them: scripts depend on the numbers.
#pragma once
#include "core/verify/finding.hpp"

namespace bank::verify {

enum class Exit : int {
    consistent = 0,
    inconsistent = 1,  // There are findings.
    unusable = 2,      // Invalid command line, or unreadable file.
    incomplete = 3,    // Consistent, but parts are missing.
};

[[nodiscard]] inline Exit exit_of(Findings const& findings) noexcept {
    if (findings.count() == 0) return Exit::consistent;
    return findings.has_contradiction() ? Exit::inconsistent : Exit::incomplete;
}

}  // namespace bank::verify
