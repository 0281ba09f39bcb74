// The database's record of its own restoration. See core/sql/functions/restores.sql.
//
// Threads: any. Errors: storage_unavailable.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "core/access/acting.hpp"
#include "core/base/result.hpp"

namespace bank::audit {

// An unchecked restoration: the bank must not serve.
struct OpenRestore {
    std::string backup;
    std::string wanted;                             // A point in time, or "newest".
    std::optional<std::uint64_t> accepted_missing;  // Accepted number of missing signed records.
    std::string reason;                             // Empty: no loss was accepted.
};

struct FinishedRestore {
    std::string details;                         // For the audit record: a JSON object.
    std::optional<std::string> lost_checkpoint;  // Its missing records were accepted.
};

class RestoreStore {
public:
    virtual ~RestoreStore() = default;
    virtual Result<std::optional<OpenRestore>> open_restore() = 0;
    // Also ends all sessions and writes the audit record.
    virtual Status finish(access::Source const& source, FinishedRestore const& finished) = 0;
};

}  // namespace bank::audit
