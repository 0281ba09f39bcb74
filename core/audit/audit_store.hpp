// What the audit trail needs from a database. Records of changes are written by the SQL functions
// that make the changes, in their transaction; here are those that change nothing, and the reading.
//
// Threads: any. Errors: storage_unavailable.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/api/audit.hpp"
#include "core/audit/action.hpp"
#include "core/base/code.hpp"
#include "core/base/result.hpp"
#include "core/storage/acting.hpp"

namespace bank::audit {

// Something that happened and changed nothing: a refusal, a start, a reload.
struct Event {
    Action action = Action::start;
    std::optional<Code> outcome;  // Nothing: ok.
    std::string details = "{}";   // A JSON object without secrets; at most 4 KiB.
    storage::Origin origin;
    std::optional<storage::SessionSecret> session;  // Who, if there was a session.
};

// How far a copy of the trail has come: the order of (xid, id) is the order of delivery, gap-free
// below the oldest running transaction.
struct Position {
    std::uint64_t xid = 0;
    std::int64_t id = 0;
};

struct Delivery {
    std::vector<api::AuditRecord> records;
    Position reached;  // After the last of them.
};

class AuditStore {
public:
    virtual ~AuditStore() = default;
    virtual Status record(Event const& event) = 0;
    // Reading is itself recorded, once per first page. session_ended, permission_denied.
    virtual Result<api::Page<api::AuditRecord>> read(storage::Acting const& acting,
                                                     api::AuditRequest const& request) = 0;

    // The copy called `sink` ("journald"): where it stands, what comes next, and that it got there.
    virtual Result<Position> delivered(std::string const& sink) = 0;
    virtual Result<Delivery> undelivered(Position after, std::uint32_t limit) = 0;
    virtual Status set_delivered(std::string const& sink, Position reached) = 0;
    virtual Result<std::int64_t> count_undelivered(Position after) = 0;
};

}  // namespace bank::audit
