// The bank: implements BankApi over the stores. One object per process.
//
// Owner: the composition root. `stores`, `keys` and `clock` must outlive it. Threads: any, after
// start() and before stop().
#pragma once
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "core/access/known_devices.hpp"
#include "core/access/user_store.hpp"
#include "core/audit/audit_store.hpp"
#include "core/base/secret.hpp"
#include "core/base/time.hpp"
#include "core/jobs/job_store.hpp"
#include "core/ledger/lane_store.hpp"
#include "core/ledger/ledger_store.hpp"
#include "core/metrics/label.hpp"
#include "core/operations/bank_api.hpp"
#include "core/service/settings.hpp"

namespace bank::audit {
class Alarms;
}

namespace bank::service {

struct Stores {
    access::UserStore& users;
    access::KnownDeviceStore& known_devices;
    access::PinStore& pins;
    ledger::LedgerStore& ledger;
    audit::AuditStore& audit;
    jobs::JobStore& jobs;
    std::function<std::unique_ptr<ledger::LaneStore>()> make_lane;
};

// What the daemon knows and the core does not.
struct Surroundings {
    std::string version;
    std::string checkpoint_keys;  // name+id+key, one a line.
    std::function<api::Readiness()> readiness;
    std::function<std::int64_t()> schema_version;
    // Why nothing may change now: bank_halted, or storage_unavailable before the schema was
    // compared.
    std::function<std::optional<Code>()> obstacle;
    // Whether the audit log has records that the bank did not write.
    std::function<bool()> records_alarm;
    // Why the bank is halted, with the next command; empty: it is not.
    std::function<std::string()> halt_reason;
    audit::Alarms* alarms = nullptr;
    // Compares the schema now; a grave difference halts the bank.
    std::function<Result<api::SchemaReport>()> check_schema;
    struct Connections {
        int busy = 0;
        int size = 0;
        int limit = 0;
    };
    std::function<Connections()> connections;
    std::function<std::int64_t()> audit_undelivered;
    // For how long the oldest audit record has been waiting for its seal.
    std::function<std::chrono::milliseconds()> sealing_lag;
    // As Sealer has them.
    std::function<std::chrono::milliseconds()> times_ahead;
    std::function<bool(audit::Position)> request_checkpoint;
    std::function<std::uint64_t()> early_checkpoints;
    // All of them that are no secret, as they are in force. May be called on any thread.
    std::function<api::Settings()> settings;
    // What the front ends in this process have counted; empty if they are processes of their own,
    // which report it. May be called on any thread, also while they start and stop.
    using FrontEndFigures = std::pair<api::FrontEnd, std::vector<api::MetricFamily>>;
    std::function<std::vector<FrontEndFigures>()> front_ends;
};

struct Keys {
    Secret pepper;          // At least 32 bytes, base64url.
    std::string pepper_id;  // Recorded with each hash.
    Secret token_key_pem;   // P-256 private key.
    std::string token_key_id;
};

class Bank {
public:
    Bank(Settings settings, Stores stores, Surroundings surroundings, Keys keys,
         Clock const& clock);
    ~Bank();

    // invalid_field with a detail if a key or setting is unusable.
    [[nodiscard]] Status start();
    // Refuses new work, finishes what is queued. Idempotent.
    void stop();
    // Budgets, lifetimes and limits; what needs a restart keeps its old value.
    void reload(Settings settings);

    // For how long a lane that has work has not got on with it; 0 if none has.
    [[nodiscard]] std::chrono::milliseconds lanes_silence() const;

    // A front end in another process asked for what its table does not grant.
    void count_refused_operation(api::FrontEnd which);

    [[nodiscard]] operations::BankApi& front_end(api::FrontEnd which);

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace bank::service
