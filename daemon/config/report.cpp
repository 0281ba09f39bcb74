#include "daemon/config/report.hpp"

#include "core/base/log.hpp"

namespace bank::daemon {

std::string to_string(Place const& place) {
    if (place.file.empty()) return "default";
    if (place.line == 0) return place.file;
    return place.file + ":" + std::to_string(place.line);
}

std::string to_string(Mistake const& mistake) {
    return to_string(mistake.place) + ": " + mistake.text;
}

plugin::ConfigurationFindings findings_of(Report const& report) {
    plugin::ConfigurationFindings findings;
    for (auto const& mistake : report.mistakes) findings.mistakes.push_back(to_string(mistake));
    for (auto const& warning : report.warnings) findings.notes.push_back(to_string(warning));
    return findings;
}

void log_report(Report const& report) {
    for (auto const& warning : report.warnings) log::warning("daemon", "{}", to_string(warning));
    for (auto const& mistake : report.mistakes) log::error("daemon", "{}", to_string(mistake));
}

}  // namespace bank::daemon
