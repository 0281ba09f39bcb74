#include "core/verify/log_verifier.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

namespace bank::verify {
namespace {

// Limit of kept surplus records of one seal.
constexpr std::size_t surplus_max = 65'536;

std::string range_text(std::uint64_t begin, std::uint64_t end) {
    return end - begin == 1 ? fmt::format("record {}", begin)
                            : fmt::format("records {} to {}", begin, end - 1);
}

std::string named(TransferId transfer) {
    return transfer ? fmt::format(" (transfer {})", transfer.value) : std::string{};
}

}  // namespace

void LogVerifier::begin_file(Header const& header) {
    if (!has_begun_) {
        has_begun_ = true;
        origin_ = header.origin;
        next_ = good_size_ = header.first;
        frontier_ = Frontier(header.first);
        // Heads from before this file cannot be compared.
        auto const& known = checkpoints_->known();
        while (next_known_ < known.size() && known[next_known_].head.size < header.first) {
            ++next_known_;
        }
        if (header.first == 0) check_known_heads();
        return;
    }
    if (header.origin != origin_) {
        findings_->add({.code = FindingCode::malformed,
                        .text = fmt::format("A file belongs to the log {}, the preceding one to "
                                            "{}.",
                                            header.origin, origin_)});
    }
    if (header.first == next_) return;
    findings_->add({.code = FindingCode::seal_gap,
                    .text = fmt::format("A file starts at record {}, but the preceding one ends "
                                        "before record {}.",
                                        header.first, next_),
                    .record = next_});
    if (header.first > next_) skip_gap(next_, header.first);
}

void LogVerifier::begin_edge(LeftEdge const& edge) {
    auto const add = [&](FindingCode code, std::string text) {
        findings_->add({.code = code, .text = std::move(text), .record = next_});
    };
    if (edge.roots.size() != Frontier::edge_length(next_)) {
        add(FindingCode::malformed,
            fmt::format("A tree of {} records has {} full subtrees, but the file contains {}.",
                        next_, Frontier::edge_length(next_), edge.roots.size()));
        return;
    }
    if (!frontier_.fits(edge.roots)) {
        add(FindingCode::tile_changed,
            fmt::format("The subtrees before record {} do not match the preceding files.", next_));
        return;
    }
    if (!frontier_.root()) {
        frontier_ = Frontier(next_, edge.roots);
        good_size_ = next_;
        has_unproven_edge_ = true;
    }
    check_known_heads();
}

void LogVerifier::begin_seal(Seal const& seal) {
    end_seals();
    seal_ = seal;
    is_in_seal_ = true;
    has_gap_ = seal.first != next_;
    end_ = next_ + seal.count;
    seen_count_ = 0;
    has_untiled_ = false;
}

void LogVerifier::add_tile(StoredTile tile) {
    auto const shift = audit::tile_height * (tile.level + 1);
    auto const is_within = shift < 63 && tile.index <= (std::uint64_t{1} << (63 - shift)) - 1;
    auto const first = is_within ? tile.index << shift : 0;
    if (!is_in_seal_ || seen_count_ > 0 || !is_within || first < seal_.first ||
        first - seal_.first >= seal_.count) {
        findings_->add({.code = FindingCode::malformed,
                        .text = fmt::format("The tile {} of level {} does not belong to the seal "
                                            "of records {} to {}.",
                                            tile.index, tile.level, seal_.first,
                                            seal_.first + seal_.count - 1)});
        return;
    }
    if (tiles_.add(tile.level, tile.index, std::move(tile.hashes))) return;
    findings_->add({.code = FindingCode::malformed,
                    .text = fmt::format("The tile {} of level {} is stored twice, or there are too "
                                        "many tiles.",
                                        tile.index, tile.level)});
}

std::uint64_t LogVerifier::add_record(SeenRecord const& record) {
    if (has_gap_) resolve_gap(record);
    auto const number = end_ - seal_.count + seen_count_;
    ++seen_count_;
    if (!differing_.empty()) {
        if (differing_.size() < seal_.count + surplus_max) {
            differing_.push_back(record);
        } else {
            ++unkept_count_;
        }
        return number;
    }
    auto const* const sealed = tiles_.find(0, number);
    auto const is_sealed = sealed == nullptr || *sealed == record.hash || *sealed == record.leaf;
    if (number >= end_ || !is_sealed) {
        differing_.push_back(record);
        return number;
    }
    if (record.hash != record.leaf) report_leaf(record, number);
    has_untiled_ |= sealed == nullptr;
    append(sealed == nullptr ? record.hash : *sealed, record.hash);
    return number;
}

void LogVerifier::report_leaf(SeenRecord const& record, std::uint64_t number) {
    auto const* const sealed = tiles_.find(0, number);
    auto const* const what = sealed != nullptr && *sealed == record.hash
                                 ? "its stored leaf matches neither its hash nor the seal"
                                 : "its content does not match its leaf";
    findings_->add(
        {.code = FindingCode::record_changed,
         .text = fmt::format("Record {}{} was changed: {}.", number, named(record.transfer), what),
         .record = number,
         .transfer = record.transfer});
}

// The seal's number is not the expected one. Either the number is wrong, or seals are missing: the
// first record decides, if tiles cover it.
void LogVerifier::resolve_gap(SeenRecord const& first) {
    has_gap_ = false;
    auto const is_at = [&](std::uint64_t number) {
        auto const* const sealed = tiles_.find(0, number);
        return sealed != nullptr && (*sealed == first.hash || *sealed == first.leaf);
    };
    if (seal_.first > next_ && !is_at(next_)) {
        findings_->add(
            {.code = FindingCode::seal_gap,
             .text = fmt::format("The seals of {} are missing.", range_text(next_, seal_.first)),
             .record = next_});
        skip_gap(next_, seal_.first);
    } else {
        findings_->add(
            {.code = FindingCode::seal_gap,
             .text = fmt::format("A seal starts at record {}, but record {} is the next.",
                                 seal_.first, next_),
             .record = next_});
    }
    end_ = next_ + seal_.count;
}

void LogVerifier::skip_gap(std::uint64_t from, std::uint64_t to) {
    settle_doubt(false);
    for (auto number = from; number < to; ++number) {
        auto const* const sealed = tiles_.find(0, number);
        if (sealed == nullptr) {
            next_ = to;
            break_tree();
            return;
        }
        append(*sealed, *sealed);
    }
}

// The roots of a tree with a gap are unknown.
void LogVerifier::break_tree() {
    settle_doubt(false);
    frontier_ = Frontier(next_);
    auto const& known = checkpoints_->known();
    while (next_known_ < known.size() && known[next_known_].head.size <= next_) ++next_known_;
    tiles_.forget_before(next_);
}

void LogVerifier::append(audit::Hash const& sealed, audit::Hash const& seen) {
    end_forks(std::nullopt);
    auto const hash = sealed;  // A copy: its tile may be dropped.
    if (alternative_)
        alternative_->append(seen, [](unsigned, std::uint64_t, audit::Hash const&) {});
    frontier_.append(hash, [&](unsigned level, std::uint64_t index, audit::Hash const& node) {
        check_tile_node(level, index, node);
    });
    ++next_;
    if (next_ % audit::tile_width == 0) tiles_.forget_before(next_);
    check_known_heads();
}

void LogVerifier::check_tile_node(unsigned level, std::uint64_t index, audit::Hash const& hash) {
    auto const* const stored = tiles_.find(level, index);
    // While a tile and the records disagree, a signed root decides.
    if (stored == nullptr || *stored == hash || alternative_) return;
    auto const first = index << (audit::tile_height * level);
    findings_->add({.code = FindingCode::tile_changed,
                    .text = fmt::format("Tile {} of level {} was changed: its hash {} does not "
                                        "match the {} records from {} on.",
                                        index / audit::tile_width, level, index % audit::tile_width,
                                        std::uint64_t{1} << (audit::tile_height * level), first),
                    .record = first});
}

void LogVerifier::check_known_heads() {
    auto const& known = checkpoints_->known();
    for (; next_known_ < known.size() && known[next_known_].head.size == next_; ++next_known_) {
        auto const& head = known[next_known_];
        if (is_forked_ || is_broken_ || !is_of_this_log(head)) continue;
        auto const is_good = is_consistent(head.head.root);
        if (!is_good) continue;
        if (*is_good) {
            checkpoints_->count_verified(head);
        } else if (good_size_ != next_) {  // Otherwise known heads contradict each other.
            disagreeing_.push_back(head);
            agreed_size_ = good_size_;
        }
    }
}

// Known heads that disagree with the log are a fork, unless the log's own checkpoint of that size
// matches: then the records were changed, which is already reported.
void LogVerifier::end_forks(std::optional<audit::TreeHead> const& stored) {
    for (auto const& head : disagreeing_) {
        if (is_forked_ || (stored && *stored == head.head)) continue;
        is_forked_ = true;
        findings_->add({.code = FindingCode::checkpoint_forked,
                        .text = fmt::format(
                            "The signed checkpoint {} (size {}) disagrees with this log: {} have "
                            "changed since it was signed.",
                            head.source, head.head.size, range_text(agreed_size_, head.head.size)),
                        .record = agreed_size_});
    }
    disagreeing_.clear();
}

std::optional<bool> LogVerifier::is_consistent(audit::Hash const& root) {
    auto const own = frontier_.root();
    if (!own) return std::nullopt;
    auto is_good = *own == root;
    auto const records_are_right = !is_good && alternative_ && alternative_->root() == root;
    if (records_are_right) {
        frontier_ = *alternative_;
        is_good = true;
    }
    settle_doubt(records_are_right);
    if (is_good) {
        good_size_ = next_;
        has_unproven_edge_ = false;
    }
    return is_good;
}

void LogVerifier::settle_doubt(bool records_are_right) {
    alternative_.reset();
    for (auto& finding : doubtful_) {
        if (records_are_right) {
            finding.code = FindingCode::tile_changed;
            finding.text = fmt::format(
                "Tile {} of level 0 was changed: its hash {} is not the leaf of record {} under "
                "the signed root.",
                *finding.record / audit::tile_width, *finding.record % audit::tile_width,
                *finding.record);
        }
        findings_->add(std::move(finding));
    }
    doubtful_.clear();
}

void LogVerifier::add_checkpoint(std::string_view note) {
    end_records(false);
    auto const head = checkpoints_->open(note, fmt::format("before record {}", next_));
    if (!head) return;
    if (head->origin != origin_ || head->head.size != next_) {
        findings_->add(
            {.code = FindingCode::checkpoint_mismatch,
             .text = fmt::format("The checkpoint before record {} has size {} of the log {}; it "
                                 "does not belong there.",
                                 next_, head->head.size, head->origin),
             .record = next_});
        return;
    }
    auto const good_before = good_size_;
    auto const is_good = is_broken_ ? std::nullopt : is_consistent(head->head.root);
    if (!is_good) return;
    if (*is_good) {
        checkpoints_->count_verified(*head);
        return;
    }
    end_forks(head->head);
    if (good_before == next_) {
        findings_->add(
            {.code = FindingCode::checkpoint_forked,
             .text = fmt::format("Two signed checkpoints of size {} have different roots.", next_),
             .record = next_});
        return;
    }
    is_broken_ = true;
    findings_->add({.code = FindingCode::checkpoint_mismatch,
                    .text = fmt::format(
                        "The signed checkpoint of size {} has another root: {}{} differ from those "
                        "that were signed. Later checkpoints cannot be compared.",
                        next_, range_text(good_before, next_),
                        has_unproven_edge_ ? ", or the subtrees before them," : ""),
                    .record = good_before});
}

void LogVerifier::end_seals() {
    end_records(false);
    end_forks(std::nullopt);
}

void LogVerifier::end_records(bool is_cut) {
    if (!is_in_seal_) return;
    is_in_seal_ = false;
    if (has_gap_) resolve_gap({});
    if (!differing_.empty()) {
        settle_difference(is_cut);
    } else if (seen_count_ < seal_.count && !is_cut) {
        settle_difference(false);
    }
    differing_.clear();
    unkept_count_ = 0;
}

// From next_ on, records differ from the sealed ones or are missing.
void LogVerifier::settle_difference(bool is_cut) {
    auto const start = next_;
    std::vector<audit::Hash> sealed;
    for (auto number = start; number < end_; ++number) {
        auto const* const hash = tiles_.find(0, number);
        if (hash == nullptr) break;
        sealed.push_back(*hash);
    }
    // After the last tile, at the end of the log, there are only records.
    auto const untiled = end_ - start - sealed.size();
    has_untiled_ |= untiled > 0;
    auto diff = compare(sealed, differing_);
    std::size_t tail = 0;
    while (!diff.inserted.empty() && tail < untiled &&
           diff.inserted.back() + 1 + tail == differing_.size()) {
        diff.inserted.pop_back();
        ++tail;
    }
    auto const is_doubtful = !sealed.empty() && diff.has_only_replaced() && !is_cut;
    if (is_doubtful && !alternative_) alternative_ = frontier_;
    report(diff, sealed, is_cut);
    auto const has_alternative = is_doubtful && alternative_.has_value();
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        append(sealed[i], has_alternative ? differing_[i].hash : sealed[i]);
    }
    for (auto i = differing_.size() - tail; i < differing_.size(); ++i) {
        auto const& record = differing_[i];
        if (record.hash != record.leaf) report_leaf(record, next_);
        append(record.hash, record.hash);
    }
    auto const surplus = unkept_count_ + (has_untiled_ ? diff.inserted.size() : 0);
    if (is_cut || (next_ == end_ && surplus == 0)) return;
    findings_->add(
        {.code = FindingCode::seal_count,
         .text = fmt::format("The seal of {} claims {} records, but there are {}.",
                             range_text(end_ - seal_.count, end_), seal_.count, seen_count_),
         .record = end_ - seal_.count});
    if (next_ == end_) return;
    next_ = end_;
    break_tree();
}

