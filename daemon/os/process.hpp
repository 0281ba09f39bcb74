// The process: signals, limits and termination.
#pragma once
#include <chrono>
#include <cstdint>
#include <thread>

#include "daemon/os/file_descriptor.hpp"

namespace bank::daemon {

// No core dumps, no debugger, no new privileges, no files for others; as many descriptors as the
// limits allow. Failures are logged and ignored.
void harden_process();

// SIGHUP, SIGTERM and SIGINT as a descriptor. Create it before any thread, so that all threads
// inherit the blocked signals.
class Signals {
public:
    enum class Event : std::uint8_t { reload, stop, woken };

    Signals();

    // The next signal, or woken after wake().
    [[nodiscard]] Event wait() const;
    // Any thread.
    void wake() const noexcept;

    [[nodiscard]] int descriptor() const noexcept { return signals_.get(); }

private:
    FileDescriptor signals_;
    FileDescriptor wake_;
};

// Ends the process if stopping exceeds its time limit, or on a second stop signal. Declare it
// before the objects to stop, so that it also covers their destructors.
class StopGuard {
public:
    explicit StopGuard(Signals const& signals) : signals_(signals) {}
    ~StopGuard();
    StopGuard(StopGuard const&) = delete;
    StopGuard& operator=(StopGuard const&) = delete;

    // At most once.
    void arm(std::chrono::milliseconds time_max);

private:
    void watch(std::chrono::milliseconds time_max) const;

    Signals const& signals_;
    FileDescriptor done_;
    std::thread thread_;
};

}  // namespace bank::daemon
