// Records refusals in the audit trail. Those of a known user are written one by one, before the
// answer goes out. Those of strangers, who could write the trail full, are written once per source
// and action in a while, with the number of those that were not.
//
// Threads: any. Bounded.
#pragma once
#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "core/audit/audit_store.hpp"
#include "core/base/time.hpp"

namespace bank::access {

class RefusalLog {
public:
    // Both must outlive it.
    RefusalLog(audit::AuditStore& audit, Clock const& clock) : audit_(audit), clock_(clock) {}

    // A failure to write is logged; the refusal stands either way, since nothing happened.
    void known(audit::Event const& event);
    // `source` is what the strangers are counted by.
    void stranger(std::string const& source, audit::Event event);

private:
    struct Tally {
        std::chrono::steady_clock::time_point since;
        std::uint64_t unwritten = 0;
    };

    audit::AuditStore& audit_;
    Clock const& clock_;
    std::mutex mutex_;
    std::map<std::pair<std::string, audit::Action>, Tally> tallies_;
};

}  // namespace bank::access
