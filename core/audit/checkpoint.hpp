// Checkpoints (C2SP tlog-checkpoint): the state of a log at one moment, as the text of a signed
// note. With a checkpoint its holder can later verify that the log still begins with everything
// that it contained then.
//
// Threads: any.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "core/audit/merkle.hpp"
#include "core/base/result.hpp"

namespace bank::audit {

inline constexpr std::size_t origin_size_max = 255;
inline constexpr std::size_t extensions_max = 16;
inline constexpr std::size_t checkpoint_size_max = 16'384;  // Bytes, of the whole text.

struct Checkpoint {
    std::string origin;                   // The log's name: 1 to 255 bytes of plain text.
    TreeHead head;                        // At most 2^63 - 1 leaves.
    std::vector<std::string> extensions;  // Further lines; plain text, none empty.

    bool operator==(Checkpoint const&) const = default;
};

// Precondition: the fields satisfy their comments.
[[nodiscard]] std::string to_text(Checkpoint const& checkpoint);
// Errors: invalid_field with a detail, for any text that to_text() would not write.
[[nodiscard]] Result<Checkpoint> parse_checkpoint(std::string_view text);

}  // namespace bank::audit
