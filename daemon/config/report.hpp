// All mistakes of the configuration, not only the first.
#pragma once
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "plugins/api/plugin.hpp"

namespace bank::daemon {

// Location of a value. Line 0 is the file as a whole; an empty file name means the defaults.
struct Place {
    std::string file;
    int line = 0;
};

struct Mistake {
    Place place;
    std::string text;
};

struct Report {
    std::vector<Mistake> mistakes;  // One is enough to reject the configuration.
    std::vector<Mistake> warnings;
    // Sections with a mistake, or probably meant by an unknown name. Files that they name are not
    // checked, so that one mistake is not reported as several.
    std::set<std::string, std::less<>> doubted;

    void mistake(Place place, std::string text) {
        mistakes.push_back({std::move(place), std::move(text)});
    }
    void warning(Place place, std::string text) {
        warnings.push_back({std::move(place), std::move(text)});
    }
};

// "/etc/bankd/bankd.conf:12", the file alone, or "default".
[[nodiscard]] std::string to_string(Place const& place);

// "/etc/bankd/bankd.conf:12: what is wrong".
[[nodiscard]] std::string to_string(Mistake const& mistake);

// For `bankctl config check`.
[[nodiscard]] plugin::ConfigurationFindings findings_of(Report const& report);

// Logs the report.
void log_report(Report const& report);

}  // namespace bank::daemon
