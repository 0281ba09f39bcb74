// Alarms and decisions on PostgreSQL; see core/sql/functions/alarms.sql.
#pragma once
#include "core/audit/alarms.hpp"
#include "core/postgres/client/pool.hpp"

namespace bank::postgres {

class AlarmStorePg final : public audit::AlarmStore {
public:
    // `pool` must outlive it.
    explicit AlarmStorePg(Pool& pool) : pool_(pool) {}

    Result<std::vector<audit::AlarmRecord>> records() override;
    Status decide(access::Acting const& acting, Decide const& decide) override;

private:
    Pool& pool_;
};

}  // namespace bank::postgres
