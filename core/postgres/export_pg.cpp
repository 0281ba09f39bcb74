#include "core/postgres/export_pg.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/postgres/acting_call.hpp"

namespace bank::postgres {
namespace {

constexpr std::int64_t page_records = 2000;  // Whole seals: one may be of more.

// A part that is not there reads as one with an empty salt.
#define PARTS                                                                                    \
    "x.leaf, x.record, coalesce(x.private_salt, ''), x.private, coalesce(x.reference_salt, '')," \
    " x.reference, coalesce(x.details_salt, ''), x.details"

constexpr Statement record_reading_statement{
    "record_reading", "select bank.record_reading(" BANK_SQL_CALLER ", $5, $6::json)"};
// The seal that holds record $1; where that is archived already, the first that is left.
constexpr Statement first_seal_statement{
    "export_first",
    "select coalesce((select max(s.first_no) from bank.audit_seals s where s.first_no <= $1),"
    " (select min(s.first_no) from bank.audit_seals s)),"
    " (select max(s.first_no + s.record_count) from bank.audit_seals s)"};
constexpr Statement records_statement{
    "export_records", "select x.seal_no, x.record_count, bank.us(x.sealed_at), x.id, " PARTS
                      " from bank.exported($1, $2) x"};
// Those whose first record is one of $1 to $2 - 1. No tree will ever fill one of level 7.
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

constexpr Statement one_snapshot_statement{"", "set transaction isolation level repeatable read"};
constexpr Statement long_statement{"", "set local statement_timeout = '10min'"};
constexpr Statement slow_reader_statement{
    "", "set local idle_in_transaction_session_timeout = '10min'"};
constexpr Statement enter_statement{"enter", "select bank.enter($1)"};
constexpr std::chrono::minutes patience{11};
constexpr std::chrono::seconds usual_patience{12};
constexpr Statement pending_statement{
    "", "declare exported no scroll cursor for select " PARTS " from bank.exported_pending() x"};
constexpr Statement subjects_statement{
    "",
    "declare exported no scroll cursor for select s.hash, s.salt, s.value"
    " from bank.audit_subjects s where s.value is not null order by s.id"};
constexpr Statement accounts_statement{
    "",
    "declare exported no scroll cursor for select a.id, a.currency, a.balance, a.held"
    " from bank.accounts a order by a.id"};
constexpr Statement fetch_statement{"", "fetch 2000 from exported"};
constexpr Statement close_statement{"", "close exported"};

#undef PARTS

api::Revealed revealed(Row& row) {
    auto salt = row.bytes();
    return {std::move(salt), row.text()};
}

audit::ExportedRecord exported_record(Row& row) {
    audit::ExportedRecord record;
    record.leaf = row.bytes();
    record.text = row.text();
    record.private_part = revealed(row);
    record.reference = revealed(row);
    record.details = revealed(row);
    return record;
}

std::uint64_t unsigned_of(Row& row) {
    return static_cast<std::uint64_t>(row.integer());
}

Error bad_start(std::string message) {
    return {.code = Code::invalid_field, .field = "/from", .message = std::move(message)};
}

}  // namespace

Status TrailExport::run(std::string const& origin, api::ExportRequest const& request) {
    if (auto const recorded = record_reading(request.from); !recorded) return recorded;
    auto const first = first_seal(request);
    if (!first) return first.error();
    next_ = *first;
    if (!request.is_resumed) {
        if (auto const begun = writer_.begin(origin, next_); !begun) return begun;
    }
    for (auto is_more = true; is_more;) {
        auto transaction = Transaction::enter(pool_, acting_);
        if (!transaction) return std::move(transaction).error();
        auto const page = read_page(*transaction);
        if (!page) return page.error();
        // Nothing was written there; and it must not wait for the sink.
        static_cast<void>(transaction->commit());
        is_more = page->records.count() >= page_records;
        if (auto const written = write(*page); !written) return written;
    }
    return write_rest();
}

// First and by itself: who took the trail along is known whatever becomes of the export.
Status TrailExport::record_reading(std::uint64_t from) {
    auto parameters = Parameters::caller(acting_);
    parameters.add(false).add(fmt::format(R"({{"export_from":{}}})", from));
    auto const recorded =
        act(pool_, acting_, audit::Action::view_audit, record_reading_statement, parameters);
    if (!recorded) return recorded.error();
    return Done{};
}

Result<std::uint64_t> TrailExport::first_seal(api::ExportRequest const& request) {
    Parameters parameters;
    parameters.add(static_cast<std::int64_t>(request.from));
    auto const rows = read_as(pool_, acting_, first_seal_statement, parameters);
    if (!rows) return rows.error();
    auto row = (*rows)[0];
    auto const first = static_cast<std::uint64_t>(row.optional_integer().value_or(0));
    auto const size = static_cast<std::uint64_t>(row.optional_integer().value_or(0));
    if (request.from != 0 && request.from >= size) {
        return bad_start(fmt::format("Only {} records are sealed.", size));
    }
    if (request.is_resumed && request.from != first) {
        return bad_start("No seal begins there: the file is not of this bank.");
    }
    return first;
}

Result<TrailExport::Page> TrailExport::read_page(Transaction& transaction) const {
    auto const from = static_cast<std::int64_t>(next_);
    Parameters parameters;
    parameters.add(from).add(page_records);
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

Status TrailExport::write(Page const& page) {
    int tile = 0;
    int checkpoint = 0;
    // Each is written with the seal where its first number, or its size, lies.
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
            if (!row.optional_integer()) continue;  // Of this seal nothing is left.
            if (auto const done = writer_.sealed(exported_record(row)); !done) return done;
        }
        if (auto const done = checkpoints_up_to(next_); !done) return done;
    }
    return Done{};
}

