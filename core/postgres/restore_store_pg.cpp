#include "core/postgres/restore_store_pg.hpp"

#include "core/postgres/client/acting_call.hpp"
#include "core/postgres/client/array_text.hpp"

namespace bank::postgres {
namespace {

constexpr RareStatement open_statement{
    "select r.id, r.backup, r.wanted, r.accepted_missing, coalesce(r.reason, '')"
    " from bank.open_restore() r",
    5};
constexpr RareStatement finish_statement{
    "select bank.finish_restore(" BANK_SQL_CALLER ", $5::json, $6::bigint, $7, $8::bytea)", 1};
constexpr RareStatement unbound_statement{
    "select u.what, u.number, u.value from bank.unbound_evidence() u", 3};
constexpr RareStatement bind_statement{"select bank.bind_evidence(" BANK_SQL_CALLER
                                       ", $5::bigint[], $6::bytea[], $7::text[],"
                                       " $8::bigint[], $9::bytea[])",
                                       1};

}  // namespace

Result<std::optional<audit::OpenRestore>> RestoreStorePg::open_restore() {
    auto const rows = run_alone(pool_, open_statement);
    if (!rows) return rows.error();
    if (rows->count() == 0) return std::optional<audit::OpenRestore>{};
    auto row = (*rows)[0];
    audit::OpenRestore restore;
    restore.id = row.integer();
    restore.backup = row.text();
    restore.wanted = row.text();
    if (auto const missing = row.optional_integer()) {
        restore.accepted_missing = static_cast<std::uint64_t>(*missing);
    }
    restore.reason = row.text();
    return std::optional{std::move(restore)};
}

Status RestoreStorePg::finish(access::Source const& source, audit::FinishedRestore const& finished,
                              std::optional<audit::RowMac> const& mac) {
    auto parameters = Parameters::caller(source);
    parameters.add(finished.details).add(finished.id);
    if (finished.lost_checkpoint && mac) {
        parameters.add(*finished.lost_checkpoint).add_bytes(*mac);
    } else {
        parameters.add_null().add_null();
    }
    auto const rows = act_alone(pool_, finish_statement, parameters, one_record);
    if (!rows) return rows.error();
    return Done{};
}

Result<audit::UnboundEvidence> RestoreStorePg::unbound_evidence() {
    auto const rows = run_alone(pool_, unbound_statement);
    if (!rows) return rows.error();
    audit::UnboundEvidence unbound;
    for (int i = 0; i < rows->count(); ++i) {
        auto row = (*rows)[i];
        bool const is_restore = row.text() == "restore";
        auto const number = row.integer();
        auto value = row.text();
        if (is_restore) {
            unbound.lost.push_back({number, std::move(value)});
        } else {
            unbound.deliveries.push_back({std::move(value), static_cast<std::uint64_t>(number)});
        }
    }
    return unbound;
}

Status RestoreStorePg::bind_evidence(access::Source const& source,
                                     audit::BoundEvidence const& bound) {
    auto parameters = Parameters::caller(source);
    ArrayText restores;
    ArrayText macs;
    for (auto const& lost : bound.lost) {
        restores.add(lost.restore);
        macs.add_bytes(lost.mac);
    }
    parameters.add(std::move(restores).take()).add(std::move(macs).take());
    ArrayText sinks;
    ArrayText numbers;
    ArrayText delivery_macs;
    for (auto const& [reached, mac] : bound.deliveries) {
        sinks.add(reached.sink);
        numbers.add(static_cast<std::int64_t>(reached.next));
        delivery_macs.add_bytes(mac);
    }
    parameters.add(std::move(sinks).take())
        .add(std::move(numbers).take())
        .add(std::move(delivery_macs).take());
    auto const rows = act_alone(pool_, bind_statement, parameters, {0, 1});
    if (!rows) return rows.error();
    if ((*rows)[0].boolean()) return Done{};
    return Error{Code::internal_error, "a credential is bound already"};
}

}  // namespace bank::postgres
