// What the audit trail needs from a database. Records of changes are written by the SQL functions
// that make the changes, in their transaction; here are those that change nothing, and the reading.
//
// Threads: any. Errors: storage_unavailable.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/api/audit.hpp"
#include "core/audit/action.hpp"
#include "core/audit/seal_store.hpp"
#include "core/base/code.hpp"
#include "core/base/result.hpp"
#include "core/storage/acting.hpp"

namespace bank::audit {

// Something that happened and changed nothing: a refusal, a start, a reload.
struct Event {
    Action action = Action::start;
    std::optional<Code> outcome;  // Nothing: ok.
    std::string details = "{}";   // A JSON object without secrets; at most 4 KiB.
    storage::Origin origin;
    std::optional<storage::SessionSecret> session;  // Who, if there was a session.
};

// A record as its copies have it: with its number, which has no gaps.
struct NumberedRecord {
    std::uint64_t number = 0;
    AccountId account_id;    // None: see api::AuditRecord.
    TransferId transfer_id;  // None: it is of something else.
    api::AuditRecord record;
};

// The record of a transfer.
struct WrittenRecord {
    std::optional<std::uint64_t> number;  // Nothing: it is not sealed yet.
    Position position;
    Hash leaf{};
    std::string text;
    std::optional<api::Revealed> reference;
};

// Sealed records, one after the other.
struct LogRange {
    std::uint64_t first = 0;                 // The number of the first of them.
    std::vector<api::ProvenRecord> records;  // None: `size` covers none of what was asked for.
    std::optional<Position> uncovered;       // The last that was asked for, if `size` lacks it.
};

class AuditStore {
public:
    virtual ~AuditStore() = default;
    virtual Status record(Event const& event) = 0;
    // Reading is itself recorded, once per first page. session_ended, permission_denied.
    virtual Result<api::Page<api::AuditRecord>> read(storage::Acting const& acting,
                                                     api::AuditRequest const& request) = 0;

    // not_found also if it is not the session's to see. record_archived.
    virtual Result<WrittenRecord> find_record(storage::Acting const& acting, TransferId id) = 0;
    virtual Result<std::optional<KeptCheckpoint>> last_checkpoint() = 0;
    // That the tree of the first `size` records has number `number`. Precondition: number < size.
    virtual Result<Proof> prove(std::uint64_t number, std::uint64_t size) = 0;
    // All records from the first to the last that has one of these ids, as far as their numbers are
    // below `size`. Recorded. not_found, invalid_field, session_ended, permission_denied.
    virtual Result<LogRange> read_range(storage::Acting const& acting, api::AuditRange const& range,
                                        std::uint64_t size) = 0;
    // Of the tree of the first `size` records. Precondition: as TileTree has it.
    virtual Result<Proof> prove_range(std::uint64_t begin, std::uint64_t end,
                                      std::uint64_t size) = 0;
    virtual Result<Proof> prove_growth(std::uint64_t older_size, std::uint64_t size) = 0;
    // Recorded before it begins. invalid_field, session_ended, permission_denied, those of `sink`.
    virtual Status export_trail(storage::Acting const& acting, std::string const& origin,
                                api::ExportRequest const& request, api::ExportSink const& sink) = 0;

    // What of the trail may go, as BankApi::archive_audit() and prune_audit() have it.
    // session_ended, permission_denied, nothing_to_archive, archive_not_found, those of `sink`.
    virtual Result<api::Archive> archive(storage::Acting const& acting, std::string const& origin,
                                         Timestamp before, api::ExportSink const& sink) = 0;
    virtual Result<api::Archive> prune(storage::Acting const& acting,
                                       std::string const& digest) = 0;

    // The copy called `sink` ("journald"): the number of the first record that it lacks, what comes
    // from there on as far as it is sealed, and that it got it.
    virtual Result<std::uint64_t> delivered(std::string const& sink) = 0;
    virtual Result<std::vector<NumberedRecord>> undelivered(std::uint64_t from,
                                                            std::uint32_t limit) = 0;
    virtual Status set_delivered(std::string const& sink, std::uint64_t next) = 0;
    // What is not sealed yet counts too.
    virtual Result<std::int64_t> count_undelivered(std::uint64_t from) = 0;
};

}  // namespace bank::audit
