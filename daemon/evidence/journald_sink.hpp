// Copies sealed audit records to the journal, in numerical order and without gaps: the database
// stores the progress, with a MAC. If the progress was altered, all records are copied again. After
// a crash the last records may be repeated; BANKD_SEQ identifies duplicates.
//
// Owner: the composition root; `store` must outlive it. Runs on a thread of its own between start()
// and the destructor. Waits while the database or the journal is unavailable.
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>

#include "core/audit/audit_store.hpp"
#include "core/base/periodic.hpp"
#include "daemon/evidence/journal.hpp"

namespace bank::daemon {

class JournaldSink {
public:
    using Send = std::function<Status(JournalFields const&)>;

    // The core's MAC of how far the copy has come.
    struct Binding {
        std::function<audit::RowMac(std::string_view sink, std::uint64_t next)> make;
        std::function<bool(std::string_view sink, std::uint64_t next, BytesView mac)> verify;
    };

    enum class Step : std::uint8_t {
        idle,  // Nothing is left to copy.
        more,  // Some were copied; there may be more.
        away,  // The database or the journal is unavailable.
    };

    JournaldSink(audit::AuditStore& store, Binding binding, Send send = send_to_journal);

    // The destructor copies remaining records for at most a second, then stops.
    void start() { worker_.start(); }

    // One round, which is all that the thread does. Not while the thread runs.
    Step step();

    // Number of records not yet in the journal, as of the last round; 0 before the first. Any
    // thread.
    [[nodiscard]] std::int64_t undelivered() const noexcept { return undelivered_; }

private:
    [[nodiscard]] std::chrono::milliseconds round();
    void finish();
    Status find_next();
    Status keep(std::uint64_t next, bool is_restart);
    Step away(char const* what, Error const& error);

    audit::AuditStore& store_;
    Binding binding_;
    Send send_;
    std::optional<std::uint64_t> next_;  // nullopt: to be read from the database.
    bool is_away_ = false;               // Logged once.
    std::atomic<std::int64_t> undelivered_{0};

    std::chrono::milliseconds pause_;
    Periodic worker_;
};

}  // namespace bank::daemon
