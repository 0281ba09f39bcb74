#include "core/postgres/database.hpp"

#include <atomic>
#include <utility>

#include "core/postgres/alarm_store_pg.hpp"
#include "core/postgres/audit_store_pg.hpp"
#include "core/postgres/client/session.hpp"
#include "core/postgres/job_store_pg.hpp"
#include "core/postgres/known_devices_pg.hpp"
#include "core/postgres/lane_store_pg.hpp"
#include "core/postgres/ledger_store_pg.hpp"
#include "core/postgres/pin_store_pg.hpp"
#include "core/postgres/record_mac_store_pg.hpp"
#include "core/postgres/restore_store_pg.hpp"
#include "core/postgres/schema/attestation.hpp"
#include "core/postgres/schema/schema.hpp"
#include "core/postgres/seal_store_pg.hpp"
#include "core/postgres/user_store_pg.hpp"

namespace bank::postgres {
namespace {
constexpr RareStatement server_statement{
    "select concat_ws('/', s.system_identifier, c.timeline_id, pg_postmaster_start_time())"
    " from pg_control_system() s, pg_control_checkpoint() c",
    1};
constexpr RareStatement probe_space_statement{"select bank.probe_space()", 1};
}  // namespace

struct Database::State {
    explicit State(Settings const& settings)
        : connector({settings.connection, settings.connect_timeout, settings.statement_timeout,
                     &is_disk_full, settings.signer}),
          pool(connector, settings.pool_size, settings.pool_wait),
          users(pool, settings.iban),
          known_devices(pool),
          pins(pool),
          ledger(pool, settings.iban),
          audit(pool),
          restores(pool),
          record_macs(pool),
          alarms(pool),
          jobs(pool) {}

    std::atomic<bool> is_disk_full{false};
    Connector connector;
    Pool pool;
    UserStorePg users;
    KnownDevicesPg known_devices;
    PinStorePg pins;
    LedgerStorePg ledger;
    AuditStorePg audit;
    RestoreStorePg restores;
    RecordMacStorePg record_macs;
    AlarmStorePg alarms;
    JobStorePg jobs;
};

Database::Database(Settings settings) : state_(std::make_unique<State>(settings)) {}
Database::~Database() = default;

access::UserStore& Database::users() {
    return state_->users;
}
access::KnownDeviceStore& Database::known_devices() {
    return state_->known_devices;
}
access::PinStore& Database::pins() {
    return state_->pins;
}
ledger::LedgerStore& Database::ledger() {
    return state_->ledger;
}
audit::AuditStore& Database::audit() {
    return state_->audit;
}
audit::RestoreStore& Database::restores() {
    return state_->restores;
}
audit::RecordMacStore& Database::record_macs() {
    return state_->record_macs;
}
audit::AlarmStore& Database::alarms() {
    return state_->alarms;
}
jobs::JobStore& Database::jobs() {
    return state_->jobs;
}

std::unique_ptr<ledger::LaneStore> Database::make_lane() {
    return std::make_unique<LaneStorePg>(state_->connector);
}

std::unique_ptr<audit::SealStore> Database::make_seal_store() {
    return std::make_unique<SealStorePg>(state_->connector);
}

Result<SchemaState> Database::schema() {
    auto lease = state_->pool.take();
    if (!lease) return std::move(lease).error();
    auto const applied = read_applied(**lease);
    if (!applied) return applied.error();
    auto comparison = compare(*applied);
    auto const server = (*lease)->run(server_statement);
    if (!server) return server.error();
    return SchemaState{comparison.mismatch.empty(), comparison.version,
                       std::move(comparison.mismatch), (*server)[0].text()};
}

Result<api::SchemaReport> Database::attest() {
    auto lease = state_->pool.take();
    if (!lease) return std::move(lease).error();
    return postgres::attest(**lease);
}

Status Database::check_space() {
    if (!state_->is_disk_full) return Done{};
    auto lease = state_->pool.take();
    if (!lease) return std::move(lease).error();
    // Cleared before the probe: the probe, or any concurrent statement that finds the disk full,
    // sets it again.
    state_->is_disk_full = false;
    auto const probed = (*lease)->run(probe_space_statement);
    if (probed) return Done{};
    auto const code = probed.code();
    if (code == Code::storage_full) return probed.error();
    if (code != Code::storage_unavailable) return Done{};  // An unrelated error.
    state_->is_disk_full = true;
    return probed.error();
}

Status Database::keep_currency(money::Currency currency) {
    return state_->ledger.keep_currency(currency);
}

Result<bool> Database::keep_customer_cash(bool wanted) {
    return state_->ledger.keep_customer_cash(wanted);
}

PoolUse Database::pool_use() const {
    auto const use = state_->pool.use();
    return {use.busy, use.size};
}

}  // namespace bank::postgres
