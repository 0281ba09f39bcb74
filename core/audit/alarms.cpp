// The text under a decision's MAC, which is HMAC-SHA-256:
//
//   alarm SP leaf SP user SP reason
//
// alarm and user are ids in decimal, leaf is that of the alarm's record in hexadecimal. The key is
// HMAC-SHA-256(pepper, "bankd alarm decisions 1").
#include "core/audit/alarms.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/audit/action.hpp"
#include "core/base/text.hpp"
#include "core/crypto/constant_time.hpp"
#include "core/crypto/hmac.hpp"

namespace bank::audit {
namespace {

using api::AlarmKind;

Bytes derived(Secret const& pepper) {
    auto const key =
        crypto::hmac_sha256(as_bytes(pepper.reveal()), as_bytes("bankd alarm decisions 1"));
    return {key.begin(), key.end()};
}

bool is_word(AlarmRecord const& record, Action action) {
    return record.action == facts(action).word;
}

bool is_cut_off(AlarmRecord const& record) {
    return is_word(record, Action::begin_state) || is_word(record, Action::begin_record_macs) ||
           is_word(record, Action::bind_credentials);
}

std::string sentence_of(AlarmRecord const& record, bool is_repeated) {
    if (is_word(record, Action::schema_alarm)) return "The database schema was altered.";
    if (is_word(record, Action::records_alarm)) {
        auto const is_removed = record.digest == to_hex(crypto::sha256({}));
        return fmt::format("The audit records of transaction {} {}.", record.of_xid,
                           is_removed ? "were removed before they were sealed"
                                      : "are not those that the bank wrote");
    }
    if (is_word(record, Action::begin_state)) {
        return is_repeated ? "The state of users and accounts was recorded as it was a second "
                             "time, as only a database of an earlier version needs it."
                           : "The state of users and accounts that is older than the log was "
                             "recorded as it was.";
    }
    if (is_word(record, Action::begin_record_macs)) {
        return is_repeated ? "MACs of audit records began a second time: the database was made to "
                             "look like one of an earlier version."
                           : "Audit records of an earlier version, without MACs, were accepted as "
                             "they were.";
    }
    return is_repeated ? "No credential is bound to its owner: the database was made to look like "
                         "one of an earlier version. None was bound again."
                       : "Credentials and roles of an earlier version were bound to their owners "
                         "as they were.";
}

}  // namespace

struct Alarms::Known {
    api::Alarm alarm;
    Hash leaf{};
    bool halts = false;      // While it is open.
    bool is_sealed = false;  // Its record.
    bool is_refused = false;
    std::uint64_t xid = 0;  // Of a records alarm, with the digest of the records.
    std::string digest;
    std::vector<std::int64_t> users;  // Of the decisions.

