// The database's record of its own restoration. See core/sql/functions/restores.sql and
// evidence.sql.
//
// Threads: any. Errors: storage_unavailable.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/access/acting.hpp"
#include "core/audit/seal_store.hpp"
#include "core/base/result.hpp"

namespace bank::audit {

// An unchecked restoration: the bank must not serve.
struct OpenRestore {
    std::int64_t id = 0;
    std::string backup;
    std::string wanted;                             // A point in time, or "newest".
    std::optional<std::uint64_t> accepted_missing;  // Accepted number of missing signed records.
    std::string reason;                             // Empty: no loss was accepted.
};

struct FinishedRestore {
    std::int64_t id = 0;
    std::string details;                         // For the audit record: a JSON object.
    std::optional<std::string> lost_checkpoint;  // Its missing records were accepted.
};

// What a database of an earlier version has without a MAC.
struct UnboundEvidence {
    struct Lost {
        std::int64_t restore = 0;
        std::string note;
    };
    struct Delivery {
        std::string sink;
        std::uint64_t next = 0;
    };
    std::vector<Lost> lost;
    std::vector<Delivery> deliveries;

    [[nodiscard]] bool empty() const { return lost.empty() && deliveries.empty(); }
};

// As in UnboundEvidence, with the MACs.
struct BoundEvidence {
    struct Lost {
        std::int64_t restore = 0;
        RowMac mac{};
    };
    struct Delivery {
        UnboundEvidence::Delivery reached;
        RowMac mac{};
    };
    std::vector<Lost> lost;
    std::vector<Delivery> deliveries;
};

class RestoreStore {
public:
    virtual ~RestoreStore() = default;
    virtual Result<std::optional<OpenRestore>> open_restore() = 0;
    // Also ends all sessions and writes the audit record. `mac`: of the lost checkpoint, if there
    // is one.
    virtual Status finish(access::Source const& source, FinishedRestore const& finished,
                          std::optional<RowMac> const& mac) = 0;

    // Empty once a credential is bound; see access::bind_old_evidence().
    virtual Result<UnboundEvidence> unbound_evidence() = 0;
    virtual Status bind_evidence(access::Source const& source, BoundEvidence const& bound) = 0;
};

}  // namespace bank::audit
