#include "core/postgres/record_mac_store_pg.hpp"

#include <string>

#include "core/postgres/client/array_text.hpp"
#include "core/postgres/client/session.hpp"
#include "core/postgres/client/transaction.hpp"

namespace bank::postgres {
namespace {

constexpr RareStatement has_begun_statement{"select bank.record_macs_have_begun()", 1};
constexpr RareStatement unsigned_statement{"select u.xid, u.leaves from bank.unsigned_records() u",
                                           2};
constexpr Statement begin_statement{
    "", "select bank.begin_record_macs(" BANK_SQL_CALLER ", $5, $6, $7, $8)"};

}  // namespace

Result<bool> RecordMacStorePg::has_begun() {
    auto const rows = run_alone(pool_, has_begun_statement);
    if (!rows) return rows.error();
    return (*rows)[0].boolean();
}

Result<std::vector<audit::UnsignedRecords>> RecordMacStorePg::unsigned_records() {
    auto const rows = run_alone(pool_, unsigned_statement);
    if (!rows) return rows.error();
    std::vector<audit::UnsignedRecords> found(static_cast<std::size_t>(rows->count()));
    for (int i = 0; i < rows->count(); ++i) {
        auto row = (*rows)[i];
        auto& one = found[static_cast<std::size_t>(i)];
        one.xid = static_cast<std::uint64_t>(row.integer());
        one.leaves = row.bytes();
    }
    return found;
}

Result<bool> RecordMacStorePg::begin(access::Source const& source,
                                     std::span<audit::SignedRecords const> records) {
    ArrayText xids;
    ArrayText counts;
    ArrayText macs;
    for (auto const& one : records) {
        xids.add(static_cast<std::int64_t>(one.xid));
        counts.add(std::int64_t{one.mac.count});
        macs.add_bytes(one.mac.mac);
    }
    auto parameters = Parameters::caller(source);
    parameters.add(std::move(xids).take());
    if (records.empty()) {
        parameters.add_null();
    } else {
        parameters.add_bytes(records.front().mac.key_id);
    }
    parameters.add(std::move(counts).take()).add(std::move(macs).take());
    auto const rows = act_alone(pool_, begin_statement, parameters, {0, 1});
    if (!rows) return rows.error();
    return (*rows)[0].boolean();
}

}  // namespace bank::postgres
