// Ends holds whose time is over, as long as it runs. Any number of daemons may: the database sees
// to it that each hold ends once.
//
// Threads: one of its own; stop() from any.
#pragma once
#include <chrono>

#include "core/base/periodic.hpp"
#include "core/base/time.hpp"
#include "core/ledger/ledger_store.hpp"

namespace bank::service {

class HoldExpiry {
public:
    // How late a hold may end; while the database is away, how often it is asked.
    static constexpr std::chrono::milliseconds wait_max{500};

    // Both must outlive it. Starts at once.
    HoldExpiry(ledger::LedgerStore& store, Clock const& clock);

    // Waits for the round under way. Idempotent.
    void stop() { worker_.stop(); }

private:
    // Ends all that are due. How long nothing will be due.
    std::chrono::milliseconds round();

    ledger::LedgerStore& store_;
    Clock const& clock_;
    Periodic worker_;
};

}  // namespace bank::service
