// What is wrong with the configuration: all of it, not the first mistake alone.
#pragma once
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "plugins/api/plugin.hpp"

namespace bank::daemon {

// Where a value was written; line 0 speaks of the file as a whole, an empty file of the defaults.
struct Origin {
    std::string file;
    int line = 0;
};

struct Mistake {
    Origin origin;
    std::string text;
};

struct Report {
    std::vector<Mistake> mistakes;  // One is enough to refuse the configuration.
    std::vector<Mistake> warnings;
    // Sections with a mistake, or meant by an unknown one: what they name is not looked at, so that
    // one mistake is not told as several.
    std::set<std::string, std::less<>> doubted;

    void mistake(Origin origin, std::string text) {
        mistakes.push_back({std::move(origin), std::move(text)});
    }
    void warning(Origin origin, std::string text) {
        warnings.push_back({std::move(origin), std::move(text)});
    }
};

// "/etc/bankd/bankd.conf:12", the file alone, or "default".
[[nodiscard]] std::string to_string(Origin const& origin);

// "/etc/bankd/bankd.conf:12: what is wrong".
[[nodiscard]] std::string to_string(Mistake const& mistake);

// As `bankctl config check` tells it.
[[nodiscard]] plugin::ConfigurationFindings findings_of(Report const& report);

// Into the log.
void log_report(Report const& report);

}  // namespace bank::daemon
