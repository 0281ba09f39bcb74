#include "daemon/report.hpp"

namespace bank::daemon {

std::string to_string(Origin const& origin) {
    if (origin.file.empty()) return "default";
    if (origin.line == 0) return origin.file;
    return origin.file + ":" + std::to_string(origin.line);
}

std::string to_string(Mistake const& mistake) {
    return to_string(mistake.origin) + ": " + mistake.text;
}

}  // namespace bank::daemon
