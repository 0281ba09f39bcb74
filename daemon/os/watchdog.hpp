// Ties the service manager's watchdog to real progress: if a part of the daemon stalls for too
// long, keep-alives stop and the service manager ends the process.
//
// Owner: the composition root; probed objects must outlive it. Runs a thread of its own between
// start() and the destructor, unless the service manager's watchdog is disabled.
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
    // How long a busy part has been stalled; 0 while it is idle.
    using Probe = std::function<std::chrono::milliseconds()>;

    explicit Watchdog(std::vector<Probe> probes) : probes_(std::move(probes)) {}

    void start();

    // False if a probe reports a stall of `silence_max` or longer.
    [[nodiscard]] bool is_alive(std::chrono::milliseconds silence_max) const;

private:
    void feed(std::chrono::milliseconds silence_max);

    std::vector<Probe> probes_;
    bool is_fed_ = true;
    std::optional<Periodic> worker_;
};

}  // namespace bank::daemon
