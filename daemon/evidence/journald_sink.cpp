#include "daemon/evidence/journald_sink.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include "core/base/log.hpp"

namespace bank::daemon {
namespace {

constexpr auto sink_name = "journald";
constexpr std::uint32_t round_max = 256;
constexpr std::chrono::milliseconds poll_interval{200};
constexpr std::chrono::milliseconds back_off_max{10'000};
constexpr std::chrono::milliseconds farewell_max{1000};

}  // namespace

JournaldSink::JournaldSink(audit::AuditStore& store, Binding binding, Send send)
    : store_(store),
      binding_(std::move(binding)),
      send_(std::move(send)),
      pause_(poll_interval),
      worker_({.name = "Copying audit records to the journal",
               .round = [this] { return round(); },
               .farewell = [this] { finish(); }}) {}

Status JournaldSink::find_next() {
    auto const delivered = store_.delivered(sink_name);
    if (!delivered) return delivered.error();
    bool const is_altered =
        delivered->next && !binding_.verify(sink_name, *delivered->next, delivered->mac);
    // Repeats are harmless, a gap is not.
    if (is_altered) {
        log::error("audit",
                   "The row \"{}\" of bank.audit_deliveries was altered: bankd did not write that "
                   "the journal has the records before {}. They are copied again, from record {}.",
                   sink_name, *delivered->next, delivered->oldest);
        if (auto kept = keep(delivered->oldest, true); !kept) return kept;
    }
    next_ = delivered->next && !is_altered ? std::max(*delivered->next, delivered->oldest)
                                           : delivered->oldest;
    return Done{};
}

Status JournaldSink::keep(std::uint64_t next, bool is_restart) {
    return store_.set_delivered(sink_name, {next, binding_.make(sink_name, next), is_restart});
}

JournaldSink::Step JournaldSink::step() {
    if (!next_) {
        if (auto const found = find_next(); !found) return away("database", found.error());
    }
    auto const records = store_.undelivered(*next_, round_max);
    if (!records) return away("database", records.error());
    auto reached = *next_;
    Status sent = Done{};
    for (auto const& record : *records) {
        sent = send_(journal_fields(record));
        if (!sent) break;
        reached = record.number + 1;
    }
    if (reached != *next_) {
        auto const kept = keep(reached, false);
        if (!kept) return away("database", kept.error());
        next_ = reached;
    }
    bool const is_full = records->size() == round_max;
    if (!is_full && sent) {
        undelivered_ = 0;
    } else if (auto const count = store_.count_undelivered(*next_)) {
        undelivered_ = *count;
    }
    if (!sent) return away("journal", sent.error());
    if (std::exchange(is_away_, false))
        log::info("audit", "Copying audit records to the journal resumed.");
    return is_full ? Step::more : Step::idle;
}

JournaldSink::Step JournaldSink::away(char const* what, Error const& error) {
    if (!std::exchange(is_away_, true)) {
        log::warning("audit", "Copying audit records to the journal is waiting for the {}: {} {}",
                     what, word(error.code), error.detail);
    }
    return Step::away;
}

std::chrono::milliseconds JournaldSink::round() {
    auto const result = step();
    pause_ = result == Step::away ? std::min(pause_ * 2, back_off_max) : poll_interval;
    return result == Step::more ? std::chrono::milliseconds{0} : pause_;
}

void JournaldSink::finish() {
    auto const until = std::chrono::steady_clock::now() + farewell_max;
    while (step() == Step::more && std::chrono::steady_clock::now() < until) {
    }
}

}  // namespace bank::daemon
