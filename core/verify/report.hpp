// The final report of bankd-verify: for people, or as JSON.
//
// Threads: any.
#pragma once
#include <string>

#include "core/verify/export_verifier.hpp"
#include "core/verify/finding.hpp"
#include "core/verify/receipt.hpp"

namespace bank::verify {

struct Style {
    bool has_colour = false;
    bool is_quiet = false;  // Only findings.
};

[[nodiscard]] std::string report_text(Summary const& summary, Findings const& findings,
                                      Style style);
[[nodiscard]] std::string report_json(Summary const& summary, Findings const& findings);
[[nodiscard]] std::string report_text(Receipt const& receipt, Findings const& findings,
                                      Style style);
[[nodiscard]] std::string report_json(Receipt const& receipt, Findings const& findings);

}  // namespace bank::verify
