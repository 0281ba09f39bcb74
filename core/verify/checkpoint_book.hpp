// The signed checkpoints for checking a log: those seen earlier, outside the log, and the keys that
// are trusted.
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

// A signed tree head.
struct SignedHead {
    std::string origin;
    audit::TreeHead head;
    std::vector<std::string> signers;  // Names of keys.
    std::string source;                // File and position.
};

class CheckpointBook {
public:
    // `findings` must outlive this.
    CheckpointBook(std::vector<audit::NoteKey> keys, Findings& findings)
        : keys_(std::move(keys)), findings_(&findings) {}

    // Reads a checkpoint file: notes, each followed by an empty line. Reports unsigned and
    // contradictory checkpoints as findings.
    void add_file(std::string const& name, std::string_view text);
    // The note, if it is signed and valid; otherwise adds a finding at `place`.
    std::optional<SignedHead> open(std::string_view note, std::string const& place);

    // Heads from the files, by ascending size, unique by size and root.
    [[nodiscard]] std::vector<SignedHead> const& known() const noexcept { return known_; }

    // Counts a head that the log has.
    void count_verified(SignedHead const& head);
    [[nodiscard]] std::uint64_t verified_count() const noexcept { return verified_count_; }
    [[nodiscard]] std::uint64_t verified_size() const noexcept { return verified_size_; }
    // By key name.
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
