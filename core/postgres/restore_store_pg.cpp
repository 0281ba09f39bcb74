#include "core/postgres/restore_store_pg.hpp"

#include "core/postgres/client/acting_call.hpp"

namespace bank::postgres {
namespace {

constexpr RareStatement open_statement{
    "select r.backup, r.wanted, r.accepted_missing, coalesce(r.reason, '')"
    " from bank.open_restore() r",
    4};
constexpr RareStatement finish_statement{
    "select bank.finish_restore(" BANK_SQL_CALLER ", $5::json, $6)", 1};

}  // namespace

Result<std::optional<audit::OpenRestore>> RestoreStorePg::open_restore() {
    auto const rows = run_alone(pool_, open_statement);
    if (!rows) return rows.error();
    if (rows->count() == 0) return std::optional<audit::OpenRestore>{};
    auto row = (*rows)[0];
    audit::OpenRestore restore;
    restore.backup = row.text();
    restore.wanted = row.text();
    if (auto const missing = row.optional_integer()) {
        restore.accepted_missing = static_cast<std::uint64_t>(*missing);
    }
    restore.reason = row.text();
    return std::optional{std::move(restore)};
}

Status RestoreStorePg::finish(access::Source const& source,
                              audit::FinishedRestore const& finished) {
    auto parameters = Parameters::caller(source);
    parameters.add(finished.details);
    if (finished.lost_checkpoint) {
        parameters.add(*finished.lost_checkpoint);
    } else {
        parameters.add_null();
    }
    auto const rows = act_alone(pool_, finish_statement, parameters, one_record);
    if (!rows) return rows.error();
    return Done{};
}

}  // namespace bank::postgres
