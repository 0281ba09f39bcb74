// Data disclosed for the hashes in records: actors, details, references. Counts erased data; checks
// disclosed data against its hash.
//
// Threads: one at a time.
#pragma once
#include <cstdint>
#include <cstring>
#include <optional>
#include <unordered_map>

#include "core/audit/record.hpp"
#include "core/verify/export_line.hpp"
#include "core/verify/finding.hpp"

namespace bank::verify {

class Disclosures {
public:
    // `findings` must outlive this.
    explicit Disclosures(Findings& findings) : findings_(&findings) {}

    // A subject named by a record. `record` is its number, nullopt if unsealed.
    void add_named(audit::Hash const& subject, UserId actor, std::optional<std::uint64_t> record);
    void add_subject(DisclosedSubject const& subject);
    void count_erased_details() noexcept { ++erased_details_; }

    [[nodiscard]] std::uint64_t erased_details() const noexcept { return erased_details_; }
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
        std::size_t operator()(audit::Hash const& hash) const noexcept {
            std::size_t value = 0;
            std::memcpy(&value, hash.data(), sizeof value);
            return value;
        }
    };

    Findings* findings_;
    std::unordered_map<audit::Hash, Subject, FirstBytes> subjects_;
    audit::Hash last_{};  // Cache: adjacent records often share a subject.
    UserId last_actor_;
    std::uint64_t disclosed_count_ = 0;
    std::uint64_t erased_details_ = 0;
};

}  // namespace bank::verify
