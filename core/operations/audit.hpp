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
        .text =
            "Lists audit records, paginated, newest first, or in ascending order with after. "
            "Administrators and auditors may call it. Reading the audit log is itself "
            "audited.",
        .tag = "The bank",
        .command =
            {
                .words = "audit search",
                .examples = {{{"bankctl audit search --action login --outcome login_refused "
                               "--since 2026-03-01",
                               "Failed logins since the first of March."},
                              {"bankctl audit search --account 17 -n 1000 --json > account-17.json",
                               "The newest 1000 records about one account."}}},
                .text =
                    "Newest first, or in ascending order with --after. Reading the audit log is "
                    "itself audited.",
            },
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
        .text =
            "Returns the newest signed checkpoint of the audit log: a signed note (C2SP "
            "tlog-checkpoint) with the name, size and root hash of the log. Anyone may call "
            "it. A stored checkpoint proves later whether anything it covers was changed. 404 "
            "if there is none yet.",
        .tag = "The bank",
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
        .summary = "Remove archived records from the database",
        .command =
            {
                .words = "audit prune",
                .examples =
                    {{{"bankctl audit prune "
                       "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                       "The digest from sha256sum 2025.archive: it shows that the file still "
                       "exists."}}},
                .question = "Remove the records of archive {} from the database?",
                .text =
                    "Removes the records of an archive from the database, the oldest archive "
                    "first. The Merkle tree remains, so proofs and checkpoints stay valid, and so "
                    "does the ledger. The records, and the receipts of their transactions, are "
                    "then in the archive alone: verify it, and keep two copies. If interrupted, "
                    "run it again.",
            },
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
        .text =
            "Returns the note keys that sign checkpoints (C2SP signed-note, name+id+key), one "
            "per line; there are two during a change of keys. Anyone may call it. To verify a "
            "receipt, use a key obtained through another channel, or compare this one with a "
            "key stored earlier.",
        .tag = "The bank",
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
        .text =
            "Returns the records from the first id to the last, the personal data behind "
            "their hashes, and the hashes up to a signed checkpoint. With the log's public "
            "key, the caller can verify that the log contains these records and that none "
            "between them is missing. Administrators and auditors may call it, for at most "
            "500 records. Records that no checkpoint covers yet are omitted. If none is "
            "covered, the response is 202; the request has a checkpoint signed, so repeat it "
            "after Retry-After. It fails with receipt_pending only if the audit log is "
            "behind.",
        .tag = "The bank",
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
        .text =
            "Returns the consistency proof between two sizes of the log (RFC 9162, 2.1.4). "
            "Anyone may call it. With a checkpoint of each size, the proof shows that nothing "
            "covered by the older one was changed or removed.",
        .tag = "The bank",
    };
};

using Audit = List<ListAuditRecords, ExportAudit, AuditCheckpoint, ArchiveAudit, PruneAudit,
                   AuditKeys, AuditRange, AuditConsistency>;

}  // namespace bank::operations
