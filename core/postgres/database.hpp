// The database: a bounded pool of connections and the stores that run on it.
//
// Owner: the composition root; everything it hands out must go before it. Threads: any, except
// that a lane belongs to its thread. Connecting happens at need: a Database can be made while the
// server is away, and recovers by itself when it returns, with back-off.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "core/audit/audit_store.hpp"
#include "core/audit/restore_store.hpp"
#include "core/audit/seal_store.hpp"
#include "core/auth/user_store.hpp"
#include "core/base/result.hpp"
#include "core/jobs/job_store.hpp"
#include "core/ledger/lane_store.hpp"
#include "core/ledger/ledger_store.hpp"
#include "core/money/iban.hpp"

namespace bank::postgres {

struct Settings {
    // libpq key=value pairs, as the role `bankd`; values without blanks.
    std::string connection;
    int pool_size = 16;  // Lanes come on top.
    std::chrono::milliseconds connect_timeout{2000};
    std::chrono::milliseconds statement_timeout{10000};
    std::chrono::milliseconds pool_wait{1000};  // Longer than that is `overloaded`.
    // The bank's part of new account numbers.
    money::IbanPrefix iban;
};

struct PoolUse {
    int busy = 0;
    int size = 0;
};

// Whether the schema is the one that this program was built with.
struct SchemaState {
    bool is_known = false;
    std::int64_t version = 0;  // Number of the last migration in the database; 0: empty.
    std::string mismatch;      // One sentence, if not known.
};

class Database {
public:
    explicit Database(Settings settings);
    ~Database();

    [[nodiscard]] auth::UserStore& users();
    [[nodiscard]] auth::PinStore& pins();
    [[nodiscard]] ledger::LedgerStore& ledger();
    [[nodiscard]] audit::AuditStore& audit();
    [[nodiscard]] audit::RestoreStore& restores();
    [[nodiscard]] jobs::JobStore& jobs();
    // For a sealer, with a connection of its own.
    [[nodiscard]] std::unique_ptr<audit::SealStore> make_seal_store();
    // A lane with a connection of its own.
    [[nodiscard]] std::unique_ptr<ledger::LaneStore> make_lane();

    // Asks the server; storage_unavailable if it is away.
    [[nodiscard]] Result<SchemaState> schema();
    // Whether what is written finds room. Asks the server only if a statement met a full disk since
    // it was last seen to have room. storage_full; storage_unavailable.
    [[nodiscard]] Status check_space();
    // Makes the bank's own accounts (cash, suspense, fees) of a currency, if missing.
    [[nodiscard]] Status keep_currency(money::Currency currency);
    // What the lanes and SQL hold customers to from now on, also those of other daemons.
    // True: it was otherwise.
    [[nodiscard]] Result<bool> keep_customer_cash(bool wanted);
    [[nodiscard]] PoolUse pool_use() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace bank::postgres
