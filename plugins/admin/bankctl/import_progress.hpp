// How far an import is, on standard error: one line that changes on a terminal, a line now and
// then elsewhere.
#pragma once
#include <chrono>

#include "plugins/admin/bankctl/import_tally.hpp"

namespace bank::bankctl {

class ImportProgress {
public:
    ImportProgress();

    // Cheap to call often.
    void show(ImportTally const& tally);
    // Takes the changing line away.
    void clear();

private:
    using Clock = std::chrono::steady_clock;

    Layout layout_;
    Clock::time_point begin_;
    Clock::time_point shown_;
    bool has_line_ = false;
};

}  // namespace bank::bankctl
