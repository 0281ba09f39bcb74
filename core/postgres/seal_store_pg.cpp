#include "core/postgres/seal_store_pg.hpp"

#include <algorithm>
#include <string>

#include "core/base/check.hpp"
#include "core/postgres/client/array_text.hpp"
#include "core/postgres/tile_source_pg.hpp"

namespace bank::postgres {
namespace {

constexpr Statement acquire_statement{"acquire", "select bank.take_sealing()"};
// The channel for checkpoint requests from other daemons to the sealer. Every role that can connect
// can send on it, but messages carry no data, and the sealer limits its own rate.
constexpr Statement listen_statement{"listen", "listen bankd_checkpoint"};
constexpr Statement pass_request_statement{"pass_request",
                                           "select pg_notify('bankd_checkpoint', '')"};
constexpr Statement sealed_statement{
    "sealed", "select s.tree_size, s.last_xid, s.last_id from bank.sealed() s"};
constexpr Statement unsealed_statement{
    "unsealed", "select u.xid, u.id, u.leaf from bank.unsealed($1, $2, $3) u"};
constexpr Statement macs_have_begun_statement{"record_macs_have_begun",
                                              "select bank.record_macs_have_begun()"};
constexpr Statement macs_statement{
    "record_macs", "select m.xid, m.key_id, m.record_count, m.mac from bank.record_macs($1, $2) m"};
constexpr Statement written_by_statement{
    "written_by",
    "select w.id, w.action, w.outcome, coalesce(w.actor_id, 0), coalesce(w.account_id, 0),"
    " coalesce(w.transfer_id, 0) from bank.written_by($1, $2) w"};
constexpr Statement seal_statement{"seal", "select bank.seal($1, $2, $3, $4, $5, $6, $7)"};
constexpr Statement add_checkpoint_statement{"add_checkpoint",
                                             "select bank.add_checkpoint($1, $2)"};
constexpr Statement is_preparing_statement{"is_preparing",
                                           "select exists (select from bank.open_restore())"
                                           " or exists (select from bank.unbound_evidence())"};
constexpr Statement lost_statement{"lost_checkpoints",
                                   "select l.restore_id, l.note, coalesce(l.mac, '')"
                                   " from bank.lost_checkpoints() l"};
constexpr Statement oldest_statement{"oldest_unsealed",
                                     "select o.xid, o.id, o.age_ms from bank.oldest_unsealed() o"};
constexpr Statement newest_time_statement{
    "newest_time", "select n.newest_us, n.clock_us from bank.newest_time() n"};
constexpr Statement clock_statement{"clock", "select bank.is_transaction_clock_behind()"};

std::int64_t as_int64(std::uint64_t value) {
    return static_cast<std::int64_t>(value);
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
        return Error{Code::storage_unavailable,
                     "The connection that held the sealing lock is lost."};
    }
    auto const rows = run(statement, parameters);
    if (!rows) return rows.error();
    return Done{};
}

Result<bool> SealStorePg::acquire() {
    auto const rows = run(acquire_statement);
    if (!rows) return rows.error();
    if (!(*rows)[0].boolean()) return false;
    if (auto const listening = run(listen_statement); !listening) return listening.error();
    is_sealer_ = true;
    return true;
}

// Closing the session releases the lock, even if the server is still executing a statement for it.
void SealStorePg::release() noexcept {
    is_sealer_ = false;
    connection_.reset();
}

Result<bool> SealStorePg::macs_have_begun() {
    auto const rows = run(macs_have_begun_statement);
    if (!rows) return rows.error();
    return (*rows)[0].boolean();
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

Result<std::vector<audit::KeptMac>> SealStorePg::macs(std::uint64_t from_xid,
                                                      std::uint64_t to_xid) {
    Parameters parameters;
    parameters.add(std::to_string(from_xid)).add(std::to_string(to_xid));
    auto const rows = run(macs_statement, parameters);
    if (!rows) return rows.error();
    std::vector<audit::KeptMac> macs(static_cast<std::size_t>(rows->count()));
    for (int i = 0; i < rows->count(); ++i) {
        auto row = (*rows)[i];
        auto& kept = macs[static_cast<std::size_t>(i)];
        kept.xid = static_cast<std::uint64_t>(row.integer());
        auto const key_id = row.bytes();
        kept.mac.count = static_cast<std::uint32_t>(row.integer());
        auto const mac = hash_of(row.bytes());
        if (key_id.size() != kept.mac.key_id.size() || !mac) {
            return Error{Code::internal_error, "a MAC of records has another size"};
        }
        std::copy(key_id.begin(), key_id.end(), kept.mac.key_id.begin());
        kept.mac.mac = *mac;
    }
    return macs;
}

Result<std::vector<audit::WrittenLine>> SealStorePg::written_by(std::uint64_t xid,
                                                                std::uint32_t limit) {
    Parameters parameters;
    parameters.add(std::to_string(xid)).add(std::int64_t{limit});
    auto const rows = run(written_by_statement, parameters);
    if (!rows) return rows.error();
    std::vector<audit::WrittenLine> lines(static_cast<std::size_t>(rows->count()));
    for (int i = 0; i < rows->count(); ++i) {
        auto row = (*rows)[i];
        auto& line = lines[static_cast<std::size_t>(i)];
        line.id = row.integer();
        line.action = row.text();
        line.outcome = row.text();
        line.actor_id = row.integer();
        line.account_id = row.integer();
        line.transfer_id = row.integer();
    }
    return lines;
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
    return read_checkpoint(run(last_checkpoint_statement));
}

Status SealStorePg::add_checkpoint(audit::KeptCheckpoint const& checkpoint) {
    Parameters parameters;
    parameters.add(as_int64(checkpoint.size)).add(checkpoint.note);
    return run_as_sealer(add_checkpoint_statement, parameters);
}

Status SealStorePg::pass_request() {
    auto const rows = run(pass_request_statement);
    if (!rows) return rows.error();
    return Done{};
}

bool SealStorePg::take_request() {
    return connection_ && connection_->take_notifications();
}

Result<std::vector<audit::LostCheckpoint>> SealStorePg::lost_checkpoints() {
    auto const preparing = run(is_preparing_statement);
    if (!preparing) return preparing.error();
    if ((*preparing)[0].boolean()) {
        return Error{Code::storage_unavailable,
                     "The restored or upgraded database has not been checked yet."};
    }
    auto const rows = run(lost_statement);
    if (!rows) return rows.error();
    std::vector<audit::LostCheckpoint> lost;
    for (int i = 0; i < rows->count(); ++i) {
        auto row = (*rows)[i];
        auto const restore = row.integer();
        auto note = row.text();
        lost.push_back({restore, std::move(note), row.bytes()});
    }
    return lost;
}

Result<std::optional<audit::UnsealedRecord>> SealStorePg::oldest_unsealed() {
    auto const rows = run(oldest_statement);
    if (!rows) return rows.error();
    std::optional<audit::UnsealedRecord> oldest;
    if (rows->count() == 0) return oldest;
    auto row = (*rows)[0];
    oldest.emplace();
    oldest->position.xid = static_cast<std::uint64_t>(row.integer());
    oldest->position.id = row.integer();
    oldest->age = std::chrono::milliseconds{row.integer()};
    return oldest;
}

Result<audit::NewestTime> SealStorePg::newest_time() {
    auto const rows = run(newest_time_statement);
    if (!rows) return rows.error();
    auto row = (*rows)[0];
    audit::NewestTime time;
    time.transfer.us = row.integer();
    time.clock.us = row.integer();
    return time;
}

Result<bool> SealStorePg::is_transaction_clock_behind() {
    auto const rows = run(clock_statement);
    if (!rows) return rows.error();
    return (*rows)[0].boolean();
}

Result<std::vector<audit::Hash>> SealStorePg::read(audit::TileId const& id) {
    TileSourcePg tiles([this](Statement const& statement, Parameters const& parameters) {
        return run(statement, parameters);
    });
    return tiles.read(id);
}

}  // namespace bank::postgres
