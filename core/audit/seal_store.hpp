// Database interface of the sealer: reads records without a number, stores seals, tiles and
// checkpoints.
//
// Threads: one at a time. Errors: storage_unavailable; overloaded if another sealer was first.
#pragma once
#include <array>
#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/audit/record_keys.hpp"
#include "core/audit/tile_tree.hpp"
#include "core/base/bytes.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace bank::audit {

// Sealing order. Only records below every running transaction are sealed, so no record can later be
// inserted between them.
struct Position {
    std::uint64_t xid = 0;
    std::int64_t id = 0;

    auto operator<=>(Position const&) const = default;
};

struct UnsealedLeaf {
    Position position;
    Hash leaf{};
};

// The MAC that the database holds of a transaction's records.
struct KeptMac {
    std::uint64_t xid = 0;
    RecordMac mac;
};

// A record in an alarm.
struct WrittenLine {
    std::int64_t id = 0;
    std::string action;
    std::string outcome;
    std::int64_t actor_id = 0;     // 0: none.
    std::int64_t account_id = 0;   //
    std::int64_t transfer_id = 0;  //
};

// `age` is by the database's clock: 0 while that clock is behind the record's time.
struct UnsealedRecord {
    Position position;
    std::chrono::milliseconds age{0};
};

// The latest time among the newest transfers (0: there are none), and the database's clock. The
// former is later after the clock was set back.
struct NewestTime {
    Timestamp transfer;
    Timestamp clock;
};

// Extent of the sealed tree.
struct SealedTo {
    std::uint64_t size = 0;
    Position last;
};

struct Seal {
    std::uint64_t first = 0;  // Number of its first record.
    std::uint32_t count = 0;  // At least 1.
    Position last;            // Of its last record.
};

// The core's MAC over a row; see access::Bindings.
using RowMac = std::array<std::uint8_t, 32>;

// A row of bank.restores: by consent, records that `note` covers are missing. Anybody may have
// written the row; the core's MAC proves that it did.
struct LostCheckpoint {
    std::int64_t restore = 0;
    std::string note;
    Bytes mac;  // See access::Bindings; empty: none.
};

struct KeptCheckpoint {
    std::uint64_t size = 0;
    std::string note;
};

// As a TileSource it serves the tiles of every size up to the sealed one.
class SealStore : public TileSource {
public:
    // Whether this store now holds the sealer role, of which a database has one. The role becomes
    // free when its holder releases it or disconnects.
    virtual Result<bool> acquire() = 0;
    virtual void release() noexcept = 0;

    // Whether each record needs a MAC: see begin_record_macs(). Nothing is sealed before.
    virtual Result<bool> macs_have_begun() = 0;
    virtual Result<SealedTo> sealed() = 0;
    virtual Result<std::vector<UnsealedLeaf>> unsealed(Position after, std::uint32_t limit) = 0;
    // Of the transactions from one to another, in order.
    virtual Result<std::vector<KeptMac>> macs(std::uint64_t from_xid, std::uint64_t to_xid) = 0;
    // The first records of a transaction.
    virtual Result<std::vector<WrittenLine>> written_by(std::uint64_t xid, std::uint32_t limit) = 0;
    // Atomic. Removes the MACs. `full`: the tiles that this seal completed.
    virtual Status seal(Seal const& seal, std::span<Tile const> full) = 0;

    virtual Result<std::optional<KeptCheckpoint>> last_checkpoint() = 0;
    virtual Status add_checkpoint(KeptCheckpoint const& checkpoint) = 0;

    // Asks the sealing daemon, from any other daemon, to sign soon. The sealing daemon receives the
    // request with the result of its next query; take_request() returns true once.
    virtual Status pass_request() = 0;
    virtual bool take_request() = 0;

    // Whose missing records were accepted at a restoration. storage_unavailable until a restoration
    // is checked and the rows of an earlier version are bound, because they are not known before.
    virtual Result<std::vector<LostCheckpoint>> lost_checkpoints() = 0;

    // The first record without a number; nullopt: every record has one.
    virtual Result<std::optional<UnsealedRecord>> oldest_unsealed() = 0;
    virtual Result<NewestTime> newest_time() = 0;
    // Whether new transactions get numbers below those of sealed records, as after a restore from a
    // dump.
    virtual Result<bool> is_transaction_clock_behind() = 0;
};

}  // namespace bank::audit
