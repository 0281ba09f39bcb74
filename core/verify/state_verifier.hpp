// Recomputes the state of users, accounts, limits and rules from the change_state records of a log,
// in one pass, and compares it with the rows of the export. Memory grows with rows, not with
// changes.
//
// The changes of a row are numbered: 0 is its first state. A record may arrive before that of the
// preceding change, because records are in the order of their transactions; it waits for it.
//
// Threads: one at a time.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/base/strong_id.hpp"
#include "core/verify/export_line.hpp"
#include "core/verify/finding.hpp"
#include "core/verify/state_change.hpp"

namespace bank::verify {

class StateVerifier {
public:
    // `findings` must outlive this.
    explicit StateVerifier(Findings& findings) : findings_(&findings) {}

    // Call before the first record if earlier changes are unknown; `first`: its number.
    void begin_in_the_middle(std::uint64_t first) {
        is_from_the_middle_ = true;
        pruned_to_ = std::to_string(first);
    }

    // The details of a change_state record. `record`: its number, nullopt if unsealed.
    void add_change(std::string_view details, std::optional<std::uint64_t> record);
    // A begin_state record: the rows that existed before the log told their changes are known now.
    void add_begin(std::optional<std::uint64_t> record);
    // A row of the export. Call after the last change.
    void add_row(StateRow const& row);
    // Call last. `is_complete`: all rows were added.
    void finish(bool is_complete);

    // Whether a begin_state record was added.
    [[nodiscard]] bool has_begun() const noexcept { return has_begun_; }

private:
    struct Change {
        StateFields before;
        StateFields after;
        std::optional<std::uint64_t> record;
    };
    struct Row {
        std::string fields;           // See packed(): a map for each row would be too large.
        std::uint64_t change_no = 0;  // Of the last change that was applied.
        std::optional<std::uint64_t> record;
        bool is_known = false;    // Change 0 has arrived.
        bool is_partial = false;  // Fields that did not change since are unknown.
        bool is_listed = false;
    };
    struct Place {
        std::string_view table;
        std::string_view key;
    };

    void apply(Place place, Row& row, std::uint64_t change_no, Change const& change);
    void apply_waiting(Place place, Row& row);
    void report(Place place, std::string_view field, std::optional<std::uint64_t> record,
                std::string text);

    [[nodiscard]] static std::string packed(StateFields const& fields);
    [[nodiscard]] static StateFields unpacked(std::string_view fields);

    Findings* findings_;
    std::unordered_map<std::string, Row> rows_;  // By table, tab, key.
    std::map<std::pair<std::string, std::uint64_t>, Change> waiting_;
    bool has_begun_ = false;
    bool is_from_the_middle_ = false;
    std::string pruned_to_;  // The key of a pruning that this log must contain.
};

}  // namespace bank::verify
