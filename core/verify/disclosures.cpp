#include "core/verify/disclosures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/bytes.hpp"

namespace bank::verify {
namespace {

// Of what is not sealed yet: after all that is.
constexpr auto unsealed = UINT64_MAX;

ShortHash short_hash(audit::Hash const& hash) {
    ShortHash first{};
    std::copy_n(hash.begin(), first.size(), first.begin());
    return first;
}

}  // namespace

void Disclosures::add_named(audit::Hash const& subject, UserId actor,
                            std::optional<std::uint64_t> record) {
    if (subject == last_ && actor == last_actor_ && !subjects_.empty()) return;
    auto const [found, is_new] = subjects_.try_emplace(subject, Subject{actor, record});
    last_ = subject;
    last_actor_ = found->second.actor;
    if (is_new || found->second.actor == actor) return;
    findings_->add({.code = FindingCode::subject_changed,
                    .text = fmt::format("A record names actor {} and the subject {}, which is "
                                        "actor {} in other records.",
                                        actor.value, to_hex(subject), found->second.actor.value),
                    .record = record});
}

void Disclosures::add_subject(DisclosedSubject const& subject) {
    auto const found = subjects_.find(subject.hash);
    auto const add = [&](std::string text) {
        auto const record = found == subjects_.end() ? std::nullopt : found->second.record;
        findings_->add(
            {.code = FindingCode::subject_changed, .text = std::move(text), .record = record});
    };
    if (found != subjects_.end() && !std::exchange(found->second.is_disclosed, true)) {
        ++disclosed_count_;
    }
    if (audit::salted_hash(subject.salt, subject.text) != subject.hash) {
        add(fmt::format("The subject {} was changed: its text does not match its hash.",
                        to_hex(subject.hash)));
        return;
    }
    auto const parsed = audit::parse_subject(subject.text);
    if (!parsed) {
        add(fmt::format("The subject {} is malformed: {}.", to_hex(subject.hash),
                        parsed.error().detail));
        return;
    }
    if (found == subjects_.end() || parsed->actor == found->second.actor) return;
    add(fmt::format("The subject {} is actor {}, but its records name actor {}.",
                    to_hex(subject.hash), parsed->actor.value, found->second.actor.value));
}

void Disclosures::add_erased_details(audit::Hash const& details,
                                     std::optional<std::uint64_t> record) {
    erased_details_.emplace_back(short_hash(details), record);
}

void Disclosures::add_erasure(std::vector<ShortHash> const& hashes,
                              std::optional<std::uint64_t> record) {
    for (auto const& hash : hashes) erasures_[hash] = record.value_or(unsealed);
}

void Disclosures::check_erasure(ShortHash const& hash, std::optional<std::uint64_t> record,
                                std::string_view what) {
    auto const erasure = erasures_.find(hash);
    // An erasure is of what was written before it.
    if (erasure != erasures_.end() && erasure->second >= record.value_or(0)) return;
    findings_->add(
        {.code = FindingCode::erasure_unrecorded,
         .text = fmt::format("The {} of {} {} missing, but no record says that {} erased.", what,
                             record ? fmt::format("record {}", *record) : "a record",
                             what == "details" ? "are" : "is",
                             what == "details" ? "they were" : "it was"),
         .record = record});
}

void Disclosures::finish(bool is_complete) {
    if (!is_complete) return;
    for (auto const& [hash, record] : erased_details_) check_erasure(hash, record, "details");
    for (auto const& [hash, subject] : subjects_) {
        if (!subject.is_disclosed) check_erasure(short_hash(hash), subject.record, "subject");
    }
}

}  // namespace bank::verify
