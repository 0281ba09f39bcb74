// Takes signed checkpoints out of the database: to a file that only grows, to the journal, and to a
// program of the administrator that carries them off this machine.
//
// Owner: the composition root. Threads: publish() from any, and it never waits; the work is done by
// one thread between start() and stop(). What fails is said in the log, once until it works again.
#pragma once
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/periodic.hpp"
#include "core/base/result.hpp"
#include "daemon/file_descriptor.hpp"

namespace bank::daemon {

class CheckpointPublisher {
public:
    struct Settings {
        std::string file;  // Empty: none.
        std::string hook;  // Empty: none.
        bool is_to_journal = true;
    };

    explicit CheckpointPublisher(Settings settings);
    ~CheckpointPublisher() { stop(); }
    CheckpointPublisher(CheckpointPublisher const&) = delete;
    CheckpointPublisher& operator=(CheckpointPublisher const&) = delete;

    // The last whole note of the file: none if there is none, or it cannot be read.
    [[nodiscard]] std::vector<std::string> kept() const;

    void start() { worker_.start(); }
    void publish(std::string const& note);
    // After the last that was published is where it should be; one that is slow to take it is not
    // waited for. Idempotent.
    void stop();

private:
    // Delivers all that waits.
    void round();
    void deliver(std::string const& note, bool is_newest);
    [[nodiscard]] Status append(std::string const& note) const;

    Settings settings_;
    FileDescriptor stopping_;           // Readable from stop() on.
    std::vector<std::string> failing_;  // What was said to fail.
    std::mutex mutex_;
    std::deque<std::string> waiting_;
    Periodic worker_;
};

}  // namespace bank::daemon
