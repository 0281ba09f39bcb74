// Runs one job when it is due, as long as it runs itself. Any number of daemons may: the database
// sees to it that one of them does the work.
//
// Threads: one of its own between start() and stop(); seen() from any; step() from one, while the
// thread does not run. Each job has its own worker, so that none waits for another's work.
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
    // How late a run may begin that becomes due sooner than was known, as by a row that is new;
    // while the database is away, how often it is asked.
    [[nodiscard]] std::chrono::milliseconds wait_max() const noexcept;
    // Between two portions.
    static constexpr std::chrono::milliseconds wait_min{10};

    // `store` must outlive it. `terms` is called before each run. While `is_admitted` says no, the
    // database is not even looked at.
    Worker(
        JobStore& store, Job const& job, std::function<Terms()> terms,
        std::function<bool()> is_admitted = [] { return true; });

    void start() { worker_.start(); }
    // Waits for the portion under way. Idempotent.
    void stop() { worker_.stop(); }

    // Looks, and runs the job if it is time. How long to wait before the next look.
    std::chrono::milliseconds step();

    [[nodiscard]] Job const& job() const noexcept { return job_; }
    // As of the last look that succeeded, its attempts with the looks that failed since; nothing
    // before the first.
    [[nodiscard]] std::optional<State> seen() const;

private:
    [[nodiscard]] std::chrono::milliseconds fail_to_look(Error const& error);
    [[nodiscard]] std::chrono::milliseconds keep(Timestamp now);
    [[nodiscard]] std::chrono::milliseconds run(State const& state);

    JobStore& store_;
    Job job_;
    std::function<Terms()> terms_;
    std::function<bool()> is_admitted_;
    // Said once in the log: of runs, and of looks.
    bool is_failing_ = false;
    bool is_blind_ = false;
    mutable std::mutex mutex_;
    std::optional<State> seen_;  // Guarded by mutex_.
    Periodic worker_;
};

}  // namespace bank::jobs
