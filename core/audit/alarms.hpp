// Alarms, and the decisions of two administrators that clear them.
//
// An alarm is its audit record, and so is a decision: nothing else in the database says that an
// alarm was raised or cleared. Write access to the database is not enough to clear one: a decision
// has a MAC of the core, and a record that is not sealed yet counts only with the MAC of its
// transaction.
//
// A decision counts for the alarm that it names and for all older ones of its kind.
//
// Threads: any.
#pragma once
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/access/acting.hpp"
#include "core/api/alarms.hpp"
#include "core/audit/record_keys.hpp"
#include "core/audit/seal_store.hpp"
#include "core/audit/sealer.hpp"
#include "core/base/result.hpp"
#include "core/base/secret.hpp"
#include "core/base/strong_id.hpp"

namespace bank::audit {

// The records of a transaction, until they are sealed.
struct PendingRecords {
    bool is_sealed = false;
    Bytes leaves;                  // As RecordVerifier takes them.
    std::optional<RecordMac> mac;  // None: the database has none.
};

// A record that may be an alarm or a decision, as the database has it.
struct AlarmRecord {
    std::int64_t id = 0;
    Timestamp at;
    std::string action;
    std::string outcome;
    std::int64_t actor_id = 0;
    std::string user_name;
    Hash leaf{};
    std::uint64_t xid = 0;
    bool is_whole = false;        // Leaf and details are those of the row.
    bool follows_others = false;  // The log has older records, apart from those of a migration.
    std::string details;
    // Of a decision, as texts of the details; empty: absent.
    std::string alarm;
    std::string reason;
    std::string mac;
    // Of an alarm.
    std::string of_xid;
    std::string digest;
    PendingRecords transaction;  // Of the record itself.
};

// A decision, as the database stores it.
struct NewDecision {
    AuditId alarm;
    std::string reason;
    Bytes mac;
    // The decision accepts the records of this transaction, which have this digest.
    struct Accepted {
        std::uint64_t xid = 0;
        Hash digest{};
        std::optional<RecordMac> mac;  // None: they were removed.
    };
    std::optional<Accepted> accepted;
};

// Errors: storage_unavailable.
class AlarmStore {
public:
    using Find = std::function<Result<PendingRecords>(std::uint64_t xid)>;
    using Decide =
        std::function<Result<NewDecision>(std::vector<AlarmRecord> const& records, Find const&)>;

    virtual ~AlarmStore() = default;
    // In the order of their ids.
    virtual Result<std::vector<AlarmRecord>> records() = 0;
    // Stores the decision that `decide` returns, in one transaction that no other decision
    // overlaps. Errors: those of `decide`; session_ended, permission_denied, not_found,
    // alarm_persists.
    virtual Status decide(access::Acting const& acting, Decide const& decide) = 0;
};

class Alarms {
public:
    struct Settings {
        RecordVerifier const* verifier = nullptr;
        RecordSigner const* signer = nullptr;
        Secret const* pepper = nullptr;
        // The open alarms, after a change of them or of the decisions.
        std::function<void(std::vector<api::Alarm> const& open)> changed;
    };

    // `store`, verifier and signer must outlive it.
    Alarms(AlarmStore& store, Settings const& settings);
    ~Alarms();

    // Reads the log. Errors: those of the store; the alarms remain those that were read before.
    [[nodiscard]] Status refresh();

    // Why nothing may change: storage_unavailable before the log was read, bank_halted while an
    // alarm is open that halts.
    [[nodiscard]] std::optional<Code> obstacle() const noexcept;

    // As they were last read.
    [[nodiscard]] std::vector<api::Alarm> open() const;
    // Whether an open alarm names exactly these records.
    [[nodiscard]] bool covers(RecordsAlarm const& alarm) const;
    // Whether the log says that MACs have begun: a database of an earlier version cannot say so.
    [[nodiscard]] bool have_macs_begun() const;
    // Whether an alarm, open or not, says that credentials were not bound again.
    [[nodiscard]] bool is_binding_refused() const;

    // Reads the log.
    [[nodiscard]] Result<std::vector<api::Alarm>> list(bool include_cleared);

    // The decision of `user`. Errors: those of the store; not_found, alarm_cleared,
    // other_administrator_required, alarm_persists if the records are not those of the alarm.
    [[nodiscard]] Result<api::Alarm> decide(access::Acting const& acting, UserId user,
                                            api::ClearAlarmRequest const& request);

private:
    struct Known;  // An alarm with what only the core needs of it.

    [[nodiscard]] bool is_counted(AlarmRecord const& record) const;
    [[nodiscard]] bool is_verified(PendingRecords const& pending, std::uint64_t xid) const;
    [[nodiscard]] Bytes mac_of(Known const& alarm, std::int64_t user,
                               std::string_view reason) const;
    [[nodiscard]] std::vector<Known> read(std::vector<AlarmRecord> const& records) const;
    void count(std::vector<Known>& alarms, AlarmRecord const& decision) const;
    [[nodiscard]] Result<NewDecision> decision_on(std::vector<AlarmRecord> const& records,
                                                  AlarmStore::Find const& find, UserId user,
                                                  api::ClearAlarmRequest const& request) const;

    AlarmStore& store_;
    RecordVerifier const& verifier_;
    RecordSigner const& signer_;
    Bytes const key_;
    std::function<void(std::vector<api::Alarm> const&)> const changed_;

    std::mutex refreshing_;  // One at a time: the newest reading stays.
    std::mutex mutable mutex_;
    std::vector<Known> alarms_;
    bool have_macs_begun_ = false;
    enum class State : std::uint8_t { unread, free, halted };
    std::atomic<State> state_{State::unread};
};

}  // namespace bank::audit
