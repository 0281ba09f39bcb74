// The progress of an import, on standard error: one line that is redrawn on a terminal, an
// occasional line elsewhere.
#pragma once
#include <chrono>

#include "plugins/bankctl/import_tally.hpp"

namespace bank::bankctl {

class ImportProgress {
public:
    ImportProgress();

    // Cheap enough to call often.
    void show(ImportTally const& tally);
    // Removes the redrawn line.
    void clear();

private:
    using Clock = std::chrono::steady_clock;

    Layout layout_;
    Clock::time_point begin_;
    Clock::time_point shown_;
    bool has_line_ = false;
};

}  // namespace bank::bankctl
