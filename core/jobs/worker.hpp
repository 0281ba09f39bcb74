// Polls one job and runs it when due. Any number of daemons may do so: the database ensures that
// one of them does the work.
//
// Threads: one of its own between start() and stop(); seen() from any; step() from one, while the
// thread does not run. Each job has its own worker, so no job waits for another.
#pragma once
#include <chrono>
#include <functional>
#include <mutex>
#include <optional>

#include "core/base/periodic.hpp"
#include "core/jobs/job_store.hpp"

namespace bank::jobs {

class Worker {
public:
    // Longest delay of a run that becomes due earlier than known, for example by a new row.
    [[nodiscard]] std::chrono::milliseconds wait_max() const noexcept;
    // Between two portions.
    static constexpr std::chrono::milliseconds wait_min{10};

    // `store` must outlive it. `terms` is called before each run. While `is_admitted` returns
    // false, the database is not even polled.
    Worker(
        JobStore& store, Job const& job, std::function<Terms()> terms,
        std::function<bool()> is_admitted = [] { return true; });

    void start() { worker_.start(); }
    // Waits for the portion in progress. Idempotent.
    void stop() { worker_.stop(); }

    // Polls, and runs the job if it is due. Returns the pause before the next poll.
    std::chrono::milliseconds step();

    [[nodiscard]] Job const& job() const noexcept { return job_; }
    // State of the last successful poll; its attempts include polls that failed since. nullopt
    // before the first.
    [[nodiscard]] std::optional<State> seen() const;

private:
    void look_for_postponement(State const& state);
    [[nodiscard]] std::chrono::milliseconds fail_to_look(Error const& error);
    [[nodiscard]] std::chrono::milliseconds keep(Timestamp now);
    [[nodiscard]] std::chrono::milliseconds run(State const& state);

    JobStore& store_;
    Job job_;
    std::function<Terms()> terms_;
    std::function<bool()> is_admitted_;
    // Failures of runs and of polls, each logged once.
    bool is_failing_ = false;
    bool is_blind_ = false;
    bool is_postponed_ = false;  // Logged once as well.
    mutable std::mutex mutex_;
    std::optional<State> seen_;  // Guarded by mutex_.
    Periodic worker_;
};

}  // namespace bank::jobs