void LogVerifier::report(SequenceDiff const& diff, std::vector<audit::Hash> const& sealed,
                         bool is_cut) {
    auto const start = next_;
    auto const add = [&](FindingCode code, std::uint64_t number, TransferId transfer,
                         std::string text) {
        findings_->add(
            {.code = code, .text = std::move(text), .record = number, .transfer = transfer});
    };
    for (auto const& pair : diff.changed_content) {
        auto const id = differing_[pair.index].transfer;
        add(FindingCode::record_changed, start + pair.place, id,
            fmt::format("Record {}{} was changed: its content does not match its leaf.",
                        start + pair.place, named(id)));
    }
    for (auto const& pair : diff.changed_leaf) {
        auto const id = differing_[pair.index].transfer;
        add(FindingCode::record_changed, start + pair.place, id,
            fmt::format("Record {}{} was changed: its stored leaf matches neither its hash nor the "
                        "seal.",
                        start + pair.place, named(id)));
    }
    for (auto const& pair : diff.replaced) {
        auto const& record = differing_[pair.index];
        Finding finding{.code = FindingCode::record_changed,
                        .text = fmt::format("Record {}{} was changed together with its leaf: it "
                                            "differs from the sealed record.",
                                            start + pair.place, named(record.transfer)),
                        .record = start + pair.place,
                        .transfer = record.transfer};
        auto const is_kept = diff.has_only_replaced() && doubtful_.size() < Findings::kept_max;
        if (is_kept) {
            doubtful_.push_back(std::move(finding));
        } else {
            findings_->add(std::move(finding));
        }
    }
    for (auto const& [first, second] : diff.swapped) {
        add(FindingCode::records_reordered, start + first, {},
            fmt::format("Records {} and {} were swapped.", start + first, start + second));
    }
    for (auto const& pair : diff.moved) {
        auto const id = differing_[pair.index].transfer;
        add(FindingCode::records_reordered, start + pair.place, id,
            fmt::format("Record {}{} was moved: it appears {} records after record {} instead of "
                        "its sealed position.",
                        start + pair.place, named(id), pair.index, start));
    }
    for (auto const index : diff.inserted) {
        if (has_untiled_) break;  // Reported as a wrong count; which ones is unknown.
        auto const id = differing_[index].transfer;
        add(FindingCode::record_inserted, start + index, id,
            fmt::format("A record{} at {} was never sealed.", named(id), start + index));
    }
    auto missing_end = diff.missing.size();
    // Records at the end of a truncated file are not missing.
    for (auto place = sealed.size(); is_cut && missing_end > 0; --missing_end, --place) {
        if (diff.missing[missing_end - 1] + 1 != place) break;
    }
    for (std::size_t i = 0; i < missing_end; ++i) {
        add(FindingCode::record_missing, start + diff.missing[i], {},
            fmt::format("Record {} is missing, although it was sealed.", start + diff.missing[i]));
    }
}

