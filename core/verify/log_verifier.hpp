// Checks the records of a log against the sealed leaves, the stored tiles and the signed
// checkpoints. Where a tile is stored, its hashes are the sealed ones; elsewhere, at the end of the
// log, the records' own hashes are.
//
// Call order is that of the export: add_tile(), add_record() and add_checkpoint() belong to the
// last begin_seal(). Threads: one at a time.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/verify/checkpoint_book.hpp"
#include "core/verify/export_line.hpp"
#include "core/verify/finding.hpp"
#include "core/verify/frontier.hpp"
#include "core/verify/sequence_diff.hpp"
#include "core/verify/stored_tiles.hpp"

namespace bank::verify {

class LogVerifier {
public:
    // Both must outlive this.
    LogVerifier(CheckpointBook& checkpoints, Findings& findings)
        : checkpoints_(&checkpoints), findings_(&findings) {}

    // Starts a file: the first may start anywhere, later ones where the previous one ended.
    void begin_file(Header const& header);
    // The file's claim about the tree before its first record. Compared with earlier files, or
    // assumed until a checkpoint confirms it.
    void begin_edge(LeftEdge const& edge);
    void begin_seal(Seal const& seal);
    void add_tile(StoredTile tile);
    // Returns its number, as far as already known.
    std::uint64_t add_record(SeenRecord const& record);
    void add_checkpoint(std::string_view note);
    // Call after the last seal of a file.
    void end_seals();
    void end_file(End const& end);
    // The file is truncated: records missing from its last seal are not reported.
    void cut_file();
    // Call after the last file. `is_complete`: it is neither truncated nor an archive.
    void finish(bool is_complete);

    // Number of the next record, which equals the number of records including those before the
    // first file.
    [[nodiscard]] std::uint64_t next_number() const noexcept { return next_; }

private:
    void resolve_gap(SeenRecord const& first);
    void skip_gap(std::uint64_t from, std::uint64_t to);
    void end_records(bool is_cut);
    void settle_difference(bool is_cut);
    void report(SequenceDiff const& diff, std::vector<audit::Hash> const& sealed, bool is_cut);
    void report_leaf(SeenRecord const& record, std::uint64_t number);
    void append(audit::Hash const& sealed, audit::Hash const& seen);
    void check_tile_node(unsigned level, std::uint64_t index, audit::Hash const& hash);
    void check_known_heads();
    void end_forks(std::optional<audit::TreeHead> const& stored);
    // Whether the log has that root at its current size; nullopt if unknown.
    std::optional<bool> is_consistent(audit::Hash const& root);
    void settle_doubt(bool records_are_right);
    void break_tree();
    [[nodiscard]] bool is_of_this_log(SignedHead const& head) const noexcept {
        return head.origin == origin_;
    }

    CheckpointBook* checkpoints_;
    Findings* findings_;
    std::string origin_;
    bool has_begun_ = false;

    StoredTiles tiles_;
    Frontier frontier_;
    std::uint64_t next_ = 0;       // Number of the next record to append.
    std::uint64_t good_size_ = 0;  // Of the last matching checkpoint.
    bool is_broken_ = false;       // A root was wrong, so all later ones are too.
    bool has_unproven_edge_ = false;
    bool is_forked_ = false;

    bool is_in_seal_ = false;  // Its records are not final.
    bool has_gap_ = false;     // Its first number is not the expected one.
    Seal seal_;
    std::uint64_t end_ = 0;              // One past the seal's last number.
    std::uint64_t seen_count_ = 0;       // Records of the seal so far.
    bool has_untiled_ = false;           // At least one of them has no tile.
    std::vector<SeenRecord> differing_;  // From the first record that differs from the sealed one.
    std::uint64_t unkept_count_ = 0;     // Number of further ones, not kept.

    // The tree according to the records, while a tile and the records disagree but each is
    // consistent. The next known root decides.
    std::optional<Frontier> alternative_;
    std::vector<Finding> doubtful_;

    std::size_t next_known_ = 0;           // Index in the known heads.
    std::vector<SignedHead> disagreeing_;  // Known heads of the current size.
    std::uint64_t agreed_size_ = 0;        // good_size_ before them.
};

}  // namespace bank::verify
