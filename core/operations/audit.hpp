// The audit log, its proofs and its retention.
#pragma once
#include "core/api/audit.hpp"
#include "core/operations/facts.hpp"

namespace bank::operations {

struct ListAuditRecords {
    using Input = api::AuditRequest;
    using Output = api::Page<api::AuditRecord>;
    static constexpr Facts facts{
        .number = 35,
        .name = "list_audit_records",
        .budget = Budget::read,
        .permission = Permission::view_audit,
        .action = Action::view_audit,
        .route = {Method::get, "/v1/audit-logs"},
        .summary = "List audit records",
    };
};

// The whole log with the accounts' balances, in parts to the sink.
struct ExportAudit {
    using Input = api::ExportRequest;
    using Output = Done;
    static constexpr Facts facts{
        .number = 36,
        .name = "export_audit",
        .callers = Callers::admin,
        .is_streamed = true,
        .budget = Budget::read,
        .permission = Permission::view_audit,
        .action = Action::view_audit,
        .summary = "Export the audit log",
    };
};

// A signed note. not_found: there is none yet.
struct AuditCheckpoint {
    using Input = Done;
    using Output = std::string;
    static constexpr Facts facts{
        .number = 37,
        .name = "audit_checkpoint",
        .callers = Callers::rest,
        .entry = Entry::anyone,
        .budget = Budget::read,
        .route = {Method::get, "/v1/audit/checkpoint"},
        .summary = "Get the newest checkpoint",
    };
};

// As an export, without balances. nothing_to_archive.
struct ArchiveAudit {
    using Input = api::ArchiveRequest;
    using Output = api::Archive;
    static constexpr Facts facts{
        .number = 42,
        .name = "archive_audit",
        .callers = Callers::admin,
        .is_streamed = true,
        .budget = Budget::read,
        .permission = Permission::archive_audit,
        .action = Action::archive_audit,
        .summary = "Archive the audit log",
    };
};

// The oldest archive first; the tree stays, and every proof with it. archive_not_found.
struct PruneAudit {
    using Input = api::PruneRequest;
    using Output = api::Archive;
    static constexpr Facts facts{
        .number = 43,
        .name = "prune_audit",
        .effect = Effect::changes,
        .callers = Callers::admin,
        .budget = Budget::write,
        .permission = Permission::archive_audit,
        .action = Action::prune_audit,
        .summary = "Remove archived records",
    };
};

// name+id+key (C2SP), one a line.
struct AuditKeys {
    using Input = Done;
    using Output = std::string;
    static constexpr Facts facts{
        .number = 44,
        .name = "audit_keys",
        .callers = Callers::rest,
        .entry = Entry::anyone,
        .budget = Budget::read,
        .route = {Method::get, "/v1/audit/keys"},
        .summary = "Get the public keys of the audit log",
    };
};

// Nothing: no checkpoint covers all of it yet. not_found, receipt_pending; invalid_field if the
// range is too long.
struct AuditRange {
    using Input = api::AuditRange;
    using Output = std::optional<api::ProvenRange>;
    static constexpr Facts facts{
        .number = 47,
        .name = "audit_range",
        .callers = Callers::rest,
        .budget = Budget::read,
        .permission = Permission::view_audit,
        .action = Action::view_audit,
        .route = {Method::get, "/v1/audit/range"},
        .summary = "Prove a range of audit records",
    };
};

// invalid_field.
struct AuditConsistency {
    using Input = api::LogGrowth;
    using Output = api::LogGrowthProof;
    static constexpr Facts facts{
        .number = 48,
        .name = "audit_consistency",
        .callers = Callers::rest,
        .entry = Entry::anyone,
        .budget = Budget::read,
        .route = {Method::get, "/v1/audit/consistency"},
        .summary = "Prove that the audit log only grew",
    };
};

}  // namespace bank::operations
