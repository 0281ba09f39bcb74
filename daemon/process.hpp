// The process itself: its signals, its limits, and that it ends.
#pragma once
#include <chrono>
#include <cstdint>
#include <thread>

#include "daemon/file_descriptor.hpp"

namespace bank::daemon {

// No core dumps, no debugger, no new privileges, no files for others; as many descriptors as the
// limits allow. What cannot be had is left with a log line.
void harden_process();

// SIGHUP, SIGTERM and SIGINT as a descriptor. Made before any thread: each inherits that they are
// blocked.
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

// Ends the process when stopping takes longer than it may, or when it is told to stop once more.
// Declared before what is to be stopped, so that it watches the destructors too.
class StopGuard {
public:
    explicit StopGuard(Signals const& signals) : signals_(signals) {}
    ~StopGuard();
    StopGuard(StopGuard const&) = delete;
    StopGuard& operator=(StopGuard const&) = delete;

    // Once.
    void arm(std::chrono::milliseconds time_max);

private:
    void watch(std::chrono::milliseconds time_max) const;

    Signals const& signals_;
    FileDescriptor done_;
    std::thread thread_;
};

}  // namespace bank::daemon
