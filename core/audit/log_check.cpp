#include "core/audit/log_check.hpp"

#include <fmt/format.h>

#include <utility>

namespace bank::audit {
namespace {

Error mismatch(std::string sentence) {
    return {Code::internal_error, std::move(sentence)};
}

}  // namespace

Result<Checkpoint> open_checkpoint(std::string_view note, LogIdentity const& identity) {
    auto const opened = open_note(note, identity.keys);
    if (!opened) {
        return mismatch(
            fmt::format("A checkpoint of the audit log is not signed by this bank's key: {}",
                        opened.error().detail));
    }
    auto checkpoint = parse_checkpoint(opened->text);
    if (!checkpoint || checkpoint->origin != identity.origin) {
        return mismatch(
            fmt::format("A checkpoint does not belong to the log {}.", identity.origin));
    }
    return checkpoint;
}

Status check_head(TileSource& tiles, std::uint64_t sealed, TreeHead const& signed_head) {
    if (signed_head.size > sealed) {
        return mismatch(fmt::format(
            "The audit log has {} sealed records, but {} were signed: it was rolled back.", sealed,
            signed_head.size));
    }
    auto const now = TileTree(tiles, signed_head.size).head();
    if (!now) return now.error();
    if (now->root != signed_head.root) {
        return mismatch(
            fmt::format("The first {} records of the audit log differ from those that were signed.",
                        signed_head.size));
    }
    return Done{};
}

}  // namespace bank::audit
