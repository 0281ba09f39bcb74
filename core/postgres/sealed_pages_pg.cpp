#include "core/postgres/sealed_pages_pg.hpp"

#include <algorithm>

#include "core/audit/tile_tree.hpp"
#include "core/postgres/tile_source_pg.hpp"

namespace bank::postgres {
namespace {

constexpr std::int64_t page_records = 2000;  // Rounded up to whole seals.

constexpr Statement records_statement{
    "export_records",
    "select x.seal_no, x.record_count, bank.us(x.sealed_at), x.id, " BANK_SQL_EXPORTED
    " from bank.exported($1, $2) x where x.seal_no < $3"};
// Tiles whose first record is in $1 to $2 - 1. No tree ever fills a tile of level 7.
constexpr Statement tiles_statement{
    "export_tiles",
    "select t.tile_no << (8 * (t.level + 1)), t.level, t.tile_no, t.hashes"
    " from generate_series(0, 6) l join bank.audit_tiles t on t.level = l::smallint"
    " and t.tile_no >= ($1 + (1::bigint << (8 * (l + 1))) - 1) >> (8 * (l + 1))"
    " and t.tile_no < ($2 + (1::bigint << (8 * (l + 1))) - 1) >> (8 * (l + 1))"
    " order by 1, 2 desc"};
constexpr Statement checkpoints_statement{
    "export_checkpoints",
    "select c.tree_size, c.note from bank.audit_checkpoints c"
    " where c.tree_size > $1 and c.tree_size <= $2 order by c.tree_size"};

std::uint64_t unsigned_of(Row& row) {
    return static_cast<std::uint64_t>(row.integer());
}

}  // namespace

api::Revealed read_revealed(Row& row) {
    auto salt = row.bytes();
    return {std::move(salt), row.text()};
}

audit::ExportedRecord read_exported(Row& row) {
    audit::ExportedRecord record;
    record.leaf = row.bytes();
    record.text = row.text();
    record.private_part = read_revealed(row);
    record.reference = read_revealed(row);
    record.details = read_revealed(row);
    return record;
}

Status SealedPages::begin(Pool& pool, audit::ExportKind kind, std::string const& origin,
                          std::uint64_t from) {
    next_ = from;
    auto transaction = Transaction::begin(pool);
    if (!transaction) return std::move(transaction).error();
    TileSourcePg tiles([&](Statement const& statement, Parameters const& parameters) {
        return transaction->run(statement, parameters);
    });
    auto const edge = audit::TileTree(tiles, from).edge();
    if (!edge) return edge.error();
    // Read-only: a lost reply to COMMIT does no harm.
    static_cast<void>(transaction->commit());
    return writer_.begin(kind, origin, from, *edge);
}

Result<SealedPages::Page> SealedPages::read(Transaction& transaction) const {
    auto const from = static_cast<std::int64_t>(next_);
    Parameters parameters;
    parameters.add(from).add(page_records).add(static_cast<std::int64_t>(end_));
    auto records = transaction.run(records_statement, parameters);
    if (!records) return records.error();
    auto end = from;
    if (records->count() > 0) {
        auto last = (*records)[records->count() - 1];
        end = last.integer();
        end += last.integer();
    }
    Parameters range;
    range.add(from).add(end);
    auto tiles = transaction.run(tiles_statement, range);
    if (!tiles) return tiles.error();
    auto checkpoints = transaction.run(checkpoints_statement, range);
    if (!checkpoints) return checkpoints.error();
    return Page{std::move(*records), std::move(*tiles), std::move(*checkpoints)};
}

Status SealedPages::write(Page const& page) {
    int tile = 0;
    int checkpoint = 0;
    // A tile or checkpoint is written with the seal that contains its first number, or its size.
    auto const tiles_before = [&](std::uint64_t end) -> Status {
        for (; tile < page.tiles.count(); ++tile) {
            auto row = page.tiles[tile];
            if (unsigned_of(row) >= end) break;
            auto const level = row.integer();
            auto const index = unsigned_of(row);
            if (auto const done = writer_.tile(level, index, row.bytes()); !done) return done;
        }
        return Done{};
    };
    auto const checkpoints_up_to = [&](std::uint64_t end) -> Status {
        for (; checkpoint < page.checkpoints.count(); ++checkpoint) {
            auto row = page.checkpoints[checkpoint];
            if (unsigned_of(row) > end) break;
            if (auto const done = writer_.checkpoint(row.text()); !done) return done;
        }
        return Done{};
    };
    for (int i = 0; i < page.records.count();) {
        auto head = page.records[i];
        auto const first = unsigned_of(head);
        auto const count = unsigned_of(head);
        next_ = first + count;
        if (auto const done = writer_.seal(first, count, head.time()); !done) return done;
        if (auto const done = tiles_before(next_); !done) return done;
        for (; i < page.records.count(); ++i) {
            auto row = page.records[i];
            if (unsigned_of(row) != first) break;
            row.skip();
            row.skip();
            if (!row.optional_integer()) continue;  // This seal is fully pruned.
            if (auto const done = writer_.sealed(read_exported(row)); !done) return done;
        }
        if (auto const done = checkpoints_up_to(next_); !done) return done;
    }
    return Done{};
}

Status SealedPages::write_all(Pool& pool, access::Acting const& acting) {
    for (auto is_more = true; is_more;) {
        auto transaction = Transaction::enter(pool, acting);
        if (!transaction) return std::move(transaction).error();
        auto const page = read(*transaction);
        if (!page) return page.error();
        // Read-only; and it must not stay open while waiting for the sink.
        static_cast<void>(transaction->commit());
        is_more = page->records.count() >= page_records;
        if (auto const written = write(*page); !written) return written;
    }
    return Done{};
}

}  // namespace bank::postgres
