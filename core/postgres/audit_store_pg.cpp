#include "core/postgres/audit_store_pg.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

#include "core/base/bytes.hpp"
#include "core/base/json_writer.hpp"
#include "core/base/text.hpp"
#include "core/postgres/archive_pg.hpp"
#include "core/postgres/client/acting_call.hpp"
#include "core/postgres/client/statements.hpp"
#include "core/postgres/export_pg.hpp"
#include "core/postgres/tile_source_pg.hpp"

namespace bank::postgres {
namespace {

// Subjects are few, records many: filters on subjects are resolved first.
#define AUDIT_COLUMNS                                      \
    "l.id, bank.us(l.\"timestamp\"), l.action, l.outcome," \
    " bank.record_details(l.details_hash, l.transfer_id), s.value, l.request_id"
#define AUDIT_FILTERS                                                                       \
    " from bank.audit_logs l join bank.audit_subjects s on s.id = l.subject_id"             \
    " where ($1::text is null"                                                              \
    "        or l.actor_id = (select u.id from bank.users u where lower(u.user_name) = "    \
    "lower($1))"                                                                            \
    "        or l.subject_id = any (array(select k.id from bank.audit_subjects k"           \
    "                                     where split_part(k.value, E'\\t', 2) = $1)))"     \
    " and ($2::text is null or l.action = $2)"                                              \
    " and ($3::text is null or l.outcome = $3)"                                             \
    " and ($4::inet is null"                                                                \
    "      or l.subject_id = any (array(select k.id from bank.audit_subjects k"             \
    "                                   where split_part(k.value, E'\\t', 3) = host($4))))" \
    " and ($5::uuid is null or l.request_id = $5)"                                          \
    " and ($6::bigint is null"                                                              \
    "      or case when l.transfer_id is null then l.account_id = $6"                       \
    "         else exists (select from bank.transfers t where t.id = l.transfer_id"         \
    "                      and $6 in (t.debit_account_id, t.credit_account_id)) end)"       \
    " and ($7::timestamptz is null or l.\"timestamp\" >= $7)"                               \
    " and ($8::timestamptz is null or l.\"timestamp\" < $8)"

constexpr Statement read_back_statement{"audit_back",
                                        "select " AUDIT_COLUMNS AUDIT_FILTERS
                                        " and l.id < $9 order by l.id desc limit $10"};
constexpr Statement read_on_statement{
    "audit_on", "select " AUDIT_COLUMNS AUDIT_FILTERS " and l.id > $9 order by l.id limit $10"};
constexpr Statement record_reading_statement{
    "record_reading", "select bank.record_reading(" BANK_SQL_CALLER ", $5, $6::json)"};
constexpr Statement receipt_statement{
    "receipt",
    "select r.number, r.xid, r.id, r.leaf, r.record, coalesce(r.reference_salt, ''), r.reference"
    " from bank.receipt_of($1) r"};
constexpr Statement is_archived_statement{
    "is_archived", "select bank.kept_from() > 0 and exists (select from bank.find_transfer($1))"};
constexpr Statement audit_span_statement{
    "audit_span",
    "select s.record_count, s.first_no, s.last_no, s.end_xid, s.end_id"
    " from bank.audit_span($1, $2, $3) s"};
constexpr Statement proven_records_statement{
    "proven_records",
    "select p.id, p.leaf, p.record, coalesce(p.subject_salt, ''), p.subject,"
    " coalesce(p.details_salt, ''), p.details from bank.proven_records($1, $2) p"};
constexpr Statement check_schema_statement{"check_schema",
                                           "select bank.check_schema(" BANK_SQL_CALLER ")"};
constexpr Statement delivered_statement{
    "delivered", "select d.next_no, coalesce(d.mac, ''), d.oldest_no from bank.delivered($1) d"};
constexpr Statement undelivered_statement{
    "undelivered",
    "select u.number, u.account_id, u.transfer_id, u.id, bank.us(u.\"timestamp\"), u.action,"
    " u.outcome, u.details, u.subject, u.request_id from bank.undelivered($1, $2) u"};
constexpr Statement set_delivered_statement{"set_delivered",
                                            "select bank.set_delivered($1, $2, $3, $4)"};
constexpr Statement count_undelivered_statement{"count_undelivered",
                                                "select bank.count_undelivered($1)"};

#undef AUDIT_FILTERS
#undef AUDIT_COLUMNS

// Parses bank.subject_text(), which is empty for an erased subject.
void read_subject(std::string_view subject, api::AuditRecord& record) {
    auto const next_part = [&subject] {
        auto const part = subject.substr(0, subject.find('\t'));
        subject.remove_prefix(std::min(part.size() + 1, subject.size()));
        return std::string(part);
    };
    if (subject.empty()) {
        record.actor = "erased";
        return;
    }
    next_part();  // The user's id.
    record.actor = next_part();
    record.ip = next_part();
    if (record.ip == "-") record.ip.clear();
    record.user_agent = subject;
}

api::AuditRecord read_record(Row& row) {
    api::AuditRecord record;
    record.id = row.id<AuditId>();
    record.created_at = row.time();
    record.action = row.text();
    record.outcome = row.text();
    record.details = row.text();
    read_subject(row.text(), record);
    record.request_id = row.text();
    return record;
}

// The request, for the audit record of the read.
std::string filters_of(api::AuditRequest const& request) {
    JsonWriter json;
    json.begin_object();
    auto const add = [&](char const* name, std::string const& value) {
        if (!value.empty()) json.key(name).text(plain_text(value, 100));
    };
    add("actor", request.actor);
    add("action", request.action);
    add("outcome", request.outcome);
    add("ip", request.ip);
    add("request_id", request.request_id);
    if (request.account_id) json.key("account_id").number(request.account_id.value);
    if (request.from) json.key("from").text(to_string(*request.from));
    if (request.until) json.key("until").text(to_string(*request.until));
    if (request.after) json.key("after").number(request.after.value);
    json.end_object();
    return std::move(json).take();
}

std::optional<api::Revealed> read_revealed_or_nothing(Row& row) {
    auto salt = row.bytes();
    auto value = row.text();
    if (salt.empty()) return std::nullopt;
    return api::Revealed{std::move(salt), std::move(value)};
}

audit::Position read_position(Row& row) {
    auto const xid = static_cast<std::uint64_t>(row.integer());
    return {xid, row.integer()};
}

Result<audit::LogRange> find_range(Transaction& transaction, api::AuditRange const& range,
                                   std::uint64_t size) {
    Parameters ids;
    ids.add(range.first.value).add(range.last.value).add(std::int64_t{api::audit_range_max} + 1);
    auto const spans = transaction.run(audit_span_statement, ids);
    if (!spans) return spans.error();
    if (spans->count() == 0) return Code::not_found;
    auto span = (*spans)[0];
    auto const count = span.integer();
    auto const first = span.optional_integer();
    auto const last = span.optional_integer();
    if (count == 0) return Code::not_found;
    audit::LogRange found;
    if (!last || static_cast<std::uint64_t>(*last) >= size) found.uncovered = read_position(span);
    if (!first || static_cast<std::uint64_t>(*first) >= size) return found;
    auto const end = last ? std::min(static_cast<std::uint64_t>(*last) + 1, size) : size;
    auto const wanted = end - static_cast<std::uint64_t>(*first);
    if (count > api::audit_range_max || wanted > api::audit_range_max) {
        return Error{
            .code = Code::invalid_field,
            .field = "last",
            .message = fmt::format("The range has more than {} records.", api::audit_range_max)};
    }
    found.first = static_cast<std::uint64_t>(*first);
    Parameters numbers;
    numbers.add(*first).add(static_cast<std::int64_t>(wanted));
    auto const rows = transaction.run(proven_records_statement, numbers);
    if (!rows) return rows.error();
    for (int i = 0; i < rows->count(); ++i) {
        auto row = (*rows)[i];
        api::ProvenRecord record;
        record.id = row.id<AuditId>();
        record.leaf = to_base64(row.bytes());
        record.record = row.text();
        record.subject = read_revealed_or_nothing(row);
        record.details = read_revealed_or_nothing(row);
        found.records.push_back(std::move(record));
    }
    // If some were removed, the proof reveals it.
    if (found.records.empty()) return Code::not_found;
    return found;
}

}  // namespace

Status AuditStorePg::record(audit::Event const& event) {
    access::Acting acting;
    acting.source = event.source;
    if (event.session) acting.session = *event.session;
    auto parameters = event.session ? Parameters::caller(acting) : Parameters::caller(event.source);
    parameters.add(audit::facts(event.action).word)
        .add(event.outcome ? word(*event.outcome) : std::string_view{"ok"})
        .add(event.details);
    auto const rows = act_alone(pool_, record_event_statement, parameters, one_record);
    if (!rows) return rows.error();
    return Done{};
}

Result<api::Page<api::AuditRecord>> AuditStorePg::read(access::Acting const& acting,
                                                       api::AuditRequest const& request) {
    auto const is_following = static_cast<bool>(request.after);
    auto const list = is_following ? api::List::audit_ascending : api::List::audit_newest_first;
    auto const start =
        first_key(request.page, list,
                  is_following ? request.after.value : std::numeric_limits<std::int64_t>::max());
    if (!start) return start.error();
    if (!request.ip.empty() && inet_or_nothing(request.ip).empty())
        return Error{
            .code = Code::invalid_field, .field = "ip", .message = "Must be an IP address."};
    if (!request.request_id.empty() && !parse_uuid(request.request_id)) {
        return Error{
            .code = Code::invalid_field, .field = "request_id", .message = "Must be a UUID."};
    }
    Parameters parameters;
    parameters.add_unless_empty(request.actor)
        .add_unless_empty(request.action)
        .add_unless_empty(request.outcome)
        .add_unless_empty(request.ip)
        .add_unless_empty(request.request_id)
        .add(request.account_id)
        .add(request.from)
        .add(request.until)
        .add(*start)
        .add(std::int64_t{request.page.limit} + 1);
    auto transaction = Transaction::enter(pool_, acting);
    if (!transaction) return std::move(transaction).error();
    auto const rows =
        transaction->run(is_following ? read_on_statement : read_back_statement, parameters);
    if (!rows) {
        record_if_denied(pool_, acting, audit::Action::view_audit, rows.error());
        return rows.error();
    }
    if (request.page.cursor.empty()) {
        auto reading = Parameters::caller(acting);
        reading.add(is_following).add(filters_of(request));
        auto const recorded = transaction->run(record_reading_statement, reading);
        if (!recorded) return recorded.error();
        // A follower is recorded once in ten minutes.
        Records const expected{is_following ? 0 : 1, 1};
        auto const committed = transaction->commit(expected);
        if (!committed) return committed.error();
        if (auto const status = status_of((*recorded)[0].text()); !status) return status.error();
    }
    return page_of<api::AuditRecord>(*rows, request.page, list,
                                     [](Row row) { return read_record(row); });
}

Result<audit::WrittenRecord> AuditStorePg::find_record(access::Acting const& acting,
                                                       TransferId id) {
    Parameters parameters;
    parameters.add(id.value);
    auto const rows = read_as(pool_, acting, receipt_statement, parameters);
    if (!rows) return rows.error();
    if (rows->count() == 0) {
        auto const pruned = read_as(pool_, acting, is_archived_statement, parameters);
        if (!pruned) return pruned.error();
        return (*pruned)[0].boolean() ? Code::record_archived : Code::not_found;
    }
    auto row = (*rows)[0];
    audit::WrittenRecord record;
    if (auto const number = row.optional_integer()) {
        record.number = static_cast<std::uint64_t>(*number);
    }
    record.position = read_position(row);
    auto const leaf = hash_of(row.bytes());
    if (!leaf) return leaf.error();
    record.leaf = *leaf;
    record.text = row.text();
    api::Revealed reference{row.bytes(), row.text()};
    if (!reference.salt.empty()) record.reference = std::move(reference);
    return record;
}

Result<std::optional<audit::KeptCheckpoint>> AuditStorePg::last_checkpoint() {
    return read_checkpoint(run_alone(pool_, last_checkpoint_statement, {}));
}

Result<audit::Proof> AuditStorePg::prove_with(
    std::function<Result<audit::Proof>(audit::TileSource&)> const& prove) {
    auto transaction = Transaction::begin(pool_);
    if (!transaction) return std::move(transaction).error();
    TileSourcePg tiles([&](Statement const& statement, Parameters const& parameters) {
        return transaction->run(statement, parameters);
    });
    auto proof = prove(tiles);
    // Read-only: a lost reply to COMMIT does no harm.
    if (proof) static_cast<void>(transaction->commit());
    return proof;
}

Result<audit::Proof> AuditStorePg::prove(std::uint64_t number, std::uint64_t size) {
    return prove_with([&](audit::TileSource& tiles) {
        return audit::TileTree(tiles, size).prove_inclusion(number);
    });
}

Result<audit::Proof> AuditStorePg::prove_range(std::uint64_t begin, std::uint64_t end,
                                               std::uint64_t size) {
    return prove_with([&](audit::TileSource& tiles) {
        return audit::TileTree(tiles, size).prove_range(begin, end);
    });
}

Result<audit::Proof> AuditStorePg::prove_growth(std::uint64_t older_size, std::uint64_t size) {
    return prove_with([&](audit::TileSource& tiles) {
        return audit::TileTree(tiles, size).prove_consistency(older_size);
    });
}

Result<audit::LogRange> AuditStorePg::read_range(access::Acting const& acting,
                                                 api::AuditRange const& range, std::uint64_t size) {
    auto transaction = Transaction::enter(pool_, acting);
    if (!transaction) return std::move(transaction).error();
    auto reading = Parameters::caller(acting);
    reading.add(false).add(
        fmt::format(R"({{"prove_from":{},"prove_to":{}}})", range.first.value, range.last.value));
    auto const recorded = transaction->run(record_reading_statement, reading);
    if (!recorded) {
        record_if_denied(pool_, acting, audit::Action::view_audit, recorded.error());
        return recorded.error();
    }
    auto const status = status_of((*recorded)[0].text());
    auto found = status ? find_range(*transaction, range, size) : status.error();
    // Committed even if nothing was found or the read was refused: the request is audited.
    auto const committed = transaction->commit(one_record);
    if (!committed) return committed.error();
    return found;
}

Status AuditStorePg::export_trail(access::Acting const& acting, std::string const& origin,
                                  api::ExportRequest const& request, api::ExportSink const& sink) {
    return TrailExport(pool_, acting, sink).run(origin, request);
}

Result<api::Archive> AuditStorePg::archive(access::Acting const& acting, std::string const& origin,
                                           Timestamp before, api::ExportSink const& sink) {
    return write_archive(pool_, acting, origin, before, sink);
}

Result<api::Archive> AuditStorePg::prune(access::Acting const& acting, std::string const& digest) {
    return prune_archive(pool_, acting, digest);
}

Status AuditStorePg::begin_schema_check(access::Acting const& acting) {
    auto const begun = act(pool_, acting, audit::Action::check_schema, check_schema_statement,
                           Parameters::caller(acting));
    return begun ? Status{Done{}} : begun.error();
}

Result<audit::Delivered> AuditStorePg::delivered(std::string const& sink) {
    Parameters parameters;
    parameters.add(sink);
    auto const rows = run_alone(pool_, delivered_statement, parameters);
    if (!rows) return rows.error();
    auto row = (*rows)[0];
    audit::Delivered delivered;
    if (auto const next = row.optional_integer())
        delivered.next = static_cast<std::uint64_t>(*next);
    delivered.mac = row.bytes();
    delivered.oldest = static_cast<std::uint64_t>(row.integer());
    return delivered;
}

Result<std::vector<audit::NumberedRecord>> AuditStorePg::undelivered(std::uint64_t from,
                                                                     std::uint32_t limit) {
    Parameters parameters;
    parameters.add(static_cast<std::int64_t>(from)).add(std::int64_t{limit});
    auto const rows = run_alone(pool_, undelivered_statement, parameters);
    if (!rows) return rows.error();
    std::vector<audit::NumberedRecord> records(static_cast<std::size_t>(rows->count()));
    for (int i = 0; i < rows->count(); ++i) {
        auto row = (*rows)[i];
        auto& record = records[static_cast<std::size_t>(i)];
        record.number = static_cast<std::uint64_t>(row.integer());
        record.account_id = row.id<AccountId>();
        record.transfer_id = row.id<TransferId>();
        record.record = read_record(row);
    }
    return records;
}

Status AuditStorePg::set_delivered(std::string const& sink, audit::Reached const& reached) {
    Parameters parameters;
    parameters.add(sink)
        .add(static_cast<std::int64_t>(reached.next))
        .add_bytes(reached.mac)
        .add(reached.is_restart);
    auto const rows = run_alone(pool_, set_delivered_statement, parameters);
    if (!rows) return rows.error();
    return Done{};
}

Result<std::int64_t> AuditStorePg::count_undelivered(std::uint64_t from) {
    Parameters parameters;
    parameters.add(static_cast<std::int64_t>(from));
    auto const rows = run_alone(pool_, count_undelivered_statement, parameters);
    if (!rows) return rows.error();
    return (*rows)[0].integer();
}

}  // namespace bank::postgres
