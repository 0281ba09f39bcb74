#include "daemon/journald_sink.hpp"

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

JournaldSink::JournaldSink(audit::AuditStore& store, Send send)
    : store_(store), send_(std::move(send)) {}

JournaldSink::~JournaldSink() {
    {
        std::lock_guard const lock(mutex_);
        is_stopping_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void JournaldSink::start() {
    thread_ = std::thread([this] { run(); });
}

JournaldSink::Step JournaldSink::step() {
    if (!position_) {
        auto const delivered = store_.delivered(sink_name);
        if (!delivered) return away("database", delivered.error());
        position_ = *delivered;
    }
    auto const delivery = store_.undelivered(*position_, round_max);
    if (!delivery) return away("database", delivery.error());
    if (delivery->records.empty()) {
        undelivered_ = 0;
        is_away_ = false;
        return Step::idle;
    }
    for (auto const& record : delivery->records) {
        auto const sent = send_(journal_fields(record));
        // The whole round comes again: a Position is known for its end only.
        if (!sent) {
            if (auto const count = store_.count_undelivered(*position_)) undelivered_ = *count;
            return away("journal", sent.error());
        }
    }
    auto const kept = store_.set_delivered(sink_name, delivery->reached);
    if (!kept) return away("database", kept.error());
    position_ = delivery->reached;
    if (is_away_) log::info("audit", "The copy to the journal goes on.");
    is_away_ = false;
    bool const is_full = delivery->records.size() == round_max;
    if (!is_full) {
        undelivered_ = 0;
    } else if (auto const count = store_.count_undelivered(*position_)) {
        undelivered_ = *count;
    }
    return is_full ? Step::more : Step::idle;
}

JournaldSink::Step JournaldSink::away(char const* what, Error const& error) {
    if (!std::exchange(is_away_, true)) {
        log::warning("audit", "The copy to the journal waits for the {}: {} {}", what,
                     word(error.code), error.detail);
    }
    return Step::away;
}

void JournaldSink::run() {
    auto pause = poll_interval;
    while (true) {
        auto const result = step();
        pause = result == Step::away ? std::min(pause * 2, back_off_max) : poll_interval;
        if (wait(result == Step::more ? std::chrono::milliseconds{0} : pause)) break;
    }
    auto const until = std::chrono::steady_clock::now() + farewell_max;
    while (step() == Step::more && std::chrono::steady_clock::now() < until) {
    }
}

bool JournaldSink::wait(std::chrono::milliseconds time) {
    std::unique_lock lock(mutex_);
    return wake_.wait_for(lock, time, [this] { return is_stopping_; });
}

}  // namespace bank::daemon
