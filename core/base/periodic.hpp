// Runs one piece of work periodically on a thread of its own: each round returns the pause before
// the next, wake() ends the pause, stop() ends the thread.
//
// Owner: the class that does the work, as its last member, so the thread ends before the members
// that it uses are destroyed. Threads: start() and stop() from one; wake() and stalled_for() from
// any. Errors: an exception of a round is logged, once until a round succeeds, and the next round
// follows after `pause_after_exception`.
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

namespace bank {

class Periodic {
public:
    // Until the next round; nullopt: until wake().
    using Pause = std::optional<std::chrono::milliseconds>;

    struct Work {
        std::string name;  // For the log: "Sealing".
        std::function<Pause()> round;
        Pause before_first = std::chrono::milliseconds{0};
        // Runs last on the thread, after the round in progress when it is stopped.
        std::function<void()> farewell = {};
    };

    static constexpr std::chrono::milliseconds pause_after_exception{1000};

    explicit Periodic(Work work);
    ~Periodic() { stop(); }
    Periodic(Periodic const&) = delete;
    Periodic& operator=(Periodic const&) = delete;

    // At most once.
    void start();
    // Ends the pause. During a round, or before start(), skips the next pause.
    void wake();
    // Waits for the round in progress and the farewell. Idempotent; not from within a round.
    void stop();

    // Duration of the round in progress, or lateness of the next one; 0 during a pause and while
    // the thread does not run.
    [[nodiscard]] std::chrono::milliseconds stalled_for() const noexcept;

private:
    using Steady = std::chrono::steady_clock;

    void run(std::stop_token const& stop);
    [[nodiscard]] Pause do_round();
    void rest(std::stop_token const& stop, Pause pause);

    Work work_;
    bool is_failing_ = false;  // Logged once.
    // When the next round is due; the maximum: never.
    std::atomic<Steady::rep> expected_at_{Steady::time_point::max().time_since_epoch().count()};

    std::mutex mutex_;
    std::condition_variable_any wake_;
    bool is_woken_ = false;
    std::jthread thread_;
};

}  // namespace bank
