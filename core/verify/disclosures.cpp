#include "core/verify/disclosures.hpp"

#include <fmt/format.h>

#include <utility>

#include "core/base/bytes.hpp"

namespace bank::verify {

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

}  // namespace bank::verify