void LogVerifier::end_file(End const& end) {
    end_seals();
    if (end.sealed_count == next_) return;
    findings_->add({.code = FindingCode::seal_count,
                    .text = fmt::format("The file claims {} records, but contains {}.",
                                        end.sealed_count, next_),
                    .record = next_});
}

void LogVerifier::cut_file() {
    end_records(true);
    end_forks(std::nullopt);
}

void LogVerifier::finish(bool is_complete) {
    settle_doubt(false);
    if (!is_complete) return;
    if (tiles_.find(0, next_) != nullptr) {
        findings_->add({.code = FindingCode::record_missing,
                        .text = fmt::format("The log ends before record {}, but a stored tile "
                                            "covers more: its end was removed.",
                                            next_),
                        .record = next_});
    }
    auto const& known = checkpoints_->known();
    for (auto at = known.rbegin(); at != known.rend() && at->head.size > next_; ++at) {
        if (!is_of_this_log(*at)) continue;
        findings_->add({.code = FindingCode::rolled_back,
                        .text = fmt::format("The checkpoint {} was signed for {} records, but the "
                                            "log has {}: {} are missing.",
                                            at->source, at->head.size, next_,
                                            range_text(next_, at->head.size)),
                        .record = next_});
        break;
    }
    auto const is_foreign = [&](SignedHead const& head) { return !is_of_this_log(head); };
    if (!known.empty() && std::ranges::all_of(known, is_foreign)) {
        findings_->add(
            {.code = FindingCode::malformed,
             .text = fmt::format("None of the given checkpoints belongs to the log {}.", origin_)});
    }
    if (next_ > 0 && checkpoints_->verified_count() == 0 && !findings_->has_contradiction() &&
        frontier_.root()) {
        findings_->add({.code = FindingCode::checkpoint_unsigned,
                        .text = "No checkpoint signed with a given key covers any record of this "
                                "log."});
    }
}

}  // namespace bank::verify
