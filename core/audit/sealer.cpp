#include "core/audit/sealer.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/audit/restore_check.hpp"
#include "core/base/check.hpp"
#include "core/base/log.hpp"

namespace bank::audit {
namespace {

constexpr auto category = "audit";
constexpr std::chrono::milliseconds measure_every{1000};
// Age at which a measurement is stale.
constexpr std::chrono::milliseconds measure_valid{5000};
constexpr std::chrono::milliseconds lag_warned{5000};
constexpr std::chrono::milliseconds ahead_warned{1000};
constexpr std::chrono::milliseconds stand_by{1000};
constexpr std::chrono::milliseconds requested_interval{100};
constexpr std::chrono::milliseconds farewell_max{3000};
constexpr std::chrono::milliseconds farewell_pause{20};
constexpr int farewell_rounds = 50;

constexpr std::uint32_t seal_limit = 65'536;  // As in bank.seal().
constexpr std::uint32_t alarm_lines = 10;

std::string sentence_of(RecordsAlarm const& alarm) {
    if (alarm.records.empty()) {
        return fmt::format(
            "The audit records of transaction {} were removed before they were sealed. Nothing "
            "more is sealed or signed.",
            alarm.xid);
    }
    auto text = fmt::format(
        "The audit records of transaction {} are not those that the bank wrote: somebody with "
        "access to the database added, changed or removed records. Nothing more is sealed or "
        "signed.",
        alarm.xid);
    for (auto const& record : alarm.records) {
        text += fmt::format(" Record {}: {} {}", record.id, record.action, record.outcome);
        if (record.transfer_id != 0) text += fmt::format(", transaction {}", record.transfer_id);
        if (record.account_id != 0) text += fmt::format(", account {}", record.account_id);
        if (record.actor_id != 0) text += fmt::format(", user {}", record.actor_id);
        text += '.';
    }
    return text;
}

Error mismatch(std::string sentence) {
    return {Code::internal_error, std::move(sentence)};
}

}  // namespace

Sealer::Sealer(SealStore& store, Clock const& clock, RecordVerifier const& verifier,
               std::vector<NoteSigner> signers, SealerSettings settings, Hooks hooks,
               std::vector<std::string> evidence)
    : store_(store),
      clock_(clock),
      verifier_(verifier),
      signers_(std::move(signers)),
      settings_(std::move(settings)),
      hooks_(std::move(hooks)),
      evidence_(std::move(evidence)),
      measured_at_(clock_.steady().time_since_epoch().count()),
      worker_({.name = "Sealing",
               .round = [this] { return round(); },
               .farewell = [this] { finish(); }}) {
    BANK_CHECK(!signers_.empty());
    identity_.origin = settings_.origin;
    for (auto const& signer : signers_) identity_.keys.push_back(signer.key());
}

Status Sealer::check_note(std::string const& note, SealedTo const& to) {
    auto const checkpoint = open_checkpoint(note, identity_);
    if (!checkpoint) return checkpoint.error();
    return check_head(store_, to.size, checkpoint->head);
}

Status Sealer::check() {
    auto const behind = store_.is_transaction_clock_behind();
    if (!behind) return behind.error();
    if (*behind) {
        return mismatch(
            "Transaction numbers of the database are below those of the audit log, as after a "
            "restore from a dump: new records would never be sealed. Restore a physical backup, or "
            "advance the cluster with pg_resetwal.");
    }
    // Checkpoint first: while another daemon seals, a checkpoint read later could cover more than
    // `to`.
    auto const last = store_.last_checkpoint();
    if (!last) return last.error();
    auto const to = store_.sealed();
    if (!to) return to.error();
    if (*last) {
        if (auto const checked = check_note((*last)->note, *to); !checked) return checked;
    }
    auto const lost = lost_notes(store_, hooks_.is_own);
    if (!lost) return lost.error();
    for (auto const& note : evidence_) {
        if (std::find(lost->begin(), lost->end(), note) != lost->end()) continue;
        if (auto const checked = check_note(note, *to); !checked) return checked;
    }
    is_checked_ = true;
    return Done{};
}

// Takes over sealing where the previous sealer stopped.
Status Sealer::begin() {
    auto const to = store_.sealed();
    if (!to) return to.error();
    auto const last = store_.last_checkpoint();
    if (!last) return last.error();
    auto edge = TileEdge::load(store_, to->size);
    if (!edge) return edge.error();
    last_ = to->last;
    signed_size_ = *last ? (*last)->size : 0;
    signed_at_ = clock_.steady();
    edge_ = std::move(edge).value();
    is_sealing_ = true;
    log::info(category, "Sealing the audit log from record {} on.", to->size);
    return Done{};
}

Sealer::Step Sealer::step() {
    measure();
    if (!is_checked_) {
        if (auto const checked = check(); !checked) {
            if (checked.code() != Code::internal_error) return away(checked.error());
            hooks_.refuse(checked.error().detail);
            return Step::refused;
        }
    }
    if (!edge_) {
        auto const have_begun = store_.macs_have_begun();
        if (!have_begun) return away(have_begun.error());
        if (!*have_begun) return Step::standing;
        auto const acquired = store_.acquire();
        if (!acquired) return away(acquired.error());
        if (!*acquired) {
            if (auto const watched = watch(); !watched) return away(watched.error());
            if (auto const passed = pass_requests(); !passed) return away(passed.error());
            is_away_ = false;
            return Step::standing;
        }
        if (auto const begun = begin(); !begun) return away(begun.error());
    }
    auto const found = next();
    if (!found) return away(found.error());
    if (found->count > 0) {
        if (auto const sealed = seal_next(*found); !sealed) return away(sealed.error());
    }
    // Another daemon's request names no position: it covers the records sealed by now, or the
    // daemon asks again.
    if (store_.take_request()) add_request({});
    if (auto const kept = sign_if_due(); !kept) return away(kept.error());
    if (std::exchange(is_away_, false)) log::info(category, "Sealing resumed.");
    if (has_alarm_) return Step::halted;
    return found->is_cut ? Step::more : Step::idle;
}

// On standby: all daemons of a database halt on an alarm.
Status Sealer::watch() {
    auto const to = store_.sealed();
    if (!to) return to.error();
    last_ = to->last;
    auto const found = next();
    auto const is_known = found || found.code() == Code::overloaded;
    return is_known ? Status{Done{}} : found.error();
}

Result<Sealer::Next> Sealer::next() {
    auto limit = settings_.seal_max;
    auto leaves = store_.unsealed(last_, limit);
    auto const is_one_transaction = [&] {
        return leaves->size() == limit &&
               leaves->front().position.xid == leaves->back().position.xid;
    };
    // A transaction is sealed as a whole.
    auto const is_large = leaves && limit < seal_limit && is_one_transaction();
    if (is_large) {
        limit = seal_limit;
        leaves = store_.unsealed(last_, limit);
    }
    if (!leaves) return leaves.error();
    Next next{std::move(leaves).value(), 0, false};
    next.is_cut = next.leaves.size() == limit || is_large;
    if (is_large) {
        auto const rest =
            std::find_if(next.leaves.begin(), next.leaves.end(), [&](UnsealedLeaf const& leaf) {
                return leaf.position.xid != next.leaves.front().position.xid;
            });
        next.leaves.erase(rest, next.leaves.end());
    }
    if (auto const verified = verify(next); !verified) return verified.error();
    return next;
}

// Counts the records up to the first transaction whose MAC does not fit, or that may not be
// complete.
Status Sealer::verify(Next& next) {
    auto const is_anew = looks_again_.exchange(false);
    auto const raise = [&](std::uint64_t xid, BytesView text) {
        if (is_anew) is_reported_ = false;
        return raise_alarm(xid, text);
    };
    auto const& leaves = next.leaves;
    if (leaves.empty()) return end_alarm();
    auto const macs = store_.macs(last_.xid, leaves.back().position.xid);
    if (!macs) return macs.error();
    auto mac = macs->begin();
    Bytes text;
    while (next.count < leaves.size()) {
        auto const xid = leaves[next.count].position.xid;
        // A MAC without records: they were removed.
        if (mac != macs->end() && mac->xid < xid) return raise(mac->xid, {});
        text.clear();
        auto end = next.count;
        for (; end < leaves.size() && leaves[end].position.xid == xid; ++end)
            text.insert(text.end(), leaves[end].leaf.begin(), leaves[end].leaf.end());
        auto const is_kept = mac != macs->end() && mac->xid == xid;
        if (!verifier_.verify(is_kept ? &mac->mac : nullptr, xid, text)) {
            if (end == leaves.size() && next.is_cut && next.count > 0) break;
            return raise(xid, text);
        }
        if (is_kept) ++mac;
        next.count = end;
    }
    return end_alarm();
}

// The next records are the bank's. An alarm that could not be reported is, before it ends.
Status Sealer::end_alarm() {
    if (!alarmed_) return Done{};
    if (auto const reported = report_alarm(); !reported) return reported;
    alarmed_.reset();
    has_alarm_ = false;
    log::warning(category, "The audit records that were refused have their MACs now.");
    return Done{};
}

// The records of `xid` are not the bank's.
Status Sealer::raise_alarm(std::uint64_t xid, BytesView leaves) {
    auto const digest = crypto::sha256(leaves);
    if (alarmed_ && alarmed_->xid == xid && alarmed_->digest == digest) return report_alarm();
    // Another daemon may have sealed them, and removed the MAC, since they were read.
    auto const to = store_.sealed();
    if (!to) return to.error();
    if (to->last != last_) return Error{Code::overloaded, "another sealer was here"};
    auto records = store_.written_by(xid, alarm_lines);
    if (!records) return records.error();
    alarmed_ = {xid, digest, std::move(records).value(), {}};
    alarmed_->sentence = sentence_of(*alarmed_);
    is_reported_ = false;
    has_alarm_ = true;
    log::error(category, "{}", alarmed_->sentence);
    return report_alarm();
}

Status Sealer::report_alarm() {
    if (is_reported_) return Done{};
    auto reported = hooks_.alarm(*alarmed_);
    if (reported) is_reported_ = true;
    return reported;
}

Status Sealer::seal_next(Next const& next) {
    Seal const seal{edge_->head().size, static_cast<std::uint32_t>(next.count),
                    next.leaves[next.count - 1].position};
    for (std::size_t i = 0; i < next.count; ++i) edge_->append(next.leaves[i].leaf);
    auto tiles = edge_->take_changed();
    std::erase_if(tiles, [](Tile const& tile) { return tile.id.width != tile_width; });
    if (auto sealed = store_.seal(seal, tiles); !sealed) return sealed;
    last_ = seal.last;
    return Done{};
}

Status Sealer::sign_if_due() {
    if (edge_->head().size != signed_size_) {
        auto const age = clock_.steady() - signed_at_;
        auto const is_early = age < settings_.checkpoint_every;
        if (is_early && (age < settings_.early_every || !is_requested())) return Done{};
        if (auto kept = sign(); !kept) return kept;
        if (is_early) ++early_checkpoints_;
    }
    settle_requests();
    return Done{};
}

Status Sealer::sign() {
    Checkpoint const checkpoint{settings_.origin, edge_->head(), {}};
    auto const text = to_text(checkpoint);
    auto note = signers_.front().sign(text);
    for (std::size_t i = 1; i < signers_.size(); ++i) note += signers_[i].signature_line(text);
    auto const kept = store_.add_checkpoint({checkpoint.head.size, note});
    if (!kept) return kept;
    signed_size_ = checkpoint.head.size;
    signed_at_ = clock_.steady();
    hooks_.publish(note);
    return Done{};
}

bool Sealer::request_checkpoint(Position covering) {
    auto const waiting = add_request(covering);
    return waiting <= lag_warned && lag() <= lag_warned;
}

// Returns the age of the oldest request. Only the first one wakes the thread: requests within the
// second before the next checkpoint cost no round.
Sealer::Steady::duration Sealer::add_request(Position covering) {
    auto const now = clock_.steady();
    std::lock_guard const lock(mutex_);
    if (requested_) {
        requested_->first = std::min(requested_->first, covering);
        requested_->last = std::max(requested_->last, covering);
    } else {
        requested_ = Requested{covering, covering, now};
        worker_.wake();
    }
    return now - requested_->since;
}

// Whether a checkpoint would cover a request: its records may still be waiting for another
// transaction.
bool Sealer::is_requested() {
    std::lock_guard const lock(mutex_);
    return requested_ && requested_->first <= last_;
}

// Precondition: every sealed record is signed.
void Sealer::settle_requests() {
    std::lock_guard const lock(mutex_);
    if (!requested_ || last_ < requested_->first) return;
    if (last_ < requested_->last) {
        requested_ = Requested{requested_->last, requested_->last, clock_.steady()};
    } else {
        requested_.reset();
    }
}

// On standby only. A request that is lost with its connection is repeated by its caller.
Status Sealer::pass_requests() {
    auto const now = clock_.steady();
    if (passed_at_ && now - *passed_at_ < settings_.early_every) return Done{};
    {
        std::lock_guard const lock(mutex_);
        if (!std::exchange(requested_, std::nullopt)) return Done{};
    }
    passed_at_ = now;
    return store_.pass_request();
}

// The last append may or may not be durable: the edge is loaded again.
Sealer::Step Sealer::away(Error const& error) {
    edge_.reset();
    is_sealing_ = false;
    store_.release();
    if (!std::exchange(is_away_, true)) {
        log::warning(category, "Sealing is waiting: {} {}", word(error.code), error.detail);
    }
    return Step::away;
}

// The record's time alone is not enough: it is in the future after the clock was set back.
std::chrono::milliseconds Sealer::wait_of(std::optional<UnsealedRecord> const& oldest,
                                          Steady::time_point now) {
    if (!oldest) {
        waiting_.reset();
        return std::chrono::milliseconds{0};
    }
    if (!waiting_ || waiting_->position != oldest->position) {
        waiting_ = Waiting{oldest->position, now};
    }
    auto const seen = std::chrono::duration_cast<std::chrono::milliseconds>(now - waiting_->since);
    return std::max(oldest->age, seen);
}

void Sealer::measure() {
    auto const now = clock_.steady();
    Steady::time_point const before{Steady::duration{measured_at_}};
    // After a delay without pause: high-risk operations wait for the end of it.
    if (!is_late_ && now - before < measure_every && before <= now) return;
    auto const oldest = store_.oldest_unsealed();
    if (!oldest) return;
    auto const lag = wait_of(*oldest, now);
    lag_ms_ = lag.count();
    bool const is_late = lag > lag_warned;
    if (is_late && !std::exchange(is_late_, true)) {
        log::warning(category,
                     "Records have been waiting to be sealed for {} s: a long-running transaction "
                     "in the cluster blocks them.",
                     lag.count() / 1000);
    } else if (!is_late && std::exchange(is_late_, false)) {
        log::info(category, "Sealing has caught up.");
    }
    measure_clock();
    measured_at_ = now.time_since_epoch().count();
}

void Sealer::measure_clock() {
    auto const newest = store_.newest_time();
    if (!newest) return;
    latest_ = std::max(latest_, newest->transfer);
    auto const ahead =
        std::max(std::chrono::milliseconds{0},
                 std::chrono::duration_cast<std::chrono::milliseconds>(latest_ - newest->clock));
    ahead_ms_ = ahead.count();
    bool const is_ahead = ahead > ahead_warned;
    if (is_ahead && !std::exchange(is_ahead_, true)) {
        log::warning(
            category,
            "The newest transactions are dated {} s ahead of the database's clock: it was "
            "set back. New ones of the same accounts get the same time until it has caught up.",
            ahead.count() / 1000);
    } else if (!is_ahead && std::exchange(is_ahead_, false)) {
        log::info(category, "The database's clock has caught up with the newest transactions.");
    }
}

std::chrono::milliseconds Sealer::lag() const {
    std::chrono::milliseconds const measured{lag_ms_};
    auto const age = std::chrono::duration_cast<std::chrono::milliseconds>(
        clock_.steady() - Steady::time_point{Steady::duration{measured_at_}});
    return age > measure_valid ? measured + age : measured;
}

Periodic::Pause Sealer::round() try {
    if (is_refused_) return std::nullopt;
    auto const result = step();
    switch (result) {
    case Step::more: return std::chrono::milliseconds{0};
    case Step::standing:
    case Step::halted:
    case Step::away: return stand_by;
    case Step::refused: is_refused_ = true; return std::nullopt;
    case Step::idle: break;
    }
    // An open request shortens a long sealing interval.
    std::lock_guard const lock(mutex_);
    return requested_ ? std::min(settings_.interval, requested_interval) : settings_.interval;
} catch (...) {
    // The edge may be ahead of the stored seals: it is loaded again.
    edge_.reset();
    is_sealing_ = false;
    store_.release();
    throw;
}

void Sealer::finish() {
    // A transaction that is about to end blocks the most recent records, among them the one of this
    // daemon's stop.
    auto const until = clock_.steady() + farewell_max;
    for (int round = 0; edge_ && round < farewell_rounds; ++round) {
        if (round > 0) std::this_thread::sleep_for(farewell_pause);
        while (edge_ && step() == Step::more && clock_.steady() < until) {
        }
        if (auto const oldest = store_.oldest_unsealed(); !oldest || !*oldest) break;
    }
    if (edge_ && edge_->head().size != signed_size_) {
        if (auto const kept = sign(); !kept) static_cast<void>(away(kept.error()));
    }
    is_sealing_ = false;
    store_.release();
}

}  // namespace bank::audit
