// Turns Ctrl-C and similar signals into a request to stop soon.
#pragma once
#include <chrono>
#include <csignal>
#include <optional>

namespace bank::bankctl {

// During its lifetime the first SIGINT, SIGTERM or SIGHUP is only remembered; a second one ends the
// process as usual. A signal that was ignored before remains ignored.
//
// Threads: one instance at a time, in the main thread.
class Interrupt {
public:
    Interrupt();
    Interrupt(Interrupt const&) = delete;
    Interrupt& operator=(Interrupt const&) = delete;
    ~Interrupt();

    // The signal that arrived, or nothing.
    [[nodiscard]] static std::optional<int> signal() noexcept;
    // Returns early when a signal arrives.
    static void sleep(std::chrono::milliseconds duration);
};

}  // namespace bank::bankctl