Status TrailExport::write_rest() {
    auto transaction = Transaction::begin_as(pool_, acting_);
    if (!transaction) return std::move(transaction).error();
    for (auto const* statement :
         {&one_snapshot_statement, &long_statement, &slow_reader_statement}) {
        if (auto const set = transaction->run(*statement); !set) return set.error();
    }
    transaction->set_patience(patience);
    Parameters secret;
    secret.add_bytes(acting_.session);
    auto const entered = transaction->run(enter_statement, secret);
    if (!entered) return entered.error();
    if ((*entered)[0].text() != "ok") return Code::session_ended;
    // What was sealed while the pages before were read.
    for (auto is_more = true; is_more;) {
        auto const page = read_page(*transaction);
        if (!page) return page.error();
        is_more = page->records.count() > 0;
        if (auto const written = write(*page); !written) return written;
    }
    auto written = each_row(*transaction, pending_statement,
                            [&](Row row) { return writer_.pending(exported_record(row)); });
    if (!written) return written;
    written = each_row(*transaction, subjects_statement, [&](Row row) {
        auto const hash = row.bytes();
        return writer_.subject(hash, revealed(row));
    });
    if (!written) return written;
    written = each_row(*transaction, accounts_statement, [&](Row row) {
        auto const id = row.integer();
        auto const currency = row.text();
        auto const balance = row.integer();
        return writer_.account(id, currency, balance, row.integer());
    });
    if (!written) return written;
    transaction->set_patience(usual_patience);
    static_cast<void>(transaction->commit());
    return writer_.end(next_);
}

Status TrailExport::each_row(Transaction& transaction, Statement const& declare,
                             std::function<Status(Row)> const& write) {
    if (auto const declared = transaction.run(declare); !declared) return declared.error();
    for (auto is_more = true; is_more;) {
        auto const rows = transaction.run(fetch_statement);
        if (!rows) return rows.error();
        for (int i = 0; i < rows->count(); ++i) {
            if (auto const written = write((*rows)[i]); !written) return written;
        }
        is_more = rows->count() > 0;
    }
    if (auto const closed = transaction.run(close_statement); !closed) return closed.error();
    return Done{};
}

}  // namespace bank::postgres
