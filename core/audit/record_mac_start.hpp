// Accepts the records that are pending when a database of an earlier version gets its first MACs:
// these were written without them. Once: later, a record without a MAC is an alarm.
#pragma once
#include <cstdint>
#include <span>
#include <vector>

#include "core/access/acting.hpp"
#include "core/audit/record_keys.hpp"
#include "core/base/result.hpp"

namespace bank::audit {

// The unsealed records of one transaction.
struct UnsignedRecords {
    std::uint64_t xid = 0;
    Bytes leaves;  // As RecordSigner takes them.
};

struct SignedRecords {
    std::uint64_t xid = 0;
    RecordMac mac;
};

// Threads: any. Errors: storage_unavailable.
class RecordMacStore {
public:
    virtual ~RecordMacStore() = default;
    // Whether MACs have begun.
    virtual Result<bool> has_begun() = 0;
    // Empty once they have.
    virtual Result<std::vector<UnsignedRecords>> unsigned_records() = 0;
    // Also writes the audit record. False: they have begun before; nothing was stored.
    virtual Result<bool> begin(access::Source const& source,
                               std::span<SignedRecords const> records) = 0;
};

// What becomes of the pending records. refused: in a log that says that MACs have begun before,
// each is an alarm.
enum class Pending : std::uint8_t { accepted, refused };

[[nodiscard]] Status begin_record_macs(RecordMacStore& store, RecordSigner const& signer,
                                       access::Source const& source, Pending pending);

}  // namespace bank::audit