    [[nodiscard]] bool is_open() const { return !alarm.cleared_at; }
};

Alarms::Alarms(AlarmStore& store, Settings const& settings)
    : store_(store),
      verifier_(*settings.verifier),
      signer_(*settings.signer),
      key_(derived(*settings.pepper)),
      changed_(settings.changed) {}

Alarms::~Alarms() = default;

bool Alarms::is_verified(PendingRecords const& pending, std::uint64_t xid) const {
    return !pending.leaves.empty() &&
           verifier_.verify(pending.mac ? &*pending.mac : nullptr, xid, pending.leaves);
}

// A planted record that is not sealed is an alarm of the sealer, and nothing else.
bool Alarms::is_counted(AlarmRecord const& record) const {
    if (record.transaction.is_sealed) return true;
    return record.is_whole && is_verified(record.transaction, record.xid);
}

Bytes Alarms::mac_of(Known const& alarm, std::int64_t user, std::string_view reason) const {
    auto const text =
        fmt::format("{} {} {} {}", alarm.alarm.id.value, to_hex(alarm.leaf), user, reason);
    auto const mac = crypto::hmac_sha256(key_, as_bytes(text));
    return {mac.begin(), mac.end()};
}

std::vector<Alarms::Known> Alarms::read(std::vector<AlarmRecord> const& records) const {
    std::vector<Known> alarms;
    std::vector<AlarmRecord const*> decisions;
    std::vector<std::uint64_t> accepted;
    bool have_macs_begun = false;
    bool has_state_begun = false;
    for (auto const& record : records) {
        if (!is_counted(record)) continue;
        if (is_word(record, Action::clear_alarm)) {
            decisions.push_back(&record);
            continue;
        }
        Known known;
        known.leaf = record.leaf;
        known.is_sealed = record.transaction.is_sealed;
        known.alarm = {
            AuditId{record.id}, AlarmKind::schema, record.at, true, {}, record.details, {}, {}};
        known.digest = record.digest;
        known.halts = true;
        if (is_cut_off(record)) {
            known.alarm.kind = AlarmKind::cut_off;
            auto& has_begun =
                is_word(record, Action::begin_state) ? has_state_begun : have_macs_begun;
            known.halts = has_begun;
            known.is_refused = record.outcome != "ok";
            // Binding precedes the MACs of the same start.
            if (!is_word(record, Action::bind_credentials)) has_begun = true;
            if (!known.halts && !record.follows_others) continue;
        } else {
            // Those of earlier versions have none, and needed no decision.
            if (record.digest.empty()) continue;
            if (is_word(record, Action::records_alarm)) {
                known.alarm.kind = AlarmKind::records;
                known.xid = static_cast<std::uint64_t>(parse_int64(record.of_xid).value_or(0));
                accepted.push_back(known.xid);
            }
        }
        known.alarm.sentence = sentence_of(record, known.halts);
        known.alarm.is_halting = known.halts;
        alarms.push_back(std::move(known));
    }
    for (auto const* decision : decisions) {
        // Records that were accepted are evidence, not decisions.
        auto const is_accepted =
            std::find(accepted.begin(), accepted.end(), decision->xid) != accepted.end();
        if (!is_accepted) count(alarms, *decision);
    }
    return alarms;
}

void Alarms::count(std::vector<Known>& alarms, AlarmRecord const& decision) const {
    auto const named = parse_int64(decision.alarm);
    if (!named || !decision.is_whole || decision.outcome != "ok") return;
    auto const of = std::find_if(alarms.begin(), alarms.end(),
                                 [&](Known const& one) { return one.alarm.id.value == *named; });
    if (of == alarms.end() || decision.id < *named) return;
    auto const mac = from_hex(decision.mac);
    auto const expected = mac_of(*of, decision.actor_id, decision.reason);
    if (!mac || !crypto::constant_time_equal(*mac, expected)) return;
    for (auto one = alarms.begin(); one <= of; ++one) {
        if (one->alarm.kind != of->alarm.kind || !one->is_open()) continue;
        if (std::find(one->users.begin(), one->users.end(), decision.actor_id) != one->users.end())
            continue;
        one->users.push_back(decision.actor_id);
        one->alarm.decisions.push_back({decision.user_name, decision.at, decision.reason});
        if (one->users.size() < api::alarm_decisions_min) continue;
        one->alarm.cleared_at = decision.at;
        one->alarm.is_halting = false;
    }
}

Status Alarms::refresh() {
    std::scoped_lock const one(refreshing_);
    auto const records = store_.records();
    if (!records) return records.error();
    auto alarms = read(*records);
    auto const have_begun =
        std::any_of(records->begin(), records->end(), [this](AlarmRecord const& record) {
            return is_word(record, Action::begin_record_macs) && is_counted(record);
        });
    auto const is_same = [](Known const& a, Known const& b) {
        return a.alarm.id == b.alarm.id && a.users == b.users;
    };
    bool is_changed = false;
    {
        std::scoped_lock const lock(mutex_);
        is_changed =
            state_ == State::unread ||
            !std::equal(alarms.begin(), alarms.end(), alarms_.begin(), alarms_.end(), is_same);
        alarms_ = std::move(alarms);
        have_macs_begun_ = have_begun;
        auto const is_halted = std::any_of(alarms_.begin(), alarms_.end(), [](Known const& known) {
            return known.alarm.is_halting;
        });
        state_ = is_halted ? State::halted : State::free;
    }
    if (is_changed && changed_) changed_(open());
    return Done{};
}

std::optional<Code> Alarms::obstacle() const noexcept {
    switch (state_.load()) {
    case State::unread: return Code::storage_unavailable;
    case State::free: return std::nullopt;
    case State::halted: break;
    }
    return Code::bank_halted;
}

std::vector<api::Alarm> Alarms::open() const {
    std::scoped_lock const lock(mutex_);
    std::vector<api::Alarm> open;
    for (auto const& known : alarms_)
        if (known.is_open()) open.push_back(known.alarm);
    return open;
}

bool Alarms::covers(RecordsAlarm const& alarm) const {
    std::scoped_lock const lock(mutex_);
    return std::any_of(alarms_.begin(), alarms_.end(), [&](Known const& known) {
        return known.alarm.kind == AlarmKind::records && known.is_open() && !known.is_sealed &&
               known.xid == alarm.xid && known.digest == to_hex(alarm.digest);
    });
}

bool Alarms::have_macs_begun() const {
    std::scoped_lock const lock(mutex_);
    return have_macs_begun_;
}

bool Alarms::is_binding_refused() const {
    std::scoped_lock const lock(mutex_);
    return std::any_of(alarms_.begin(), alarms_.end(),
                       [](Known const& known) { return known.is_refused; });
}

Result<std::vector<api::Alarm>> Alarms::list(bool include_cleared) {
    if (auto const refreshed = refresh(); !refreshed) return refreshed.error();
    if (!include_cleared) return open();
    std::scoped_lock const lock(mutex_);
    std::vector<api::Alarm> all;
    for (auto const& known : alarms_) all.push_back(known.alarm);
    return all;
}

Result<NewDecision> Alarms::decision_on(std::vector<AlarmRecord> const& records,
                                        AlarmStore::Find const& find, UserId user,
                                        api::ClearAlarmRequest const& request) const {
    auto const alarms = read(records);
    auto const of = std::find_if(alarms.begin(), alarms.end(), [&](Known const& one) {
        return one.alarm.id == request.alarm_id;
    });
    if (of == alarms.end()) return Code::not_found;
    if (!of->is_open()) return Code::alarm_cleared;
    if (std::find(of->users.begin(), of->users.end(), user.value) != of->users.end())
        return Code::other_administrator_required;
    NewDecision decision{of->alarm.id, request.reason, mac_of(*of, user.value, request.reason),
                         std::nullopt};
    // The seals have passed the records of an alarm that is sealed.
    if (of->alarm.kind != AlarmKind::records || of->is_sealed) return decision;
    auto const pending = find(of->xid);
    if (!pending) return pending.error();
    auto const is_gone = pending->leaves.empty() && !pending->mac;
    if (pending->is_sealed || is_gone || is_verified(*pending, of->xid)) return decision;
    auto const digest = crypto::sha256(pending->leaves);
    if (to_hex(digest) != of->digest) {
        return Error{.code = Code::alarm_persists,
                     .message =
                         "The records have changed since the alarm. A newer alarm names "
                         "them as they are now: bankctl alarm list."};
    }
    if (of->users.size() + 1 < api::alarm_decisions_min) return decision;
    decision.accepted.emplace(NewDecision::Accepted{of->xid, digest, std::nullopt});
    if (!pending->leaves.empty()) decision.accepted->mac = signer_.sign(of->xid, pending->leaves);
    return decision;
}

Result<api::Alarm> Alarms::decide(access::Acting const& acting, UserId user,
                                  api::ClearAlarmRequest const& request) {
    auto const decided = store_.decide(
        acting, [&](std::vector<AlarmRecord> const& records, AlarmStore::Find const& find) {
            return decision_on(records, find, user, request);
        });
    if (!decided) return decided.error();
    if (auto const refreshed = refresh(); !refreshed) return refreshed.error();
    std::scoped_lock const lock(mutex_);
    for (auto const& known : alarms_)
        if (known.alarm.id == request.alarm_id) return known.alarm;
    return Error{Code::internal_error, "the alarm is gone after a decision on it"};
}

}  // namespace bank::audit
