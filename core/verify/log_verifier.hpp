// Holds the records of a log against the leaves that were sealed, the stored tiles and the signed
// checkpoints. Where a tile is stored its hashes are what was sealed; elsewhere, which is the end
// of the log, the records' own hashes are.
//
// Calls come in the order of the export: add_tile(), add_record() and add_checkpoint() belong to
// the last begin_seal(). Threads: one at a time.
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

    // A file begins: the first may begin anywhere, the others where the one before ended.
    void begin_file(Header const& header);
    // What the file says of the tree before its first record. Taken on trust until a checkpoint
    // proves it, or compared with the files before.
    void begin_edge(LeftEdge const& edge);
    void begin_seal(Seal const& seal);
    void add_tile(StoredTile tile);
    // Its number, as far as it is known yet.
    std::uint64_t add_record(SeenRecord const& record);
    void add_checkpoint(std::string_view note);
    // After the last seal of a file.
    void end_seals();
    void end_file(End const& end);
    // The file ends in the middle: what is missing from its last seal is not yet missing.
    void cut_file();
    // After the last file. `is_complete`: it was not cut, and is no archive.
    void finish(bool is_complete);

    // Of the next record: how many there are, with those before the first file.
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
    // Whether the log has that root at its present size; nothing if that cannot be known.
    std::optional<bool> judge(audit::Hash const& root);
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
    std::uint64_t next_ = 0;       // The number of the next record to be appended.
    std::uint64_t good_size_ = 0;  // Of the last checkpoint that the log agrees with.
    bool is_broken_ = false;       // A root was wrong: those after it are too.
    bool has_unproven_edge_ = false;
    bool is_forked_ = false;

    bool is_in_seal_ = false;  // Its records are not settled.
    bool has_gap_ = false;     // Its first number is not the next one.
    Seal seal_;
    std::uint64_t end_ = 0;              // Of the seal's numbers.
    std::uint64_t seen_count_ = 0;       // Its records so far.
    bool has_untiled_ = false;           // One of them is under no tile.
    std::vector<SeenRecord> differing_;  // From the first on that is not what was sealed.
    std::uint64_t unkept_count_ = 0;     // Further ones, beyond all reason.

    // While a tile and the records disagree, each consistent in itself: the tree as the records
    // have it. The next root that is known decides.
    std::optional<Frontier> alternative_;
    std::vector<Finding> doubtful_;

    std::size_t next_known_ = 0;           // Among the known heads.
    std::vector<SignedHead> disagreeing_;  // Known heads of the present size.
    std::uint64_t agreed_size_ = 0;        // good_size_ before them.
};

}  // namespace bank::verify
