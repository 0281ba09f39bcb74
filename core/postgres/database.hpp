// The database: a bounded pool of connections and the stores that run on it.
//
// Owner: the composition root; everything obtained from it must be destroyed first. Threads: any,
// except that a lane belongs to its thread. Connects on demand: a Database can be constructed while
// the server is unavailable, and recovers automatically, with back-off.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "core/access/known_devices.hpp"
#include "core/access/user_store.hpp"
#include "core/api/system.hpp"
#include "core/audit/audit_store.hpp"
#include "core/audit/record_keys.hpp"
#include "core/audit/record_mac_start.hpp"
#include "core/audit/restore_store.hpp"
#include "core/audit/seal_store.hpp"
#include "core/base/result.hpp"
#include "core/jobs/job_store.hpp"
#include "core/ledger/lane_store.hpp"
#include "core/ledger/ledger_store.hpp"
#include "core/money/iban.hpp"

namespace bank::audit {
class AlarmStore;
}

namespace bank::postgres {

struct Settings {
    // libpq key=value pairs, as the role `bankd`; values without blanks.
    std::string connection;
    int pool_size = 16;  // Not counting lanes.
    std::chrono::milliseconds connect_timeout{2000};
    std::chrono::milliseconds statement_timeout{10000};
    std::chrono::milliseconds pool_wait{1000};  // After that: `overloaded`.
    // The bank's part of new account numbers.
    money::IbanPrefix iban;
    // MACs the audit records. Must outlive the database; null: nothing is written that has any.
    audit::RecordSigner const* signer = nullptr;
};

struct PoolUse {
    int busy = 0;
    int size = 0;
};

// Comparison of the database's schema with this program's.
struct SchemaState {
    bool is_known = false;
    std::int64_t version = 0;  // Number of the last migration in the database; 0: empty.
    std::string mismatch;      // One sentence, if not is_known.
    // Changes with each start of the server, and after a failover to another: system identifier,
    // timeline and time of the start.
    std::string server;
};

class Database {
public:
    explicit Database(Settings settings);
    ~Database();

    [[nodiscard]] access::UserStore& users();
    [[nodiscard]] access::KnownDeviceStore& known_devices();
    [[nodiscard]] access::PinStore& pins();
    [[nodiscard]] ledger::LedgerStore& ledger();
    [[nodiscard]] audit::AuditStore& audit();
    [[nodiscard]] audit::RestoreStore& restores();
    [[nodiscard]] audit::RecordMacStore& record_macs();
    [[nodiscard]] audit::AlarmStore& alarms();
    [[nodiscard]] jobs::JobStore& jobs();
    // For a sealer, with a connection of its own.
    [[nodiscard]] std::unique_ptr<audit::SealStore> make_seal_store();
    // A lane with a connection of its own.
    [[nodiscard]] std::unique_ptr<ledger::LaneStore> make_lane();

    // Queries the server. storage_unavailable.
    [[nodiscard]] Result<SchemaState> schema();
    // Compares every object of the schema with this program's. Takes about 0.1 s.
    [[nodiscard]] Result<api::SchemaReport> attest();
    // Checks for free disk space. Queries the server only if a statement failed on a full disk
    // since the last successful check. storage_full; storage_unavailable.
    [[nodiscard]] Status check_space();
    // Creates the bank's own accounts (cash, suspense, fees) in a currency, if missing.
    [[nodiscard]] Status keep_currency(money::Currency currency);
    // Sets whether customers may use cash, with immediate effect on SQL and the lanes of all
    // daemons. True: the setting changed.
    [[nodiscard]] Result<bool> keep_customer_cash(bool wanted);
    [[nodiscard]] PoolUse pool_use() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace bank::postgres
