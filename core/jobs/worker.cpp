#include "core/jobs/worker.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/log.hpp"

namespace bank::jobs {
namespace {

constexpr auto category = "jobs";
// Nothing is placed before an instant that is known; another daemon may have died while it ran one.
constexpr std::chrono::milliseconds instant_wait_max{10'000};
constexpr std::chrono::milliseconds rows_wait_max{500};
// After a failure, or while another one runs it.
constexpr std::chrono::milliseconds retry_pause{500};

}  // namespace

Worker::Worker(JobStore& store, Job const& job, std::function<Terms()> terms)
    : store_(store),
      job_(job),
      terms_(std::move(terms)),
      worker_({.name = fmt::format("Job {}", job_.name), .round = [this] { return step(); }}) {}

std::chrono::milliseconds Worker::wait_max() const noexcept {
    return job_.timing == Timing::by_rows ? rows_wait_max : instant_wait_max;
}

std::optional<State> Worker::seen() const {
    std::lock_guard const lock(mutex_);
    return seen_;
}

std::chrono::milliseconds Worker::step() {
    auto const state = store_.state(job_.name);
    if (!state) return retry_pause;
    if (!state->is_kept) return keep(state->now);
    {
        std::lock_guard const lock(mutex_);
        seen_ = *state;
    }
    if (!state->wait) return wait_max();
    if (state->wait->count() <= 0) return run(*state);
    auto const wait = std::chrono::ceil<std::chrono::milliseconds>(*state->wait);
    return std::clamp(wait, wait_min, wait_max());
}

std::chrono::milliseconds Worker::keep(Timestamp now) {
    std::optional<Timestamp> due;
    if (job_.timing == Timing::periodic) due = instant_after(job_, now);
    if (job_.timing == Timing::by_calendar) due = now;
    auto const kept = store_.keep(job_.name, due);
    return kept ? wait_min : retry_pause;
}

std::chrono::milliseconds Worker::run(State const& state) {
    auto const ran = store_.run(job_, terms_());
    if (!ran) {
        if (!std::exchange(is_failing_, true)) {
            log::warning(category, "Job {} failed and is tried again: {} {}", job_.name,
                         word(ran.code()), ran.error().detail);
        }
        // If this fails too, the next look finds the job due and tries it.
        static_cast<void>(store_.fail(job_.name, state, ran.code()));
        return retry_pause;
    }
    if (ran->extent == Run::Extent::none) return retry_pause;
    if (std::exchange(is_failing_, false)) log::info(category, "Job {} resumed.", job_.name);
    if (ran->done > 0) log::info(category, "Job {}: {} rows.", job_.name, ran->done);
    return wait_min;
}

}  // namespace bank::jobs
