#include "core/postgres/seal_store_pg.hpp"

#include <algorithm>
#include <string>

#include "core/base/check.hpp"
#include "core/postgres/array_text.hpp"

namespace bank::postgres {
namespace {

using audit::Hash;

// "bankseal" as a number: the key of the sealer's lock.
constexpr Statement acquire_statement{"acquire",
                                      "select pg_try_advisory_lock(7089068696234451308)"};
constexpr Statement sealed_statement{
    "sealed", "select s.tree_size, s.last_xid, s.last_id from bank.sealed() s"};
constexpr Statement unsealed_statement{
    "unsealed", "select u.xid, u.id, u.leaf from bank.unsealed($1, $2, $3) u"};
constexpr Statement seal_statement{"seal", "select bank.seal($1, $2, $3, $4, $5, $6, $7)"};
constexpr Statement last_checkpoint_statement{
    "last_checkpoint", "select c.tree_size, c.note from bank.last_checkpoint() c"};
constexpr Statement add_checkpoint_statement{"add_checkpoint",
                                             "select bank.add_checkpoint($1, $2)"};
constexpr Statement lag_statement{"lag", "select bank.sealing_lag()"};
constexpr Statement clock_statement{"clock", "select bank.is_transaction_clock_behind()"};
constexpr Statement tile_statement{"tile", "select coalesce(bank.read_tile($1, $2), '')"};
constexpr Statement leaves_statement{"leaves", "select s.leaf from bank.sealed_leaves($1, $2) s"};

std::int64_t as_int64(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
}

Result<Hash> hash_of(BytesView bytes) {
    Hash hash{};
    if (bytes.size() != hash.size()) {
        return Error{Code::internal_error, "a hash of the audit log has not 32 bytes"};
    }
    std::ranges::copy(bytes, hash.begin());
    return hash;
}

}  // namespace

Result<Rows> SealStorePg::run(Statement const& statement, Parameters const& parameters) {
    if (!connection_) {
        auto connected = connector_.connect();
        if (!connected) return connected.error();
        connection_ = std::move(connected).value();
    }
    auto rows = connection_->run(statement, parameters);
    if (connection_->is_lost()) release();
    return rows;
}

Status SealStorePg::run_as_sealer(Statement const& statement, Parameters const& parameters) {
    if (!is_sealer_) {
        return Error{Code::storage_unavailable, "The connection that held the seal is gone."};
    }
    auto const rows = run(statement, parameters);
    if (!rows) return rows.error();
    return Done{};
}

Result<bool> SealStorePg::acquire() {
    auto const rows = run(acquire_statement);
    if (!rows) return rows.error();
    is_sealer_ = (*rows)[0].boolean();
    return is_sealer_;
}

// The lock goes with the session: nothing that the server still runs for it can hold it longer.
void SealStorePg::release() noexcept {
    is_sealer_ = false;
    connection_.reset();
}

Result<audit::SealedTo> SealStorePg::sealed() {
    auto const rows = run(sealed_statement);
    if (!rows) return rows.error();
    audit::SealedTo to;
    if (rows->count() == 0) return to;
    auto row = (*rows)[0];
    to.size = static_cast<std::uint64_t>(row.integer());
    to.last.xid = static_cast<std::uint64_t>(row.integer());
    to.last.id = row.integer();
    return to;
}

Result<std::vector<audit::UnsealedLeaf>> SealStorePg::unsealed(audit::Position after,
                                                               std::uint32_t limit) {
    Parameters parameters;
    parameters.add(std::to_string(after.xid)).add(after.id).add(std::int64_t{limit});
    auto const rows = run(unsealed_statement, parameters);
    if (!rows) return rows.error();
    std::vector<audit::UnsealedLeaf> leaves(static_cast<std::size_t>(rows->count()));
    for (int i = 0; i < rows->count(); ++i) {
        auto row = (*rows)[i];
        auto& leaf = leaves[static_cast<std::size_t>(i)];
        leaf.position.xid = static_cast<std::uint64_t>(row.integer());
        leaf.position.id = row.integer();
        auto const hash = hash_of(row.bytes());
        if (!hash) return hash.error();
        leaf.leaf = *hash;
    }
    return leaves;
}

Status SealStorePg::seal(audit::Seal const& seal, std::span<audit::Tile const> full) {
    ArrayText levels;
    ArrayText numbers;
    ArrayText hashes;
    for (auto const& tile : full) {
        BANK_CHECK(tile.id.width == audit::tile_width);
        levels.add(std::int64_t{tile.id.level});
        numbers.add(as_int64(tile.id.index));
        Bytes bytes;
        for (auto const& hash : tile.hashes) bytes.insert(bytes.end(), hash.begin(), hash.end());
        hashes.add_bytes(bytes);
    }
    Parameters parameters;
    parameters.add(as_int64(seal.first))
        .add(std::int64_t{seal.count})
        .add(std::to_string(seal.last.xid))
        .add(seal.last.id)
        .add(std::move(levels).take())
        .add(std::move(numbers).take())
        .add(std::move(hashes).take());
    return run_as_sealer(seal_statement, parameters);
}

Result<std::optional<audit::KeptCheckpoint>> SealStorePg::last_checkpoint() {
    auto const rows = run(last_checkpoint_statement);
    if (!rows) return rows.error();
    if (rows->count() == 0) return std::optional<audit::KeptCheckpoint>{};
    auto row = (*rows)[0];
    audit::KeptCheckpoint checkpoint;
    checkpoint.size = static_cast<std::uint64_t>(row.integer());
    checkpoint.note = row.text();
    return std::optional(checkpoint);
}

Status SealStorePg::add_checkpoint(audit::KeptCheckpoint const& checkpoint) {
    Parameters parameters;
    parameters.add(as_int64(checkpoint.size)).add(checkpoint.note);
    return run_as_sealer(add_checkpoint_statement, parameters);
}

Result<std::chrono::milliseconds> SealStorePg::lag() {
    auto const rows = run(lag_statement);
    if (!rows) return rows.error();
    return std::chrono::milliseconds{(*rows)[0].integer()};
}

Result<bool> SealStorePg::is_transaction_clock_behind() {
    auto const rows = run(clock_statement);
    if (!rows) return rows.error();
    return (*rows)[0].boolean();
}

// A tile is kept once it is full. Of the last one of a level the leaves are in the records, and the
// hashes above are computed from the full tiles below.
Result<std::vector<Hash>> SealStorePg::read(audit::TileId const& id) {
    Parameters of_tile;
    of_tile.add(std::int64_t{id.level}).add(as_int64(id.index));
    auto const kept = run(tile_statement, of_tile);
    if (!kept) return kept.error();
    std::vector<Hash> hashes;
    if (auto const bytes = (*kept)[0].bytes(); !bytes.empty()) {
        for (std::size_t at = 0; at < bytes.size() && hashes.size() < id.width; at += 32) {
            auto const hash =
                hash_of(BytesView(bytes).subspan(at, std::min<std::size_t>(32, bytes.size() - at)));
            if (!hash) return hash.error();
            hashes.push_back(*hash);
        }
    } else if (id.level == 0) {
        Parameters of_leaves;
        of_leaves.add(as_int64(id.index * audit::tile_width)).add(std::int64_t{id.width});
        auto const rows = run(leaves_statement, of_leaves);
        if (!rows) return rows.error();
        for (int i = 0; i < rows->count(); ++i) {
            auto const hash = hash_of((*rows)[i].bytes());
            if (!hash) return hash.error();
            hashes.push_back(*hash);
        }
    } else {
        for (unsigned i = 0; i < id.width; ++i) {
            auto below = read({id.level - 1, id.index * audit::tile_width + i, audit::tile_width});
            if (!below) return below.error();
            hashes.push_back(audit::ancestor_of(std::move(*below)));
        }
    }
    if (hashes.size() != id.width) {
        return Error{Code::internal_error,
                     "the audit log lacks " + audit::tile_path(id) + " or a part of it"};
    }
    return hashes;
}

}  // namespace bank::postgres
