// Feeds the service manager's watchdog from real progress: while some part of the daemon has shown
// no sign of life for too long, it is not fed, and the service manager ends the process.
//
// Owner: the composition root; what the probes look at must outlive it. A thread of its own
// between start() and the destructor; none if the service manager does not watch.
#pragma once
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace bank::daemon {

class Watchdog {
public:
    // For how long a part that should move has not; 0 while it rests.
    using Probe = std::function<std::chrono::milliseconds()>;

    explicit Watchdog(std::vector<Probe> probes) : probes_(std::move(probes)) {}
    ~Watchdog();
    Watchdog(Watchdog const&) = delete;
    Watchdog& operator=(Watchdog const&) = delete;

    void start();

    // Whether no probe is silent for `silence_max` or longer.
    [[nodiscard]] bool is_alive(std::chrono::milliseconds silence_max) const;

private:
    void run(std::chrono::milliseconds every, std::chrono::milliseconds silence_max);

    std::vector<Probe> probes_;
    std::mutex mutex_;
    std::condition_variable wake_;
    bool is_stopping_ = false;
    std::thread thread_;
};

}  // namespace bank::daemon
