#include "core/postgres/alarm_store_pg.hpp"

#include <algorithm>
#include <string>

#include "core/postgres/client/acting_call.hpp"
#include "core/postgres/client/transaction.hpp"
#include "core/postgres/tile_source_pg.hpp"

namespace bank::postgres {
namespace {

constexpr Statement records_statement{
    "alarm_records",
    "select a.id, a.at_us, a.action, a.outcome, coalesce(a.actor_id, 0), coalesce(a.user_name, ''),"
    " a.leaf, a.xid, a.is_whole, a.follows_others, a.details, coalesce(a.alarm, ''),"
    " coalesce(a.reason, ''), coalesce(a.decision_mac, ''), coalesce(a.of_xid, ''),"
    " coalesce(a.digest, ''), a.is_sealed, coalesce(a.leaves, ''), a.mac is not null,"
    " coalesce(a.key_id, ''), coalesce(a.record_count, 0), coalesce(a.mac, '')"
    " from bank.alarm_records() a"};
constexpr Statement pending_statement{
    "pending_records",
    "select p.is_sealed, p.leaves, p.mac is not null, coalesce(p.key_id, ''),"
    " coalesce(p.record_count, 0), coalesce(p.mac, '') from bank.pending_records($1) p"};
constexpr Statement lock_statement{"lock_alarms", "select bank.lock_alarms()"};
constexpr Statement clear_statement{"clear_alarm", "select bank.clear_alarm(" BANK_SQL_CALLER
                                                   ", $5, $6, $7, $8, $9, $10, $11, $12)"};

// A MAC of another size verifies no record.
Result<audit::PendingRecords> read_pending(Row& row) {
    audit::PendingRecords pending;
    pending.is_sealed = row.boolean();
    pending.leaves = row.bytes();
    auto const has_mac = row.boolean();
    auto const key_id = row.bytes();
    audit::RecordMac mac;
    mac.count = static_cast<std::uint32_t>(row.integer());
    auto const hash = row.bytes();
    if (!has_mac) return pending;
    if (key_id.size() == mac.key_id.size() && hash.size() == mac.mac.size()) {
        std::copy(key_id.begin(), key_id.end(), mac.key_id.begin());
        std::copy(hash.begin(), hash.end(), mac.mac.begin());
    }
    pending.mac = mac;
    return pending;
}

Result<audit::AlarmRecord> read_record(Row row) {
    audit::AlarmRecord record;
    record.id = row.integer();
    record.at = row.time();
    record.action = row.text();
    record.outcome = row.text();
    record.actor_id = row.integer();
    record.user_name = row.text();
    auto const leaf = hash_of(row.bytes());
    if (!leaf) return leaf.error();
    record.leaf = *leaf;
    record.xid = static_cast<std::uint64_t>(row.integer());
    record.is_whole = row.boolean();
    record.follows_others = row.boolean();
    record.details = row.text();
    record.alarm = row.text();
    record.reason = row.text();
    record.mac = row.text();
    record.of_xid = row.text();
    record.digest = row.text();
    auto transaction = read_pending(row);
    if (!transaction) return transaction.error();
    record.transaction = std::move(*transaction);
    return record;
}

Result<std::vector<audit::AlarmRecord>> read_records(Result<Rows> const& rows) {
    if (!rows) return rows.error();
    std::vector<audit::AlarmRecord> records;
    records.reserve(static_cast<std::size_t>(rows->count()));
    for (int i = 0; i < rows->count(); ++i) {
        auto record = read_record((*rows)[i]);
        if (!record) return record.error();
        records.push_back(std::move(*record));
    }
    return records;
}

Parameters clear_parameters(access::Acting const& acting, audit::NewDecision const& decision) {
    auto parameters = Parameters::caller(acting);
    parameters.add(decision.alarm).add(decision.reason).add_bytes(decision.mac);
    if (!decision.accepted) {
        for (int i = 0; i < 5; ++i) parameters.add_null();
        return parameters;
    }
    auto const& accepted = *decision.accepted;
    parameters.add(std::to_string(accepted.xid)).add_bytes(accepted.digest);
    if (accepted.mac) {
        parameters.add_bytes(accepted.mac->key_id)
            .add(std::int64_t{accepted.mac->count})
            .add_bytes(accepted.mac->mac);
    } else {
        parameters.add_null().add(std::int64_t{0}).add_null();
    }
    return parameters;
}

}  // namespace

Result<std::vector<audit::AlarmRecord>> AlarmStorePg::records() {
    return read_records(run_alone(pool_, records_statement, {}));
}

Status AlarmStorePg::decide(access::Acting const& acting, Decide const& decide) {
    auto const run = [&]() -> Status {
        auto transaction = Transaction::begin_as(pool_, acting);
        if (!transaction) return std::move(transaction).error();
        if (auto const locked = transaction->run(lock_statement); !locked) return locked.error();
        auto const records = read_records(transaction->run(records_statement));
        if (!records) return records.error();
        auto const find = [&](std::uint64_t xid) -> Result<audit::PendingRecords> {
            Parameters parameters;
            parameters.add(std::to_string(xid));
            auto const rows = transaction->run(pending_statement, parameters);
            if (!rows) return rows.error();
            auto row = (*rows)[0];
            return read_pending(row);
        };
        auto const decision = decide(*records, find);
        if (!decision) return decision.error();
        auto const rows = transaction->run(clear_statement, clear_parameters(acting, *decision));
        if (!rows) return rows.error();
        auto const committed = transaction->commit(one_record);
        if (!committed) return committed;
        return status_of((*rows)[0].text());
    };
    auto decided = run();
    if (!decided) record_if_denied(pool_, acting, audit::Action::clear_alarm, decided.error());
    return decided;
}

}  // namespace bank::postgres
