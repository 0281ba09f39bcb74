// Database interface of the audit trail. A SQL function that changes something writes its record in
// the same transaction; this interface writes records of events without changes, and reads the
// trail.
//
// Threads: any. Errors: storage_unavailable.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/access/acting.hpp"
#include "core/api/audit.hpp"
#include "core/audit/action.hpp"
#include "core/audit/seal_store.hpp"
#include "core/base/code.hpp"
#include "core/base/result.hpp"

namespace bank::audit {

// An event without changes: a refusal, a start, a reload.
struct Event {
    Action action = Action::start;
    std::optional<Code> outcome;  // None: ok.
    std::string details = "{}";   // A JSON object without secrets; at most 4 KiB.
    access::Source source;
    std::optional<access::SessionSecret> session;  // The actor's, if there is one.
};

// A sealed record with its number; numbers have no gaps.
struct NumberedRecord {
    std::uint64_t number = 0;
    AccountId account_id;    // None: see api::AuditRecord.
    TransferId transfer_id;  // None: not about a transfer.
    api::AuditRecord record;
};

// A transfer's record.
struct WrittenRecord {
    std::optional<std::uint64_t> number;  // None: not sealed yet.
    Position position;
    Hash leaf{};
    std::string text;
    std::optional<api::Revealed> reference;
};

// Consecutive sealed records.
struct LogRange {
    std::uint64_t first = 0;                 // Number of the first record.
    std::vector<api::ProvenRecord> records;  // Empty: `size` covers none of the requested records.
    std::optional<Position> uncovered;       // The last requested record, if not in `size`.
};

// How far a copy of the trail has come, as the database says.
struct Delivered {
    std::optional<std::uint64_t> next;  // The first record that the copy lacks. None: no row.
    Bytes mac;                          // See access::Bindings; empty: none.
    std::uint64_t oldest = 0;           // The first sealed record that was not pruned.
};

struct Reached {
    std::uint64_t next = 0;
    RowMac mac{};
    bool is_restart = false;  // Only a restart moves a copy back.
};

class AuditStore {
public:
    virtual ~AuditStore() = default;
    virtual Status record(Event const& event) = 0;
    // The read is itself audited, once per first page. session_ended, permission_denied.
    virtual Result<api::Page<api::AuditRecord>> read(access::Acting const& acting,
                                                     api::AuditRequest const& request) = 0;

    // not_found also if the session may not see the record. record_archived.
    virtual Result<WrittenRecord> find_record(access::Acting const& acting, TransferId id) = 0;
    virtual Result<std::optional<KeptCheckpoint>> last_checkpoint() = 0;
    // Proves that the tree of the first `size` records includes record `number`. Precondition:
    // number < size.
    virtual Result<Proof> prove(std::uint64_t number, std::uint64_t size) = 0;
    // All records from the first to the last with one of these ids, limited to numbers below
    // `size`. The read is audited. not_found, invalid_field, session_ended, permission_denied.
    virtual Result<LogRange> read_range(access::Acting const& acting, api::AuditRange const& range,
                                        std::uint64_t size) = 0;
    // In the tree of the first `size` records. Preconditions: those of TileTree.
    virtual Result<Proof> prove_range(std::uint64_t begin, std::uint64_t end,
                                      std::uint64_t size) = 0;
    virtual Result<Proof> prove_growth(std::uint64_t older_size, std::uint64_t size) = 0;
    // Audited before the export starts. invalid_field, session_ended, permission_denied, errors of
    // `sink`.
    virtual Status export_trail(access::Acting const& acting, std::string const& origin,
                                api::ExportRequest const& request, api::ExportSink const& sink) = 0;

    // Archiving and pruning, as specified by BankApi::archive_audit() and prune_audit().
    // session_ended, permission_denied, nothing_to_archive, archive_not_found, errors of `sink`.
    virtual Result<api::Archive> archive(access::Acting const& acting, std::string const& origin,
                                         Timestamp before, api::ExportSink const& sink) = 0;
    virtual Result<api::Archive> prune(access::Acting const& acting, std::string const& digest) = 0;

    // Records that the actor checks the schema. session_ended, permission_denied.
    virtual Status begin_schema_check(access::Acting const& acting) = 0;

    // Delivery to the copy named `sink` ("journald"): delivered() is where it is, undelivered()
    // reads the sealed records from `from` on, set_delivered() advances it.
    virtual Result<Delivered> delivered(std::string const& sink) = 0;
    virtual Result<std::vector<NumberedRecord>> undelivered(std::uint64_t from,
                                                            std::uint32_t limit) = 0;
    virtual Status set_delivered(std::string const& sink, Reached const& reached) = 0;
    // Includes records that are not sealed yet.
    virtual Result<std::int64_t> count_undelivered(std::uint64_t from) = 0;
};

}  // namespace bank::audit
