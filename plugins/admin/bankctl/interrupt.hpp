// Ctrl-C and its like, as a wish to stop soon.
#pragma once
#include <chrono>
#include <csignal>
#include <optional>

namespace bank::bankctl {

// While it lives the first SIGINT, SIGTERM or SIGHUP is only remembered; the second ends the
// process as ever. A signal that was ignored before stays so.
//
// Threads: one of these at a time, in the main thread.
class Interrupt {
public:
    Interrupt();
    Interrupt(Interrupt const&) = delete;
    Interrupt& operator=(Interrupt const&) = delete;
    ~Interrupt();

    // The signal that came, or nothing.
    [[nodiscard]] static std::optional<int> signal() noexcept;
    // Ends early when a signal comes.
    static void sleep(std::chrono::milliseconds duration);
};

}  // namespace bank::bankctl
