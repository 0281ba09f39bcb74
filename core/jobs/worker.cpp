#include "core/jobs/worker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/log.hpp"

namespace bank::jobs {
namespace {

constexpr auto category = "jobs";
// A known due time never becomes earlier, but another daemon may have died during its run.
constexpr std::chrono::milliseconds instant_wait_max{10'000};
constexpr std::chrono::milliseconds rows_wait_max{500};
// After a failure, or while another daemon runs the job.
constexpr std::chrono::milliseconds retry_pause{500};

void warn_once(bool& is_said, Job const& job, Error const& error) {
    if (std::exchange(is_said, true)) return;
    log::warning(category, "Job {} failed and is tried again: {} {}", job.name, word(error.code),
                 error.detail);
}

void end_warning(bool& is_said, Job const& job) {
    if (std::exchange(is_said, false)) log::info(category, "Job {} resumed.", job.name);
}

}  // namespace

Worker::Worker(JobStore& store, Job const& job, std::function<Terms()> terms,
               std::function<bool()> is_admitted)
    : store_(store),
      job_(job),
      terms_(std::move(terms)),
      is_admitted_(std::move(is_admitted)),
      worker_({.name = fmt::format("Job {}", job_.name), .round = [this] { return step(); }}) {}

std::chrono::milliseconds Worker::wait_max() const noexcept {
    return job_.timing == Timing::by_rows ? rows_wait_max : instant_wait_max;
}

std::optional<State> Worker::seen() const {
    std::lock_guard const lock(mutex_);
    return seen_;
}

std::chrono::milliseconds Worker::step() {
    if (!is_admitted_()) return retry_pause;
    auto const state = store_.state(job_.name);
    if (!state) return fail_to_look(state.error());
    if (!state->is_kept) return keep(state->now);
    end_warning(is_blind_, job_);
    {
        std::lock_guard const lock(mutex_);
        seen_ = *state;
    }
    look_for_postponement(*state);
    if (!state->wait) return wait_max();
    if (state->wait->count() <= 0) return run(*state);
    auto const wait = std::chrono::ceil<std::chrono::milliseconds>(*state->wait);
    return std::clamp(wait, wait_min, wait_max());
}

// The bank never lets a job be due later than its next instant.
void Worker::look_for_postponement(State const& state) {
    bool const is_postponed =
        job_.timing == Timing::periodic && state.due && *state.due > state.now + 2 * job_.every;
    if (is_postponed && !std::exchange(is_postponed_, true)) {
        log::error(category,
                   "Job {} is due at {}, later than the bank lets it be: somebody with access to "
                   "the database postponed it, or the clock was set back.",
                   job_.name, to_string(*state.due));
    } else if (!is_postponed && std::exchange(is_postponed_, false)) {
        log::error(category, "Job {} is due in time again.", job_.name);
    }
}

std::chrono::milliseconds Worker::fail_to_look(Error const& error) {
    // The readiness monitor logs this once for all jobs.
    if (error.code == Code::storage_unavailable) return retry_pause;
    warn_once(is_blind_, job_, error);
    std::lock_guard const lock(mutex_);
    if (!seen_) seen_.emplace();
    ++seen_->attempts;
    return retry_pause;
}

std::chrono::milliseconds Worker::keep(Timestamp now) {
    std::optional<Timestamp> due;
    if (job_.timing == Timing::periodic) due = instant_after(job_, now);
    if (job_.timing == Timing::by_calendar) due = now;
    auto const kept = store_.keep(job_.name, due);
    return kept ? wait_min : fail_to_look(kept.error());
}

std::chrono::milliseconds Worker::run(State const& state) {
    auto const ran = store_.run(job_, terms_());
    if (!ran) {
        warn_once(is_failing_, job_, ran.error());
        // If this fails too, the next poll finds the job due and retries it.
        static_cast<void>(store_.fail(job_.name, state, ran.code()));
        return retry_pause;
    }
    if (ran->extent == Run::Extent::none) return retry_pause;
    end_warning(is_failing_, job_);
    if (ran->done > 0) log::info(category, "Job {}: {} rows.", job_.name, ran->done);
    return wait_min;
}

}  // namespace bank::jobs
