#include "core/verify/checkpoint_book.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace bank::verify {
namespace {

// The end of the first note in `text`, after the empty line that follows its signatures.
std::size_t note_end(std::string_view text) {
    // The signatures are the last lines; their dash distinguishes them from the checkpoint's lines.
    constexpr std::string_view signatures = "\n\n\u2014 ";
    auto const begin = text.find(signatures);
    if (begin == std::string_view::npos) return text.size();
    auto const end = text.find("\n\n", begin + signatures.size());
    return end == std::string_view::npos ? text.size() : end + 2;
}

}  // namespace

void CheckpointBook::add_file(std::string const& name, std::string_view text) {
    for (std::size_t number = 1; !text.empty(); ++number) {
        auto const end = note_end(text);
        auto note = text.substr(0, end);
        text.remove_prefix(end);
        auto const is_whole = note.ends_with("\n\n");
        if (is_whole) note.remove_suffix(1);
        // The last one may be torn by a crash during the write.
        if (!is_whole && number > 1 && !audit::open_note(note, keys_)) return;
        auto head = open(note, fmt::format("number {} of {}", number, name));
        if (head) add_known(*std::move(head));
    }
}

std::optional<SignedHead> CheckpointBook::open(std::string_view note, std::string const& place) {
    auto const opened = audit::open_note(note, keys_);
    if (!opened) {
        findings_->add({.code = FindingCode::checkpoint_unsigned,
                        .text = fmt::format("The checkpoint {} has no valid signature: {}.", place,
                                            opened.error().detail)});
        return std::nullopt;
    }
    auto checkpoint = audit::parse_checkpoint(opened->text);
    if (!checkpoint) {
        findings_->add({.code = FindingCode::malformed,
                        .text = fmt::format("The checkpoint {} is signed but malformed: {}.", place,
                                            checkpoint.error().detail)});
        return std::nullopt;
    }
    SignedHead head{.origin = std::move(checkpoint->origin),
                    .head = checkpoint->head,
                    .signers = {},
                    .source = place};
    for (auto const& signer : opened->signers) head.signers.push_back(signer.name);
    return head;
}

void CheckpointBook::add_known(SignedHead head) {
    auto const by_size = [](SignedHead const& one) { return one.head.size; };
    auto const [begin, end] = std::ranges::equal_range(known_, head.head.size, {}, by_size);
    auto const is_same = [&](SignedHead const& one) {
        return one.head == head.head && one.origin == head.origin;
    };
    if (std::any_of(begin, end, is_same)) return;
    for (auto const& other : std::ranges::subrange(begin, end)) {
        if (other.origin != head.origin) continue;
        findings_->add({.code = FindingCode::checkpoint_forked,
                        .text = fmt::format("The checkpoints {} and {} are both signed and of size "
                                            "{}, but their roots differ.",
                                            other.source, head.source, head.head.size)});
        break;
    }
    known_.insert(end, std::move(head));
}

void CheckpointBook::count_verified(SignedHead const& head) {
    ++verified_count_;
    verified_size_ = std::max(verified_size_, head.head.size);
    for (auto const& signer : head.signers) ++signatures_[signer];
}

}  // namespace bank::verify
