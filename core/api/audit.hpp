// The audit log as readers see it.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/api/page.hpp"
#include "core/api/type.hpp"
#include "core/base/bytes.hpp"
#include "core/base/result.hpp"
#include "core/base/strong_id.hpp"
#include "core/base/time.hpp"

namespace bank::api {

struct AuditRecord {
    AuditId id;
    Timestamp created_at;
    std::string actor;    // A username, "os:<uid>" for a local administrator, or "-" if unknown.
    std::string action;   // A word of core/audit/actions.def.
    std::string outcome;  // A word of core/base/codes.def, or "ok".
    std::string details;  // A JSON object.
    std::string ip;
    std::string user_agent;
    std::string request_id;
};

struct AuditRequest {
    std::string actor;
    std::string action;
    std::string outcome;
    std::string ip;
    std::string request_id;
    AccountId account_id;            // None: any.
    std::optional<Timestamp> from;   // Inclusive.
    std::optional<Timestamp> until;  // Exclusive.
    AuditId after;  // If set: ascending from there, to follow the log; otherwise newest first.
    PageRequest page;
};

// The salt and the text of which a record contains the salted hash.
struct Revealed {
    Bytes salt;
    std::string value;
};

// Seconds until a pending proof is worth another request: the first one has a checkpoint signed.
inline constexpr std::uint32_t checkpoint_wait_s = 1;

// Proves to anyone who has the log's key that the bank recorded the transfer. Valid for ever.
// packaging/doc/audit-format.md specifies the texts.
struct Receipt {
    std::string record;
    std::uint64_t number = 0;        // Of the record, from 0.
    std::uint64_t tree_size = 0;     // Of the checkpoint.
    std::vector<std::string> proof;  // Hashes in base64, from the leaf up (RFC 9162).
    std::string checkpoint;          // A signed note.
    std::optional<Revealed> reference;
};

// A range of ids, whose order is nearly the order of the log.
struct AuditRange {
    AuditId first;
    AuditId last;  // Not below `first`.
};

// A record of the log, with the texts behind its salted hashes.
struct ProvenRecord {
    AuditId id;
    std::string leaf;                 // In base64, as sealed.
    std::string record;               // Its hash is the leaf; empty if its transfer is gone.
    std::optional<Revealed> subject;  // Nothing: erased.
    std::optional<Revealed> details;  // Nothing: erased, or of a transfer.
};

// Proves to anyone who has the log's key that exactly these records appear in the log, in this
// order. At most audit_range_max records, all covered by a checkpoint.
struct ProvenRange {
    std::uint64_t first_number = 0;  // Of the first of them, from 0.
    std::uint64_t tree_size = 0;     // The checkpoint's.
    std::vector<ProvenRecord> records;
    // Hashes in base64: the roots of the largest subtrees beside the records, from left to right.
    std::vector<std::string> proof;
    std::string checkpoint;  // A signed note.
};

inline constexpr std::uint32_t audit_range_max = 500;

// Two sizes of the log, at least 1; the newer one at most that of the last checkpoint.
struct LogGrowth {
    std::uint64_t older = 0;
    std::uint64_t newer = 0;
};

// Proves that the log of the newer size starts with the whole log of the older size.
struct LogGrowthProof {
    std::uint64_t older = 0;
    std::uint64_t newer = 0;
    std::vector<std::string> proof;  // Hashes in base64 (RFC 9162, 2.1.4).
};

struct ExportRequest {
    std::uint64_t from = 0;  // The first record, or any record of the first seal.
    bool is_resumed =
        false;  // Continues a file that ends before `from`; the file's first line is omitted.
};

struct ArchiveRequest {
    Timestamp before;  // Exclusive: records sealed earlier, signed, delivered and old enough.
};

struct PruneRequest {
    std::string digest;  // Of the archive: proves that somebody has it.
};

// Receives the next complete lines of an export, and may block. An error ends the export.
using ExportSink = std::function<Status(std::string_view lines)>;

// The contents of an archive: whole seals, from the first record that no earlier archive contains.
struct Archive {
    std::uint64_t first = 0;
    std::uint64_t end = 0;  // Exclusive.
    std::string digest;     // SHA-256 of all its lines, in hexadecimal: it identifies the archive.
};

// The descriptions of all of these.
[[nodiscard]] Type const& describe(std::type_identity<AuditRecord>);
[[nodiscard]] Type const& describe(std::type_identity<AuditRequest>);
[[nodiscard]] Type const& describe(std::type_identity<Revealed>);
[[nodiscard]] Type const& describe(std::type_identity<Receipt>);
[[nodiscard]] Type const& describe(std::type_identity<AuditRange>);
[[nodiscard]] Type const& describe(std::type_identity<ProvenRecord>);
[[nodiscard]] Type const& describe(std::type_identity<ProvenRange>);
[[nodiscard]] Type const& describe(std::type_identity<LogGrowth>);
[[nodiscard]] Type const& describe(std::type_identity<LogGrowthProof>);
[[nodiscard]] Type const& describe(std::type_identity<ExportRequest>);
[[nodiscard]] Type const& describe(std::type_identity<ArchiveRequest>);
[[nodiscard]] Type const& describe(std::type_identity<PruneRequest>);
[[nodiscard]] Type const& describe(std::type_identity<Archive>);

}  // namespace bank::api
