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
    Result<std::uint64_t> delivered(std::string const& sink) override;
    Result<std::vector<audit::NumberedRecord>> undelivered(std::uint64_t from,
                                                           std::uint32_t limit) override;
    Status set_delivered(std::string const& sink, std::uint64_t next) override;
    Result<std::int64_t> count_undelivered(std::uint64_t from) override;

private:
    Pool& pool_;
};

}  // namespace bank::postgres
