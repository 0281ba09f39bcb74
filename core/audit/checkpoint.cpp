// checkpoint = origin "\n" size "\n" root "\n" *( extension "\n" )
// size       = decimal, without leading zeros
// root       = base64 of 32 bytes
#include "core/audit/checkpoint.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/bytes.hpp"
#include "core/base/text.hpp"

namespace bank::audit {
namespace {

Error invalid(char const* why) {
    return {.code = Code::invalid_field, .detail = why};
}

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        auto const end = text.find('\n');
        lines.push_back(text.substr(0, end));
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return lines;
}

}  // namespace

std::string to_text(Checkpoint const& checkpoint) {
    auto text = fmt::format("{}\n{}\n{}\n", checkpoint.origin, checkpoint.head.size,
                            to_base64(checkpoint.head.root));
    for (auto const& extension : checkpoint.extensions) text += extension + "\n";
    return text;
}

Result<Checkpoint> parse_checkpoint(std::string_view text) {
    constexpr std::size_t head_lines = 3;
    if (text.size() > checkpoint_size_max) return invalid("the checkpoint is too large");
    auto const lines = lines_of(text);
    if (!text.ends_with('\n') || lines.size() < head_lines) {
        return invalid("a checkpoint has at least three lines");
    }
    if (lines.size() > head_lines + extensions_max) {
        return invalid("the checkpoint has too many lines");
    }
    auto const is_sound = [](std::string_view line) {
        return !line.empty() && is_plain_text(line);
    };
    if (!std::ranges::all_of(lines, is_sound)) {
        return invalid("a line of the checkpoint is empty or not plain text");
    }
    if (lines[0].size() > origin_size_max) return invalid("the checkpoint's origin is too long");
    auto const size = parse_int64(lines[1]);
    if (!size || *size < 0) return invalid("the checkpoint's size is not a number");
    auto const root = from_base64(lines[2]);
    Checkpoint checkpoint{.origin = std::string(lines[0]), .head = {}, .extensions = {}};
    if (!root || root->size() != checkpoint.head.root.size()) {
        return invalid("the checkpoint's root is not 32 bytes in base64");
    }
    checkpoint.head.size = static_cast<std::uint64_t>(*size);
    std::ranges::copy(*root, checkpoint.head.root.begin());
    checkpoint.extensions.assign(lines.begin() + head_lines, lines.end());
    return checkpoint;
}

}  // namespace bank::audit
