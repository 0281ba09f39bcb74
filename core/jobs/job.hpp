// What the bank does by the clock. jobs.def is the list.
#pragma once
#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>

#include "core/base/time.hpp"

namespace bank::jobs {

enum class Timing : std::uint8_t {
    // Whenever one of the rows that it works off is due. Each of them is worked off once, and that
    // is what is proven; a run has no instant of its own.
    by_rows,
    // At fixed distances, counted from midnight, UTC.
    periodic,
    // At once when it is new; from then on each run says when the next is due.
    by_calendar,
};

// Of a periodic job.
enum class Missed : std::uint8_t {
    coalesced,  // One run for all instants that were missed.
    each,       // One run for each of them, in order.
};

struct Job {
    std::string_view name;  // In SQL, metrics and the log.
    Timing timing = Timing::by_rows;
    Missed missed = Missed::coalesced;
    std::chrono::seconds every{0};  // periodic: above 0.
    std::chrono::seconds at{0};
};

[[nodiscard]] std::span<Job const> all_jobs() noexcept;

// The first instant of a periodic job after `time`.
[[nodiscard]] Timestamp instant_after(Job const& job, Timestamp time);
// When a periodic job is next due, once it was run for `due`. Always after `due`, also if the clock
// was set back.
[[nodiscard]] Timestamp next_due(Job const& job, Timestamp due, Timestamp now);

}  // namespace bank::jobs
