// What a database knows of its own restoration. See core/sql/functions/restores.sql.
//
// Threads: any. Errors: storage_unavailable.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "core/base/result.hpp"
#include "core/storage/acting.hpp"

namespace bank::audit {

// A restoration that is not checked yet: the bank must not serve.
struct OpenRestore {
    std::string backup;
    std::string wanted;                             // A point in time, or "newest".
    std::optional<std::uint64_t> accepted_missing;  // So many signed records may be missing.
    std::string reason;                             // Why; empty: no loss was accepted.
};

struct FinishedRestore {
    std::string details;                         // Of its audit record: a JSON object.
    std::optional<std::string> lost_checkpoint;  // Whose records are missing by consent.
};

class RestoreStore {
public:
    virtual ~RestoreStore() = default;
    virtual Result<std::optional<OpenRestore>> open_restore() = 0;
    // Ends all sessions and writes the audit record with it.
    virtual Status finish(storage::Origin const& origin, FinishedRestore const& finished) = 0;
};

}  // namespace bank::audit
