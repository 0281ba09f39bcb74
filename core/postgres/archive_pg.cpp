#include "core/postgres/archive_pg.hpp"

#include "core/postgres/client/acting_call.hpp"
#include "core/postgres/sealed_pages_pg.hpp"

namespace bank::postgres {
namespace {

constexpr Statement begin_statement{
    "begin_archive",
    "select a.status, a.first_no, a.end_no from bank.begin_archive(" BANK_SQL_CALLER ", $5) a"};
constexpr Statement keep_statement{"keep_archive",
                                   "select bank.keep_archive(" BANK_SQL_CALLER ", $5, $6, $7)"};
constexpr Statement prune_statement{
    "prune_audit",
    "select a.status, a.first_no, a.end_no from bank.prune_audit(" BANK_SQL_CALLER ", $5) a"};
constexpr RareStatement drop_statement{"select bank.drop_pruned(5000)", 1};
constexpr Statement subjects_statement{
    "archive_subjects",
    "select s.id, s.hash, s.salt, s.value from bank.audit_subjects s"
    " where s.value is not null and s.id > $1 order by s.id limit 2000"};

Result<api::Archive> read_archive(Rows const& rows, std::string digest) {
    auto row = rows[0];
    row.skip();
    api::Archive archive;
    archive.first = static_cast<std::uint64_t>(row.integer());
    archive.end = static_cast<std::uint64_t>(row.integer());
    archive.digest = std::move(digest);
    return archive;
}

Status write_subjects(Pool& pool, access::Acting const& acting, audit::ExportWriter& writer) {
    for (std::int64_t after = 0;;) {
        Parameters parameters;
        parameters.add(after);
        auto const rows = read_as(pool, acting, subjects_statement, parameters);
        if (!rows) return rows.error();
        if (rows->count() == 0) return Done{};
        for (int i = 0; i < rows->count(); ++i) {
            auto row = (*rows)[i];
            after = row.integer();
            auto const hash = row.bytes();
            if (auto const done = writer.subject(hash, read_revealed(row)); !done) return done;
        }
    }
}

}  // namespace

Result<api::Archive> write_archive(Pool& pool, access::Acting const& acting,
                                   std::string const& origin, Timestamp before,
                                   api::ExportSink const& sink) {
    auto wanted = Parameters::caller(acting);
    wanted.add(std::optional(before));
    auto const begun = act(pool, acting, audit::Action::archive_audit, begin_statement, wanted);
    if (!begun) return begun.error();
    auto archive = read_archive(*begun, {});
    if (!archive) return archive;

    audit::ExportWriter writer(sink);
    SealedPages pages(writer);
    pages.end_at(archive->end);
    auto done = pages.begin(pool, audit::ExportKind::archive, origin, archive->first);
    if (done) done = pages.write_all(pool, acting);
    if (done) done = write_subjects(pool, acting, writer);
    if (done) done = writer.end(pages.next());
    if (!done) return done.error();

    auto const digest = writer.digest();
    archive->digest = to_hex(digest);
    auto kept = Parameters::caller(acting);
    kept.add(static_cast<std::int64_t>(archive->first))
        .add(static_cast<std::int64_t>(pages.next()))
        .add_bytes(digest);
    auto const remembered = act(pool, acting, audit::Action::archive_audit, keep_statement, kept);
    if (!remembered) return remembered.error();
    return archive;
}

Result<api::Archive> prune_archive(Pool& pool, access::Acting const& acting,
                                   std::string const& digest) {
    auto const bytes = from_hex(digest);
    if (!bytes || bytes->size() != 32) {
        return Error{.code = Code::invalid_field,
                     .field = "/digest",
                     .message = "Must be the SHA-256 of the archive, 64 hexadecimal digits."};
    }
    auto parameters = Parameters::caller(acting);
    parameters.add_bytes(*bytes);
    auto const pruned =
        act(pool, acting, audit::Action::prune_audit, prune_statement, parameters, {0, 1});
    if (!pruned) return pruned.error();
    // Short transactions: none blocks others for long, and completed work persists.
    for (auto is_more = true; is_more;) {
        auto const dropped = run_alone(pool, drop_statement);
        if (!dropped) return dropped.error();
        is_more = (*dropped)[0].integer() > 0;
    }
    return read_archive(*pruned, digest);
}

}  // namespace bank::postgres
