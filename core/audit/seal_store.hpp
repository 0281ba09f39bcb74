// What the sealer needs from a database: records that have no number yet, and a place for seals,
// tiles and checkpoints.
//
// Threads: one at a time. Errors: storage_unavailable; overloaded if another sealer was faster.
#pragma once
#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/audit/tile_tree.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace bank::audit {

// The order of sealing: records of transactions that have all ended, so that none can still come
// between them.
struct Position {
    std::uint64_t xid = 0;
    std::int64_t id = 0;

    auto operator<=>(Position const&) const = default;
};

struct UnsealedLeaf {
    Position position;
    Hash leaf{};
};

// By the database's clock, so that `age` is 0 while that is behind the record's time.
struct UnsealedRecord {
    Position position;
    std::chrono::milliseconds age{0};
};

// The latest time among the newest transfers, 0 without any, and the database's clock: the former
// is later once the clock was set back.
struct NewestTime {
    Timestamp transfer;
    Timestamp clock;
};

// How far the tree has come.
struct SealedTo {
    std::uint64_t size = 0;
    Position last;
};

struct Seal {
    std::uint64_t first = 0;  // Number of its first record.
    std::uint32_t count = 0;  // At least 1.
    Position last;            // Of its last record.
};

struct KeptCheckpoint {
    std::uint64_t size = 0;
    std::string note;
};

// As a TileSource: the tiles of every size up to the sealed one.
class SealStore : public TileSource {
public:
    // Whether this is the sealer now: one at a time on a database. The place is free when its
    // holder lets go of it, or is gone.
    virtual Result<bool> acquire() = 0;
    virtual void release() noexcept = 0;

    virtual Result<SealedTo> sealed() = 0;
    virtual Result<std::vector<UnsealedLeaf>> unsealed(Position after, std::uint32_t limit) = 0;
    // All of it or nothing. `full` are the tiles that it filled.
    virtual Status seal(Seal const& seal, std::span<Tile const> full) = 0;

    virtual Result<std::optional<KeptCheckpoint>> last_checkpoint() = 0;
    virtual Status add_checkpoint(KeptCheckpoint const& checkpoint) = 0;

    // From a daemon that does not seal to the one that does: sign soon. The latter hears of it with
    // the answer to what it asks next, and take_request() tells once.
    virtual Status pass_request() = 0;
    virtual bool take_request() = 0;

    // Notes whose records are missing by consent, since a restoration. storage_unavailable while a
    // restoration is not checked: only then one knows.
    virtual Result<std::vector<std::string>> lost_checkpoints() = 0;

    // The first record without a number; nothing: all have one.
    virtual Result<std::optional<UnsealedRecord>> oldest_unsealed() = 0;
    virtual Result<NewestTime> newest_time() = 0;
    // Whether new transactions are numbered below those of sealed records: restored from a dump.
    virtual Result<bool> is_transaction_clock_behind() = 0;
};

}  // namespace bank::audit
