// Restorations on PostgreSQL. See core/sql/functions/restores.sql.
#pragma once
#include "core/audit/restore_store.hpp"
#include "core/postgres/client/pool.hpp"

namespace bank::postgres {

class RestoreStorePg final : public audit::RestoreStore {
public:
    // `pool` must outlive it.
    explicit RestoreStorePg(Pool& pool) : pool_(pool) {}

    Result<std::optional<audit::OpenRestore>> open_restore() override;
    Status finish(access::Source const& source, audit::FinishedRestore const& finished,
                  std::optional<audit::RowMac> const& mac) override;
    Result<audit::UnboundEvidence> unbound_evidence() override;
    Status bind_evidence(access::Source const& source, audit::BoundEvidence const& bound) override;

private:
    Pool& pool_;
};

}  // namespace bank::postgres
