#include "core/jobs/job.hpp"

#include <algorithm>
#include <array>

#include "core/base/check.hpp"

namespace bank::jobs {
namespace {

constexpr auto jobs = std::to_array<Job>({
#define BANK_JOB(name, timing, missed, every_s, at_s, meaning)             \
    {#name, Timing::timing, Missed::missed, std::chrono::seconds{every_s}, \
     std::chrono::seconds{at_s}},
#include "core/jobs/jobs.def"
#undef BANK_JOB
});

}  // namespace

std::span<Job const> all_jobs() noexcept {
    return jobs;
}

Timestamp instant_after(Job const& job, Timestamp time) {
    BANK_CHECK(job.timing == Timing::periodic && job.every.count() > 0);
    auto const every = std::chrono::microseconds{job.every}.count();
    auto const since = time.us - std::chrono::microseconds{job.at}.count();
    auto const whole = since / every - (since % every < 0 ? 1 : 0);
    return {(whole + 1) * every + (time.us - since)};
}

Timestamp next_due(Job const& job, Timestamp due, Timestamp now) {
    return instant_after(job, job.missed == Missed::each ? due : std::max(due, now));
}

}  // namespace bank::jobs
