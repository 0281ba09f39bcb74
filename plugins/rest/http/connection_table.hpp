// Who is connected: bounds in all and by source, and the end of all at once.
//
// Threads: any.
#pragma once
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>

namespace bank::rest {

class ConnectionTable {
public:
    ConnectionTable(std::size_t connections_max, std::size_t per_source_max)
        : connections_max_(connections_max), per_source_max_(per_source_max) {}

    // Takes a place for a connection from `source`. False: there is none, and it is counted as
    // refused.
    [[nodiscard]] bool admit(std::string const& source);
    void leave(std::string const& source);

    // A connection as drain() sees it. Between requests it is idle, and may be ended at any
    // instant.
    class Entry {
    public:
        Entry(ConnectionTable& table, int descriptor);
        ~Entry();
        Entry(Entry const&) = delete;
        Entry& operator=(Entry const&) = delete;

        // False: the server drains, and no request may begin.
        [[nodiscard]] bool become_idle();
        void become_busy();
        // Busy, but drain() ends at once what it reads; what it answers, drain() waits for.
        void become_streaming();

    private:
        friend class ConnectionTable;
        ConnectionTable& table_;
        int descriptor_;
        bool may_stop_reading_ = true;
    };

    // Ends the idle connections at once, waits for the busy ones, and ends after `grace` what is
    // left. All have gone, or have lost their socket, when it returns.
    void drain(std::chrono::milliseconds grace);

    [[nodiscard]] bool is_draining() const noexcept { return is_draining_; }
    [[nodiscard]] std::uint64_t refused() const noexcept { return refused_; }

private:
    std::size_t const connections_max_;
    std::size_t const per_source_max_;
    std::atomic<bool> is_draining_ = false;
    std::atomic<std::uint64_t> refused_ = 0;

    std::mutex mutex_;
    std::condition_variable is_empty_;
    std::size_t admitted_ = 0;
    std::unordered_map<std::string, std::size_t> by_source_;
    std::unordered_set<Entry*> entries_;
};

}  // namespace bank::rest
