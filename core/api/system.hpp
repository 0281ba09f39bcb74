// The state of the bank itself.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/api/alarms.hpp"
#include "core/api/type.hpp"
#include "core/base/time.hpp"
#include "core/money/currency.hpp"

namespace bank::api {

enum class Readiness : std::uint8_t {
    starting,
    ready,
    draining,
    database_away,
    schema_mismatch,
    storage_full,  // Reads are answered; writes fail.
    halted,        // The same: the database was altered.
};

[[nodiscard]] std::string_view to_string(Readiness readiness) noexcept;

struct SystemStatus {
    std::string version;
    Readiness readiness = Readiness::starting;
    Timestamp started_at;
    std::int64_t schema_version = 0;
    std::uint64_t transfers_posted = 0;   // Since start.
    std::uint64_t transfers_refused = 0;  //
    std::uint64_t batches = 0;            //
    std::uint64_t queue_depth = 0;        // Now.
    std::uint64_t lanes = 0;
    std::uint64_t database_connections_busy = 0;
    std::uint64_t database_connections = 0;
    std::uint64_t audit_undelivered = 0;     // Records not yet in journald.
    std::uint64_t audit_sealing_lag_ms = 0;  // The wait of the oldest record without a number.
    std::string halt_reason;                 // Empty: it is not halted.
    std::vector<Alarm> open_alarms;
};

// Facts about the bank for everyone, also before signing in.
struct PublicFacts {
    std::string forgotten_password_text;  // On the sign-in page: plain text, one paragraph.
};

struct LedgerFinding {
    std::string what;  // One sentence.
};

// The result of comparing the whole ledger with itself.
struct LedgerReport {
    struct Sum {
        money::Currency currency;
        std::int64_t entries = 0;   // Sum of all history entries; 0 in a sound ledger.
        std::int64_t balances = 0;  // Sum of all balances; 0 in a sound ledger.
    };
    bool is_sound = false;
    std::vector<Sum> sums;
    std::int64_t accounts = 0;
    std::int64_t transfers = 0;
    std::int64_t entries = 0;
    std::vector<LedgerFinding> findings;  // At most 100.
};

// An object of the schema that is not the one this program was built for.
struct SchemaDifference {
    std::string object;     // "index bank.transfers_idempotency_id of bank.transfers"
    std::string expected;   // Its definition; empty: the object should not exist.
    std::string found;      // Empty: it does not exist.
    bool is_grave = false;  // It may move money or hide a transaction: the bank is halted.
};

// The result of comparing the schema with the one that this program was built for.
struct SchemaReport {
    static constexpr std::size_t differences_max = 100;
    bool is_as_built = false;  // No difference is grave.
    std::int64_t objects = 0;  // Of the database.
    std::int64_t difference_count = 0;
    std::int64_t grave_count = 0;
    std::vector<SchemaDifference> differences;  // At most differences_max, grave ones first.
};

// The descriptions of all of these.
[[nodiscard]] Type const& describe(std::type_identity<SystemStatus>);
[[nodiscard]] Type const& describe(std::type_identity<PublicFacts>);
[[nodiscard]] Type const& describe(std::type_identity<LedgerFinding>);
[[nodiscard]] Type const& describe(std::type_identity<LedgerReport::Sum>);
[[nodiscard]] Type const& describe(std::type_identity<LedgerReport>);
[[nodiscard]] Type const& describe(std::type_identity<SchemaDifference>);
[[nodiscard]] Type const& describe(std::type_identity<SchemaReport>);

}  // namespace bank::api
