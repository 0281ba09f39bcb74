// Runs all jobs of the bank, each on its own worker.
//
// Owner: the bank. Threads: start() and stop() from one, states() from any.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "core/jobs/worker.hpp"

namespace bank::jobs {

class Runner {
public:
    // Parameters: see Worker.
    Runner(JobStore& store, std::function<Terms()> const& terms,
           std::function<bool()> const& is_admitted) {
        for (auto const& job : all_jobs()) {
            workers_.push_back(std::make_unique<Worker>(store, job, terms, is_admitted));
        }
    }

    void start() {
        for (auto const& worker : workers_) worker->start();
    }
    // Waits for work in progress. Idempotent.
    void stop() {
        for (auto const& worker : workers_) worker->stop();
    }

    // The last known states, in the order of all_jobs(); nullopt: not known yet.
    [[nodiscard]] std::vector<std::optional<State>> states() const {
        std::vector<std::optional<State>> all;
        for (auto const& worker : workers_) all.push_back(worker->seen());
        return all;
    }

private:
    std::vector<std::unique_ptr<Worker>> workers_;
};

}  // namespace bank::jobs
