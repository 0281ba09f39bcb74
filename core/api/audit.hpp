// The audit trail as it is read.
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
    std::string actor;    // User name, "os:<uid>" for a local administrator, or "-" for nobody yet.
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
    AuditId after;  // Not none: ascending from there, for following; else newest first.
    PageRequest page;
};

// What a transfer's record says that its hash is not of: the salt and the text behind the hash.
struct Revealed {
    Bytes salt;
    std::string value;
};

// What a proof that no checkpoint covers yet is worth waiting for: asking for it has one signed.
inline constexpr std::uint32_t checkpoint_wait_s = 1;

// Proves to whoever knows the log's key that the bank recorded a transfer so; stays true for ever.
// The texts are as packaging/doc/audit-format.md has them.
struct Receipt {
    std::string record;
    std::uint64_t number = 0;        // Of the record, from 0.
    std::uint64_t tree_size = 0;     // The checkpoint's.
    std::vector<std::string> proof;  // Hashes in base64, from the leaf up (RFC 9162).
    std::string checkpoint;          // A signed note.
    std::optional<Revealed> reference;
};

// Records by their ids, which are nearly in the order of the log.
struct AuditRange {
    AuditId first;
    AuditId last;  // Not below `first`.
};

// A record as the log has it, with what stands behind its salted hashes.
struct ProvenRecord {
    AuditId id;
    std::string leaf;                 // In base64, as it was sealed.
    std::string record;               // What it should be the hash of; empty: its transfer is gone.
    std::optional<Revealed> subject;  // Nothing: erased.
    std::optional<Revealed> details;  // Nothing: erased, or of a transfer.
};

// Proves to whoever knows the log's key that these records, all of them and no others, stand there
// one after the other. At most audit_range_max, none that no checkpoint covers.
struct ProvenRange {
    std::uint64_t first_number = 0;  // Of the first of them, from 0.
    std::uint64_t tree_size = 0;     // The checkpoint's.
    std::vector<ProvenRecord> records;
    // Hashes in base64: the roots of the largest subtrees beside them, from left to right.
    std::vector<std::string> proof;
    std::string checkpoint;  // A signed note.
};

inline constexpr std::uint32_t audit_range_max = 500;

// Two sizes of the log, from 1 on, the newer one at most that of the last checkpoint.
struct LogGrowth {
    std::uint64_t older = 0;
    std::uint64_t newer = 0;
};

// That a log of the newer size begins with all of the older one.
struct LogGrowthProof {
    std::uint64_t older = 0;
    std::uint64_t newer = 0;
    std::vector<std::string> proof;  // Hashes in base64 (RFC 9162, 2.1.4).
};

struct ExportRequest {
    std::uint64_t from = 0;  // The first record, or one of the seal to begin with.
    bool is_resumed =
        false;  // Goes on with a file that ends before `from`: without its first line.
};

struct ArchiveRequest {
    Timestamp before;  // Exclusive: records sealed earlier, signed, delivered and old enough.
};

struct PruneRequest {
    std::string digest;  // Of an archive: the proof that somebody has it.
};

// Takes the next lines of an export, complete ones, and may wait. An error ends the export.
using ExportSink = std::function<Status(std::string_view lines)>;

// What an archive holds: whole seals, from the first record that is not in an earlier one.
struct Archive {
    std::uint64_t first = 0;
    std::uint64_t end = 0;  // Exclusive.
    std::string digest;     // SHA-256 of all its lines, in hexadecimal: by this it is known.
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
