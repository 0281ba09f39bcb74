// The audit trail on PostgreSQL.
#pragma once
#include "core/audit/audit_store.hpp"
#include "core/postgres/pool.hpp"

namespace bank::postgres {

class AuditStorePg final : public audit::AuditStore {
public:
    explicit AuditStorePg(Pool& pool) : pool_(pool) {}

    Status record(audit::Event const& event) override;
    Result<api::Page<api::AuditRecord>> read(storage::Acting const& acting,
                                             api::AuditRequest const& request) override;
    Result<audit::Position> delivered(std::string const& sink) override;
    Result<audit::Delivery> undelivered(audit::Position after, std::uint32_t limit) override;
    Status set_delivered(std::string const& sink, audit::Position reached) override;
    Result<std::int64_t> count_undelivered(audit::Position after) override;

private:
    Pool& pool_;
};

}  // namespace bank::postgres
