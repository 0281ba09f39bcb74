#include "core/verify/export_verifier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/bytes.hpp"
#include "core/base/text.hpp"

namespace bank::verify {
namespace {

constexpr std::uint64_t progress_step = 4096;  // Records.
constexpr std::chrono::minutes unsigned_max{70};

}  // namespace

ExportVerifier::ExportVerifier(std::vector<audit::NoteKey> keys)
    : checkpoints_(std::move(keys), findings_),
      log_(checkpoints_, findings_),
      ledger_(findings_),
      state_(findings_),
      disclosures_(findings_) {}

Status ExportVerifier::add_file(std::string const& name, ByteSource& source, bool is_last) {
    file_ = name;
    is_last_file_ = is_last;
    part_ = Part::header;
    is_in_seal_ = false;
    LineReader reader(source);
    for (;;) {
        auto const outcome = reader.next();
        line_number_ = reader.number();
        switch (outcome) {
        case LineReader::Outcome::line: add_line(reader.line()); break;
        case LineReader::Outcome::too_long: report_malformed("the line is too long"); break;
        case LineReader::Outcome::cut: end_file(true); return Done{};
        case LineReader::Outcome::end: end_file(part_ != Part::ended); return Done{};
        case LineReader::Outcome::failed: return reader.error();
        }
    }
}

void ExportVerifier::report_malformed(std::string why) {
    findings_.add({.code = FindingCode::malformed,
                   .text = fmt::format("Line {} of {} is malformed: {}.", line_number_, file_,
                                       std::move(why))});
}

void ExportVerifier::add_line(std::string_view line) {
    auto parsed = parse_export_line(line);
    if (!parsed) {
        report_malformed(parsed.error().detail);
        return;
    }
    if (!std::holds_alternative<Disclosure>(*parsed)) end_record();
    auto const is_header = std::holds_alternative<Header>(*parsed);
    if (is_header != (part_ == Part::header) || part_ == Part::ended) {
        report_malformed(part_ == Part::header ? "the file does not begin with bankd-export/1 or "
                                                 "bankd-archive/1"
                                               : "this kind of line is not allowed here");
        if (part_ != Part::header) return;
        add(Header{.origin = summary_.origin, .first = log_.next_number()});
    }
    if (awaits_edge_ && !is_header && !std::holds_alternative<LeftEdge>(*parsed)) {
        awaits_edge_ = false;
        report_malformed("the tree before the first record is missing");
    }
    std::visit([this](auto& one) { add(one); }, *parsed);
}

// Whether a line of that part is allowed here.
bool ExportVerifier::enter(Part part) {
    if (part < part_) {
        report_malformed("this kind of line is not allowed so late in the export");
        return false;
    }
    if (part_ == Part::seals && part != Part::seals) {
        log_.end_seals();
        is_in_seal_ = false;
    }
    part_ = part;
    return true;
}

bool ExportVerifier::is_in_seal(char const* what) {
    if (enter(Part::seals) && is_in_seal_) return true;
    report_malformed(fmt::format("{} outside of a seal", what));
    return false;
}

void ExportVerifier::add(Header const& header) {
    part_ = Part::seals;
    if (!std::exchange(has_begun_, true)) {
        summary_.origin = header.origin;
        summary_.first_number = header.first;
        if (header.first > 0) {
            ledger_.begin_in_the_middle();
            state_.begin_in_the_middle(header.first);
            findings_.add(
                {.code = FindingCode::incomplete,
                 .text = fmt::format("The file begins at record {}: without the archive before "
                                     "it, earlier balances cannot be recomputed.",
                                     header.first)});
        }
    }
    summary_.is_archive = header.is_archive;
    awaits_edge_ = header.first > 0;
    log_.begin_file(header);
}

void ExportVerifier::add(LeftEdge const& edge) {
    if (!std::exchange(awaits_edge_, false)) {
        report_malformed("this kind of line is not allowed here");
        return;
    }
    log_.begin_edge(edge);
}

void ExportVerifier::add(Seal const& seal) {
    if (!enter(Part::seals)) return;
    is_in_seal_ = true;
    has_seal_record_ = false;
    log_.begin_seal(seal);
}

void ExportVerifier::add(StoredTile& tile) {
    if (is_in_seal("a tile")) log_.add_tile(std::move(tile));
}

void ExportVerifier::add(StoredRecord const& stored) {
    if (!stored.is_sealed && summary_.is_archive) {
        report_malformed("an archive contains only sealed records");
        return;
    }
    if (stored.is_sealed ? !is_in_seal("a record") : !enter(Part::unsealed)) return;
    auto const hash = audit::leaf_hash(as_bytes(stored.text));
    auto const record = audit::parse_record(stored.text);
    open_.emplace();
    if (record) open_record(*record);
    if (stored.is_sealed) {
        has_seal_record_ = true;
        auto const signed_size = std::max(checkpoints_.verified_size(), summary_.first_number);
        open_->number = log_.add_record({hash, stored.leaf, open_->id});
        if (record && signed_size >= *open_->number) {
            unsigned_since_ = std::visit([](auto const& one) { return one.time; }, *record);
        }
        if (++summary_.sealed_records % progress_step == 0 && on_progress) {
            on_progress(summary_.sealed_records);
        }
    } else {
        if (is_last_file_) ++summary_.unsealed_records;
        if (hash != stored.leaf) {
            findings_.add({.code = FindingCode::record_changed,
                           .text = "An unsealed record was changed: its content does not match its "
                                   "leaf.",
                           .transfer = open_->id});
        }
    }
    if (!record) {
        findings_.add({.code = FindingCode::malformed,
                       .text = fmt::format("The record in line {} of {} is malformed ({}).",
                                           line_number_, file_, record.error().detail),
                       .record = open_->number});
        return;
    }
    auto const [subject, actor] =
        std::visit([](auto const& one) { return std::pair(one.subject, one.actor); }, *record);
    disclosures_.add_named(subject, actor, open_->number);
}

void ExportVerifier::open_record(audit::Record const& record) {
    auto const time = std::visit([](auto const& one) { return one.time; }, record);
    summary_.first_time = std::min(summary_.first_time.value_or(time), time);
    summary_.last_time = std::max(summary_.last_time.value_or(time), time);
    if (auto const* const event = std::get_if<audit::EventRecord>(&record)) {
        open_->is_event = true;
        open_->details_hash = event->details;
        open_->told = event->action == "change_state"    ? Told::change
                      : event->action == "begin_state"   ? Told::begin
                      : event->action == "erase_details" ? Told::erasure
                                                         : Told::nothing;
        return;
    }
    auto const& transfer = std::get<audit::TransferRecord>(record);
    ++summary_.transfers;
    open_->is_transfer = true;
    open_->id = transfer.id;
    open_->private_hash = transfer.private_part;
    open_->reference_hash = transfer.reference;
    open_->transfer = ledger_transfer(transfer);
    if (open_->transfer) return;
    findings_.add({.code = FindingCode::malformed,
                   .text = fmt::format("The record in line {} of {} is a transfer with the action "
                                       "of another record: {}.",
                                       line_number_, file_, transfer.action),
                   .transfer = transfer.id});
}

void ExportVerifier::add(Disclosure const& disclosure) {
    if (!open_) {
        report_malformed("it belongs to no record");
        return;
    }
    // An invalid record is already reported, and its disclosures cannot be checked.
    if (!open_->is_event && !open_->is_transfer) return;
    auto const is_details = disclosure.what == Disclosed::details;
    auto& has_it = is_details                                ? open_->has_details
                   : disclosure.what == Disclosed::reference ? open_->has_reference_text
                                                             : open_->has_private_part;
    auto const is_late = disclosure.what == Disclosed::private_part && open_->has_reference_text;
    if (is_details != open_->is_event || has_it || is_late) {
        report_malformed("the preceding record does not disclose it here");
        return;
    }
    has_it = true;
    if (disclosure.what == Disclosed::private_part) {
        check_private_part(disclosure);
        return;
    }
    auto const hash = audit::salted_hash(disclosure.salt, disclosure.text);
    if (hash == (is_details ? open_->details_hash : open_->reference_hash)) {
        if (is_details) evaluate_details(disclosure.text);
        return;
    }
    findings_.add(
        {.code = is_details ? FindingCode::details_changed : FindingCode::reference_changed,
         .text = fmt::format("The {} in line {} of {} {} not match the preceding record.",
                             is_details ? "details" : "reference", line_number_, file_,
                             is_details ? "do" : "does"),
         .record = open_->number,
         .transfer = open_->id});
}

void ExportVerifier::evaluate_details(std::string_view details) {
    // An archive's unsealed records are sealed in the next file.
    if (!open_->number && !is_last_file_) return;
    switch (open_->told) {
    case Told::nothing: return;
    case Told::change: state_.add_change(details, open_->number); return;
    case Told::begin: state_.add_begin(open_->number); return;
    case Told::erasure: break;
    }
    auto const hashes = parse_erased(details);
    if (hashes) {
        disclosures_.add_erasure(*hashes, open_->number);
        return;
    }
    findings_.add({.code = FindingCode::malformed,
                   .text = fmt::format("The details of an erase_details record are malformed: {}.",
                                       hashes.error().detail),
                   .record = open_->number});
}

void ExportVerifier::check_private_part(Disclosure const& disclosure) {
    auto const add = [&](std::string text) {
        findings_.add({.code = FindingCode::private_changed,
                       .text = std::move(text),
                       .record = open_->number,
                       .transfer = open_->id});
    };
    if (audit::salted_hash(disclosure.salt, disclosure.text) != open_->private_hash) {
        add(
            fmt::format("The private part of transfer {} was changed: its balances do not match "
                        "the record.",
                        open_->id.value));
        return;
    }
    auto const part = audit::parse_private_part(disclosure.text);
    if (part) {
        open_->part = *part;
    } else {
        add(fmt::format("The private part of transfer {} is malformed: {}.", open_->id.value,
                        part.error().detail));
    }
}

void ExportVerifier::end_record() {
    if (!open_) return;
    auto const open = *std::exchange(open_, std::nullopt);
    if (open.is_event && !open.has_details) {
        disclosures_.add_erased_details(open.details_hash, open.number);
        if (open.told != Told::nothing) {
            findings_.add({.code = FindingCode::details_changed,
                           .text = "Details that are never erased are missing.",
                           .record = open.number});
        }
    }
    if (!open.is_transfer) return;
    if (!open.has_private_part) {
        findings_.add(
            {.code = FindingCode::private_changed,
             .text = fmt::format("The private part of transfer {} is missing.", open.id.value),
             .record = open.number,
             .transfer = open.id});
    }
    if (open.reference_hash && !open.has_reference_text) {
        findings_.add(
            {.code = FindingCode::reference_changed,
             .text = fmt::format("The reference of transfer {} is missing.", open.id.value),
             .record = open.number,
             .transfer = open.id});
    }
    // An archive's unsealed records are sealed in the next file.
    if (!open.transfer || (!open.number && !is_last_file_)) return;
    auto transfer = *open.transfer;
    transfer.record = open.number;
    ledger_.add(transfer, open.part ? &*open.part : nullptr);
    if (!open.part || !open.part->idempotency || keys_.add(*open.part->idempotency)) return;
    findings_.add({.code = FindingCode::duplicate_idempotency_id,
                   .text = fmt::format("Transfer {} has the idempotency id of an earlier one: {}.",
                                       open.id.value, to_string(*open.part->idempotency)),
                   .record = open.number,
                   .transfer = open.id});
}

void ExportVerifier::add(StoredCheckpoint const& checkpoint) {
    if (part_ != Part::seals || !has_seal_record_) {
        report_malformed("the checkpoint does not follow the records of a seal");
        return;
    }
    is_in_seal_ = false;
    log_.add_checkpoint(checkpoint.note);
}

void ExportVerifier::add(DisclosedSubject const& subject) {
    if (enter(Part::subjects)) disclosures_.add_subject(subject);
}

void ExportVerifier::add(AccountState const& state) {
    if (summary_.is_archive) {
        report_malformed("an archive has no accounts");
        return;
    }
    if (!enter(Part::accounts) || !is_last_file_) return;
    ++summary_.accounts;
    ledger_.add_account(state);
}

void ExportVerifier::add(StateRow const& row) {
    if (summary_.is_archive) {
        report_malformed("an archive has no state");
        return;
    }
    if (!enter(Part::state) || !is_last_file_) return;
    ++summary_.rows;
    if (row.table != "open_holds") {
        state_.add_row(row);
        return;
    }
    if (auto const fields = parse_state_fields(row.state)) {
        ledger_.add_open_hold(row.key, *fields);
    } else {
        report_malformed(fields.error().detail);
    }
}

void ExportVerifier::add(End const& end) {
    if (enter(Part::ended)) log_.end_file(end);
}

void ExportVerifier::end_file(bool is_cut) {
    // The last record of a truncated file may lack its disclosure lines.
    if (is_cut) {
        open_.reset();
        log_.cut_file();
        findings_.add({.code = FindingCode::incomplete,
                       .text = fmt::format("{} does not end with a \".\" line: it was interrupted "
                                           "after record {}.",
                                           file_, log_.next_number())});
    }
    summary_.is_complete = !is_cut && is_last_file_;
}

Summary ExportVerifier::finish() {
    auto const is_whole = summary_.is_complete && !summary_.is_archive;
    log_.finish(is_whole);
    // Exports of earlier versions have no state, and their erasures no records.
    auto const has_state = summary_.rows > 0 || state_.has_begun();
    ledger_.finish(is_whole, has_state);
    state_.finish(is_whole);
    disclosures_.finish(is_whole && has_state);
    summary_.verified_checkpoints = checkpoints_.verified_count();
    summary_.known_checkpoints = checkpoints_.known().size();
    summary_.signed_size = checkpoints_.verified_size();
    auto const signed_or_before = std::max(summary_.signed_size, summary_.first_number);
    summary_.unsigned_records = log_.next_number() - std::min(signed_or_before, log_.next_number());
    summary_.signatures = checkpoints_.signatures();
    summary_.erased_details = disclosures_.erased_details();
    summary_.erased_subjects = disclosures_.erased_subjects();
    if (summary_.is_complete && !findings_.has_contradiction()) check_unsigned();
    return summary_;
}

// Checkpoints could be removed from the end of an export to hide changes after the last one.
// Checkpoints are at least hourly, so a longer gap reveals that.
void ExportVerifier::check_unsigned() {
    if (summary_.unsigned_records == 0 || !unsigned_since_) return;
    auto const is_long = *summary_.last_time - *unsigned_since_ > unsigned_max;
    if (!is_long && !summary_.is_archive) return;
    findings_.add(
        {.code = FindingCode::checkpoint_unsigned,
         .text = fmt::format("No signed checkpoint covers the last {} records, from {} on, "
                             "although {}.",
                             summary_.unsigned_records, to_string(*unsigned_since_),
                             summary_.is_archive ? "an archive ends with a checkpoint"
                                                 : "a checkpoint is signed at least every hour"),
         .record = log_.next_number() - summary_.unsigned_records});
}

}  // namespace bank::verify
