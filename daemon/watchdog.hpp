// Feeds the service manager's watchdog from real progress: while some part of the daemon has shown
// no sign of life for too long, it is not fed, and the service manager ends the process.
//
// Owner: the composition root; what the probes look at must outlive it. A thread of its own
// between start() and the destructor; none if the service manager does not watch.
#pragma once
#include <chrono>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "core/base/periodic.hpp"

namespace bank::daemon {

class Watchdog {
public:
    // For how long a part that should move has not; 0 while it rests.
    using Probe = std::function<std::chrono::milliseconds()>;

    explicit Watchdog(std::vector<Probe> probes) : probes_(std::move(probes)) {}

    void start();

    // Whether no probe is silent for `silence_max` or longer.
    [[nodiscard]] bool is_alive(std::chrono::milliseconds silence_max) const;

private:
    void feed(std::chrono::milliseconds silence_max);

    std::vector<Probe> probes_;
    bool is_fed_ = true;
    std::optional<Periodic> worker_;
};

}  // namespace bank::daemon
