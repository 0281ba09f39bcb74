// The audit trail as it is read.
#pragma once
#include <optional>
#include <string>

#include "core/api/page.hpp"
#include "core/base/strong_id.hpp"
#include "core/base/time.hpp"

namespace bank::api {

struct AuditRecord {
    AuditId id;
    Timestamp timestamp;
    std::string actor;    // User name, "os:<uid>" for a local administrator, or "-" for nobody yet.
    std::string action;   // A word of core/audit/actions.def.
    std::string outcome;  // A word of core/base/codes.def, or "ok".
    std::string details;  // A JSON object.
    std::string ip;
    std::string user_agent;
    std::string request_id;
};

struct AuditRequest {
    std::string actor;
    std::string action;
    std::string outcome;
    std::string ip;
    std::string request_id;
    AccountId account_id;            // None: any.
    std::optional<Timestamp> from;   // Inclusive.
    std::optional<Timestamp> until;  // Exclusive.
    AuditId after;  // Not none: ascending from there, for following; else newest first.
    PageRequest page;
};

}  // namespace bank::api
