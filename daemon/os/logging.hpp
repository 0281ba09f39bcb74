// Log output: the journal, with native priorities, or standard error.
//
// Owner: the composition root, one at a time; created before threads that log. A thread of its own
// writes the lines from a bounded queue: if the journal hangs, the oldest lines are lost and no
// caller blocks.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/base/log.hpp"

namespace bank::daemon {

enum class LogTarget : std::uint8_t { journald, stderr_ };

// "auto" detects whether standard error is the journal's stream. Precondition: a word of [log]
// target.
[[nodiscard]] LogTarget choose_log_target(std::string_view word);

// "category message" as one line of plain text, sanitized.
[[nodiscard]] std::string log_line(std::string_view category, std::string_view message);

class Logging {
public:
    // Precondition: `level` is a word of [log] level.
    Logging(LogTarget target, std::string_view level);
    // Writes the queue; later lines go to standard error.
    ~Logging();
    Logging(Logging const&) = delete;
    Logging& operator=(Logging const&) = delete;

    // Any thread.
    void set_level(std::string_view level);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace bank::daemon
