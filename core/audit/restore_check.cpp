#include "core/audit/restore_check.hpp"

#include <fmt/format.h>

#include <utility>

#include "core/base/json_writer.hpp"

namespace bank::audit {
namespace {

Error refused(OpenRestore const& restore, std::string_view sentences) {
    return {Code::internal_error, fmt::format("The database was restored from backup {} ({}). {}",
                                              restore.backup, restore.wanted, sentences)};
}

Error without_evidence(OpenRestore const& restore) {
    return refused(
        restore,
        "There is no external checkpoint to compare its audit log with. Append the newest one "
        "stored on another machine to the file [audit] checkpoint_file; if none exists, run "
        "bankctl backup accept-loss --missing unknown --reason TEXT.");
}

Error rolled_back(OpenRestore const& restore, std::uint64_t sealed, std::uint64_t signed_size) {
    auto const missing = signed_size - sealed;
    auto sentences = fmt::format(
        "Its audit log has {} sealed records, but {} were signed: {} records are missing. ", sealed,
        signed_size, missing);
    if (restore.accepted_missing) {
        sentences += fmt::format("A loss of {} was accepted. ", *restore.accepted_missing);
    }
    sentences += fmt::format(
        "Restore a later point in time, or accept the loss: bankctl backup accept-loss --missing "
        "{} --reason TEXT.",
        missing);
    return refused(restore, sentences);
}

std::string details_of(OpenRestore const& restore, std::uint64_t sealed,
                       std::optional<std::uint64_t> signed_size) {
    JsonWriter json;
    json.begin_object();
    json.key("backup").text(restore.backup);
    json.key("wanted").text(restore.wanted);
    json.key("sealed").number(static_cast<std::int64_t>(sealed));
    if (signed_size) {
        json.key("checkpoint_size").number(static_cast<std::int64_t>(*signed_size));
        auto const missing = *signed_size > sealed ? *signed_size - sealed : 0;
        json.key("missing").number(static_cast<std::int64_t>(missing));
    } else {
        json.key("missing").text("unknown");
    }
    if (!restore.reason.empty()) json.key("reason").text(restore.reason);
    json.end_object();
    return std::move(json).take();
}

}  // namespace

Result<FinishedRestore> check_restore(SealStore& store, LogIdentity const& identity,
                                      OpenRestore const& restore,
                                      std::optional<std::string> const& evidence) {
    // The newest checkpoint in the database itself.
    auto const last = store.last_checkpoint();
    if (!last) return last.error();
    auto const to = store.sealed();
    if (!to) return to.error();
    if (*last) {
        auto const own = open_checkpoint((*last)->note, identity);
        if (!own) return own.error();
        if (auto const checked = check_head(store, to->size, own->head); !checked) {
            return checked.error();
        }
    }
    if (!evidence) {
        auto const is_accepted = !restore.reason.empty() && !restore.accepted_missing;
        if (!is_accepted) return without_evidence(restore);
        return FinishedRestore{restore.id, details_of(restore, to->size, std::nullopt),
                               std::nullopt};
    }
    auto const newest = open_checkpoint(*evidence, identity);
    if (!newest) return newest.error();
    auto const signed_size = newest->head.size;
    if (signed_size > to->size) {
        if (restore.accepted_missing != signed_size - to->size) {
            return rolled_back(restore, to->size, signed_size);
        }
        return FinishedRestore{restore.id, details_of(restore, to->size, signed_size), *evidence};
    }
    if (auto const checked = check_head(store, to->size, newest->head); !checked) {
        return checked.error();
    }
    return FinishedRestore{restore.id, details_of(restore, to->size, signed_size), std::nullopt};
}

Result<std::vector<std::string>> lost_notes(
    SealStore& store, std::function<bool(LostCheckpoint const&)> const& is_own) {
    auto const lost = store.lost_checkpoints();
    if (!lost) return lost.error();
    std::vector<std::string> notes;
    for (auto const& row : *lost) {
        if (!is_own || !is_own(row)) {
            return Error{
                Code::internal_error,
                fmt::format(
                    "Row {} of bank.restores has a lost_checkpoint that bankd did not write. If "
                    "the "
                    "loss was accepted, have it checked again: set checked_at, lost_checkpoint and "
                    "mac of the row to null. Otherwise restore a backup.",
                    row.restore)};
        }
        notes.push_back(row.note);
    }
    return notes;
}

}  // namespace bank::audit
