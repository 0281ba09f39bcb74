// Data disclosed for the hashes in records: actors, details, references. Counts erased data; checks
// disclosed data against its hash.
//
// Threads: one at a time.
#pragma once
#include <cstdint>
#include <cstring>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/audit/record.hpp"
#include "core/verify/export_line.hpp"
#include "core/verify/finding.hpp"
#include "core/verify/state_change.hpp"

namespace bank::verify {

class Disclosures {
public:
    // `findings` must outlive this.
    explicit Disclosures(Findings& findings) : findings_(&findings) {}

    // A subject named by a record. `record` is its number, nullopt if unsealed.
    void add_named(audit::Hash const& subject, UserId actor, std::optional<std::uint64_t> record);
    void add_subject(DisclosedSubject const& subject);
    // An event whose details are not disclosed.
    void add_erased_details(audit::Hash const& details, std::optional<std::uint64_t> record);
    // An erase_details record.
    void add_erasure(std::vector<ShortHash> const& hashes, std::optional<std::uint64_t> record);
    // Call last. `is_complete`: all subjects were added.
    void finish(bool is_complete);

    [[nodiscard]] std::uint64_t erased_details() const noexcept { return erased_details_.size(); }
    [[nodiscard]] std::uint64_t erased_subjects() const noexcept {
        return subjects_.size() - disclosed_count_;
    }

private:
    struct Subject {
        UserId actor;
        std::optional<std::uint64_t> record;  // The first record that names it.
        bool is_disclosed = false;
    };
    struct FirstBytes {  // Hashes are uniformly distributed.
        template <typename SomeHash>
        std::size_t operator()(SomeHash const& hash) const noexcept {
            std::size_t value = 0;
            std::memcpy(&value, hash.data(), sizeof value);
            return value;
        }
    };

    void check_erasure(ShortHash const& hash, std::optional<std::uint64_t> record,
                       std::string_view what);

    Findings* findings_;
    std::unordered_map<audit::Hash, Subject, FirstBytes> subjects_;
    audit::Hash last_{};  // Cache: adjacent records often share a subject.
    UserId last_actor_;
    std::uint64_t disclosed_count_ = 0;
    // Records by what is missing of them, and the last record that says that it was erased.
    std::vector<std::pair<ShortHash, std::optional<std::uint64_t>>> erased_details_;
    std::unordered_map<ShortHash, std::uint64_t, FirstBytes> erasures_;
};

}  // namespace bank::verify
