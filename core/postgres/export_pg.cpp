#include "core/postgres/export_pg.hpp"

#include <fmt/format.h>

#include "core/postgres/client/acting_call.hpp"

namespace bank::postgres {
namespace {

constexpr Statement record_reading_statement{
    "record_reading", "select bank.record_reading(" BANK_SQL_CALLER ", $5, $6::json)"};
// The seal that contains record $1; if it is pruned, the first remaining seal.
constexpr Statement first_seal_statement{
    "export_first",
    "select (select max(s.first_no) from bank.audit_seals s"
    "        where s.first_no <= greatest($1, bank.kept_from())),"
    " (select max(s.first_no + s.record_count) from bank.audit_seals s)"};
constexpr Statement one_snapshot_statement{"", "set transaction isolation level repeatable read"};
constexpr Statement long_statement{"", "set local statement_timeout = '10min'"};
constexpr Statement slow_reader_statement{
    "", "set local idle_in_transaction_session_timeout = '10min'"};
constexpr Statement enter_statement{"enter", "select bank.enter($1)"};
constexpr std::chrono::minutes patience{11};
constexpr std::chrono::seconds usual_patience{12};
constexpr Statement pending_statement{
    "", "declare exported no scroll cursor for select " BANK_SQL_EXPORTED
        " from bank.exported_pending() x"};
constexpr Statement subjects_statement{
    "",
    "declare exported no scroll cursor for select s.hash, s.salt, s.value"
    " from bank.audit_subjects s where s.value is not null order by s.id"};
constexpr Statement accounts_statement{
    "",
    "declare exported no scroll cursor for select a.id, a.currency, a.balance, a.held"
    " from bank.accounts a order by a.id"};
constexpr Statement state_statement{
    "",
    "declare exported no scroll cursor for select x.of_table, x.key, x.change_no, x.state"
    " from bank.exported_state() x"};
constexpr Statement fetch_statement{"", "fetch 2000 from exported"};
constexpr Statement close_statement{"", "close exported"};

Error bad_start(std::string message) {
    return {.code = Code::invalid_field, .field = "/from", .message = std::move(message)};
}

}  // namespace

Status TrailExport::run(std::string const& origin, api::ExportRequest const& request) {
    if (auto const recorded = record_reading(request.from); !recorded) return recorded;
    auto const first = first_seal(request);
    if (!first) return first.error();
    if (request.is_resumed) {
        pages_.go_on(*first);
    } else {
        auto const begun = pages_.begin(pool_, audit::ExportKind::whole, origin, *first);
        if (!begun) return begun;
    }
    if (auto const written = pages_.write_all(pool_, acting_); !written) return written;
    return write_rest();
}

// First, in its own transaction: the export is audited even if it fails later.
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
        return bad_start("No seal starts there: the file does not belong to this bank.");
    }
    return first;
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
    if (auto const status = status_of((*entered)[0].text()); !status) return status;
    // Records sealed while the previous pages were read.
    for (auto is_more = true; is_more;) {
        auto const page = pages_.read(*transaction);
        if (!page) return page.error();
        is_more = page->records.count() > 0;
        if (auto const written = pages_.write(*page); !written) return written;
    }
    auto written = each_row(*transaction, pending_statement,
                            [&](Row row) { return writer_.pending(read_exported(row)); });
    if (!written) return written;
    written = each_row(*transaction, subjects_statement, [&](Row row) {
        auto const hash = row.bytes();
        return writer_.subject(hash, read_revealed(row));
    });
    if (!written) return written;
    written = each_row(*transaction, accounts_statement, [&](Row row) {
        auto const id = row.integer();
        auto const currency = row.text();
        auto const balance = row.integer();
        return writer_.account(id, currency, balance, row.integer());
    });
    if (!written) return written;
    written = each_row(*transaction, state_statement, [&](Row row) {
        auto const table = row.text();
        auto const key = row.text();
        auto const change_no = row.integer();
        return writer_.state(table, key, change_no, row.text());
    });
    if (!written) return written;
    transaction->set_patience(usual_patience);
    static_cast<void>(transaction->commit());
    return writer_.end(pages_.next());
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
