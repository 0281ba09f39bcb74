// Publishes signed checkpoints outside the database: to an append-only file, to the journal, and to
// the administrator's hook, which copies them to another machine.
//
// Owner: the composition root. Threads: publish() from any; it never blocks. One thread does the
// work between start() and stop(). A failing destination is logged once until it works again.
#pragma once
#include <deque>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/periodic.hpp"
#include "core/base/result.hpp"
#include "daemon/os/file_descriptor.hpp"

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

    // The last complete note of the file; empty if there is none, or the file cannot be read.
    [[nodiscard]] std::vector<std::string> kept() const;

    void start() { worker_.start(); }
    void publish(std::string const& note);
    // Delivers the last published checkpoint, but does not wait for slow destinations. Idempotent.
    void stop();

private:
    // Delivers the queue.
    void round();
    void deliver(std::string const& note, bool is_newest);
    [[nodiscard]] Status append(std::string const& note) const;

    Settings settings_;
    FileDescriptor stopping_;           // Readable after stop().
    std::vector<std::string> failing_;  // Destinations logged as failing.
    std::mutex mutex_;
    std::deque<std::string> waiting_;
    Periodic worker_;
};

}  // namespace bank::daemon
