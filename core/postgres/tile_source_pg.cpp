#include "core/postgres/tile_source_pg.hpp"

#include <algorithm>

namespace bank::postgres {
namespace {

using audit::Hash;

constexpr Statement tile_statement{"tile", "select coalesce(bank.read_tile($1, $2), '')"};
constexpr Statement leaves_statement{"leaves", "select s.leaf from bank.sealed_leaves($1, $2) s"};

}  // namespace

Result<Hash> hash_of(BytesView bytes) {
    Hash hash{};
    if (bytes.size() != hash.size()) {
        return Error{Code::internal_error, "a hash of the audit log does not have 32 bytes"};
    }
    std::ranges::copy(bytes, hash.begin());
    return hash;
}

Result<std::optional<audit::KeptCheckpoint>> read_checkpoint(Result<Rows> const& rows) {
    if (!rows) return rows.error();
    if (rows->count() == 0) return std::optional<audit::KeptCheckpoint>{};
    auto row = (*rows)[0];
    audit::KeptCheckpoint checkpoint;
    checkpoint.size = static_cast<std::uint64_t>(row.integer());
    checkpoint.note = row.text();
    return std::optional(checkpoint);
}

Result<std::vector<Hash>> TileSourcePg::read(audit::TileId const& id) {
    if (last_ && last_->id == id) return last_->hashes;
    auto hashes = find(id);
    if (!hashes) return hashes;
    if (hashes->size() != id.width) {
        return Error{Code::internal_error,
                     "the audit log lacks " + audit::tile_path(id) + " or a part of it"};
    }
    last_ = {id, *hashes};
    return hashes;
}

// Only full tiles are stored. For the last tile of a level, leaves come from the records, and
// higher hashes are computed from the full tiles below.
Result<std::vector<Hash>> TileSourcePg::find(audit::TileId const& id) {
    Parameters of_tile;
    of_tile.add(std::int64_t{id.level}).add(static_cast<std::int64_t>(id.index));
    auto const kept = run_(tile_statement, of_tile);
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
        of_leaves.add(static_cast<std::int64_t>(id.index * audit::tile_width))
            .add(std::int64_t{id.width});
        auto const rows = run_(leaves_statement, of_leaves);
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
    return hashes;
}

}  // namespace bank::postgres
