// Checks a log against its signed checkpoints.
//
// Threads: any.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/audit/checkpoint.hpp"
#include "core/audit/note.hpp"
#include "core/audit/tile_tree.hpp"
#include "core/base/result.hpp"

namespace bank::audit {

struct LogIdentity {
    std::string origin;
    std::vector<NoteKey> keys;
};

// Errors: internal_error with one sentence if `note` is not a checkpoint of this log.
[[nodiscard]] Result<Checkpoint> open_checkpoint(std::string_view note,
                                                 LogIdentity const& identity);

// Checks that a log of `sealed` records is consistent with `signed_head`. Errors: those of `tiles`;
// internal_error with one sentence if it is not.
[[nodiscard]] Status check_head(TileSource& tiles, std::uint64_t sealed,
                                TreeHead const& signed_head);

}  // namespace bank::audit
