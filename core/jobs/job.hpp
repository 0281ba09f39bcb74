// Scheduled jobs, listed in jobs.def.
#pragma once
#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/time.hpp"

namespace bank::jobs {

enum class Timing : std::uint8_t {
    // Due when one of its rows is due. The guarantee is that each row is processed once; a run has
    // no instant of its own.
    by_rows,
    // At fixed intervals, counted from midnight UTC.
    periodic,
    // Due at once when new; then each run determines when the next is due.
    by_calendar,
};

// Handling of missed instants of a periodic job.
enum class Missed : std::uint8_t {
    coalesced,  // One run for all missed instants.
    each,       // One run for each of them, in order.
};

struct Job {
    std::string_view name;  // As in SQL, metrics and the log.
    Timing timing = Timing::by_rows;
    Missed missed = Missed::coalesced;
    std::chrono::seconds every{0};  // Positive for a periodic job.
    std::chrono::seconds at{0};
};

[[nodiscard]] std::span<Job const> all_jobs() noexcept;

// The first instant of a periodic job after `time`.
[[nodiscard]] Timestamp instant_after(Job const& job, Timestamp time);
// When a periodic job is next due after its run for `due`. Always after `due`, even if the clock
// was set back.
[[nodiscard]] Timestamp next_due(Job const& job, Timestamp due, Timestamp now);

}  // namespace bank::jobs
