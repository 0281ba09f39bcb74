// The signed checkpoints that a log is held against: those that were seen before, outside the log,
// and the keys whose signatures count.
//
// Threads: one at a time.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/audit/checkpoint.hpp"
#include "core/audit/note.hpp"
#include "core/verify/finding.hpp"

namespace bank::verify {

// A head that somebody vouched for.
struct SignedHead {
    std::string origin;
    audit::TreeHead head;
    std::vector<std::string> signers;  // Names of keys.
    std::string source;                // Where it was seen.
};

class CheckpointBook {
public:
    // `findings` must outlive this.
    CheckpointBook(std::vector<audit::NoteKey> keys, Findings& findings)
        : keys_(std::move(keys)), findings_(&findings) {}

    // Reads a checkpoint file: notes, an empty line after each. What is not signed, and what
    // contradicts another, is found.
    void add_file(std::string const& name, std::string_view text);
    // The note, if it is signed and sound; otherwise that is found, at `place`.
    std::optional<SignedHead> open(std::string_view note, std::string const& place);

    // Those of the files, by growing size, no two of one size and root.
    [[nodiscard]] std::vector<SignedHead> const& known() const noexcept { return known_; }

    // That the log has this head.
    void count_verified(SignedHead const& head);
    [[nodiscard]] std::uint64_t verified_count() const noexcept { return verified_count_; }
    [[nodiscard]] std::uint64_t verified_size() const noexcept { return verified_size_; }
    // By the name of the key.
    [[nodiscard]] std::map<std::string, std::uint64_t> const& signatures() const noexcept {
        return signatures_;
    }

private:
    void add_known(SignedHead head);

    std::vector<audit::NoteKey> keys_;
    Findings* findings_;
    std::vector<SignedHead> known_;
    std::uint64_t verified_count_ = 0;
    std::uint64_t verified_size_ = 0;  // Of the largest.
    std::map<std::string, std::uint64_t> signatures_;
};

}  // namespace bank::verify
