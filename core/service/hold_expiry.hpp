// Ends holds whose time is over, as long as it runs. Any number of daemons may: the database sees
// to it that each hold ends once.
//
// Threads: one of its own; stop() from any.
#pragma once
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "core/base/time.hpp"
#include "core/ledger/ledger_store.hpp"

namespace bank::service {

class HoldExpiry {
public:
    // How late a hold may end; while the database is away, how often it is asked.
    static constexpr std::chrono::milliseconds wait_max{500};

    // Both must outlive it. Starts at once.
    HoldExpiry(ledger::LedgerStore& store, Clock const& clock);
    ~HoldExpiry();
    HoldExpiry(HoldExpiry const&) = delete;
    HoldExpiry& operator=(HoldExpiry const&) = delete;

    // Waits for the round under way. Idempotent.
    void stop();

private:
    void run();
    // Ends all that are due. How long nothing will be due.
    std::chrono::milliseconds round();

    ledger::LedgerStore& store_;
    Clock const& clock_;
    std::mutex mutex_;
    std::condition_variable stopping_;
    bool is_stopping_ = false;
    std::thread thread_;
};

}  // namespace bank::service
