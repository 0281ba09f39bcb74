// Copies sealed audit records to the journal, in the order of their numbers, none left out: where
// it stopped is kept in the database. After a crash the last ones may come twice; BANKD_SEQ tells.
//
// Owner: the composition root; `store` must outlive it. Runs on a thread of its own between
// start() and the destructor. A database or journal that is away is waited for.
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>

#include "core/audit/audit_store.hpp"
#include "core/base/periodic.hpp"
#include "daemon/journal.hpp"

namespace bank::daemon {

class JournaldSink {
public:
    using Send = std::function<Status(JournalFields const&)>;

    enum class Step : std::uint8_t {
        idle,  // Nothing is left to copy.
        more,  // Some were copied, there may be more.
        away,  // The database or the journal is.
    };

    explicit JournaldSink(audit::AuditStore& store, Send send = send_to_journal);

    // The destructor copies what is there, for at most a second, then stops.
    void start() { worker_.start(); }

    // One round; the thread does nothing else. Not while the thread runs.
    Step step();

    // How many records the journal has not got; as of the last round, 0 before the first. Any
    // thread.
    [[nodiscard]] std::int64_t undelivered() const noexcept { return undelivered_; }

private:
    [[nodiscard]] std::chrono::milliseconds round();
    void finish();
    Step away(char const* what, Error const& error);

    audit::AuditStore& store_;
    Send send_;
    std::optional<std::uint64_t> next_;  // Nothing: to be asked for.
    bool is_away_ = false;               // Said once in the log.
    std::atomic<std::int64_t> undelivered_{0};

    std::chrono::milliseconds pause_;
    Periodic worker_;
};

}  // namespace bank::daemon
