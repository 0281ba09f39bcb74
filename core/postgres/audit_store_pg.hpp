// The audit trail on PostgreSQL.
#pragma once
#include <functional>

#include "core/audit/audit_store.hpp"
#include "core/audit/tile_tree.hpp"
#include "core/postgres/client/pool.hpp"

namespace bank::postgres {

class AuditStorePg final : public audit::AuditStore {
public:
    explicit AuditStorePg(Pool& pool) : pool_(pool) {}

    Status record(audit::Event const& event) override;
    Result<api::Page<api::AuditRecord>> read(access::Acting const& acting,
                                             api::AuditRequest const& request) override;
    Result<audit::WrittenRecord> find_record(access::Acting const& acting, TransferId id) override;
    Result<std::optional<audit::KeptCheckpoint>> last_checkpoint() override;
    Result<audit::Proof> prove(std::uint64_t number, std::uint64_t size) override;
    Result<audit::LogRange> read_range(access::Acting const& acting, api::AuditRange const& range,
                                       std::uint64_t size) override;
    Result<audit::Proof> prove_range(std::uint64_t begin, std::uint64_t end,
                                     std::uint64_t size) override;
    Result<audit::Proof> prove_growth(std::uint64_t older_size, std::uint64_t size) override;
    Status export_trail(access::Acting const& acting, std::string const& origin,
                        api::ExportRequest const& request, api::ExportSink const& sink) override;
    Result<api::Archive> archive(access::Acting const& acting, std::string const& origin,
                                 Timestamp before, api::ExportSink const& sink) override;
    Result<api::Archive> prune(access::Acting const& acting, std::string const& digest) override;
    Status begin_schema_check(access::Acting const& acting) override;
    Result<audit::Delivered> delivered(std::string const& sink) override;
    Result<std::vector<audit::NumberedRecord>> undelivered(std::uint64_t from,
                                                           std::uint32_t limit) override;
    Status set_delivered(std::string const& sink, audit::Reached const& reached) override;
    Result<std::int64_t> count_undelivered(std::uint64_t from) override;

private:
    // Runs `prove` on the stored tiles.
    Result<audit::Proof> prove_with(
        std::function<Result<audit::Proof>(audit::TileSource&)> const& prove);

    Pool& pool_;
};

}  // namespace bank::postgres
