// An audit store whose every operation fails. A test overrides the ones it needs.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "core/audit/audit_store.hpp"

namespace bank::test {

class FailingAuditStore : public audit::AuditStore {
public:
    Status record(audit::Event const&) override { return Code::internal_error; }
    Result<api::Page<api::AuditRecord>> read(access::Acting const&,
                                             api::AuditRequest const&) override {
        return Code::internal_error;
    }
    Result<audit::WrittenRecord> find_record(access::Acting const&, TransferId) override {
        return Code::internal_error;
    }
    Result<std::optional<audit::KeptCheckpoint>> last_checkpoint() override {
        return Code::internal_error;
    }
    Result<audit::Proof> prove(std::uint64_t, std::uint64_t) override {
        return Code::internal_error;
    }
    Result<audit::LogRange> read_range(access::Acting const&, api::AuditRange const&,
                                       std::uint64_t) override {
        return Code::internal_error;
    }
    Result<audit::Proof> prove_range(std::uint64_t, std::uint64_t, std::uint64_t) override {
        return Code::internal_error;
    }
    Result<audit::Proof> prove_growth(std::uint64_t, std::uint64_t) override {
        return Code::internal_error;
    }
    Status export_trail(access::Acting const&, std::string const&, api::ExportRequest const&,
                        api::ExportSink const&) override {
        return Code::internal_error;
    }
    Result<api::Archive> archive(access::Acting const&, std::string const&, Timestamp,
                                 api::ExportSink const&) override {
        return Code::internal_error;
    }
    Result<api::Archive> prune(access::Acting const&, std::string const&) override {
        return Code::internal_error;
    }
    Status begin_schema_check(access::Acting const&) override { return Code::internal_error; }
    Result<audit::Delivered> delivered(std::string const&) override { return Code::internal_error; }
    Result<std::vector<audit::NumberedRecord>> undelivered(std::uint64_t, std::uint32_t) override {
        return Code::internal_error;
    }
    Status set_delivered(std::string const&, audit::Reached const&) override {
        return Code::internal_error;
    }
    Result<std::int64_t> count_undelivered(std::uint64_t) override { return Code::internal_error; }
};

}  // namespace bank::test
