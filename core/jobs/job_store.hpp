// Database interface for jobs: due times, and runs that happen exactly once.
//
// Threads: any. Errors: those of the database; a failed run has no effect.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "core/base/result.hpp"
#include "core/base/time.hpp"
#include "core/jobs/job.hpp"

namespace bank::jobs {

// All times are by the database's clock.
struct State {
    bool is_kept = false;  // False: the job is new, and all else is unknown.
    Timestamp now;
    std::optional<Timestamp> due;  // nullopt: nothing to do.
    // Until the run, which is later than `due` after a failure; 0 or less: run now.
    std::optional<std::chrono::microseconds> wait;
    std::int64_t attempts = 0;  // Failed attempts of the due run.
    std::optional<Timestamp> succeeded;
};

// The jobs' configuration.
struct Terms {
    std::int64_t ended_sessions_days = 90;  // At least 1.
};

struct Run {
    enum class Extent : std::uint8_t {
        none,      // Not due, or running elsewhere.
        portion,   // More to do at once.
        complete,  // Nothing left to do now.
    };
    Extent extent = Extent::none;
    std::int64_t done = 0;  // Rows processed.
};

class JobStore {
public:
    virtual ~JobStore() = default;

    virtual Result<State> state(std::string_view job) = 0;
    // Creates the row of a new job. `due` is nullopt for a job whose rows determine when it is due.
    virtual Status keep(std::string_view job, std::optional<Timestamp> due) = 0;
    // Runs a due job and records the run, atomically. Of concurrent calls, on any number of
    // daemons, one does the work.
    virtual Result<Run> run(Job const& job, Terms const& terms) = 0;
    // Records the failure of the run that was due as of `state`, unless another daemon has made
    // progress since.
    virtual Status fail(std::string_view job, State const& state, Code code) = 0;
};

}  // namespace bank::jobs
