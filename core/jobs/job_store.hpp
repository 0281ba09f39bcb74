// What running jobs needs from a database: when each is due, and runs that happen once.
//
// Threads: any. Errors: those of the database; nothing of a run that failed has happened.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/jobs/job.hpp"

namespace bank::jobs {

// All by the database's clock.
struct State {
    bool is_kept = false;  // Else it is new, and nothing else is known.
    Timestamp now;
    std::optional<Timestamp> due;  // Nothing: there is nothing to do.
    // Until it is to be run, which is later than `due` after a failure; 0 or less: it is time.
    std::optional<std::chrono::microseconds> wait;
    std::int64_t attempts = 0;  // Of the run that is due: how many failed.
    std::optional<Timestamp> succeeded;
};

// What the configuration says about the work.
struct Terms {
    std::int64_t ended_sessions_days = 90;  // At least 1.
};

struct Run {
    enum class Extent : std::uint8_t {
        none,      // It is not due, or another one runs it.
        portion,   // There is more to do at once.
        complete,  // The next one is due later.
    };
    Extent extent = Extent::none;
    std::int64_t done = 0;  // How many rows were worked off.
};

class JobStore {
public:
    virtual ~JobStore() = default;

    virtual Result<State> state(std::string_view job) = 0;
    // Makes a job that is new. Nothing: the rows that it works off say when it is due.
    virtual Status keep(std::string_view job, std::optional<Timestamp> due) = 0;
    // Does the work of a job that is due and records that it is done, both or neither. However
    // many ask, on however many daemons, one does it.
    virtual Result<Run> run(Job const& job, Terms const& terms) = 0;
    // Records that the run that was due as of `state` failed, unless another one has come further.
    virtual Status fail(std::string_view job, State const& state, Code code) = 0;
};

}  // namespace bank::jobs
