// The begin of MACs over audit records on PostgreSQL; see core/sql/functions/record_macs.sql.
#pragma once
#include "core/audit/record_mac_start.hpp"
#include "core/postgres/client/pool.hpp"

namespace bank::postgres {

class RecordMacStorePg final : public audit::RecordMacStore {
public:
    // `pool` must outlive it.
    explicit RecordMacStorePg(Pool& pool) : pool_(pool) {}

    Result<bool> has_begun() override;
    Result<std::vector<audit::UnsignedRecords>> unsigned_records() override;
    Result<bool> begin(access::Source const& source,
                       std::span<audit::SignedRecords const> records) override;

private:
    Pool& pool_;
};

}  // namespace bank::postgres
