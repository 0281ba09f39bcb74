// What administrators and auditors look at: the audit trail, the ledger as a whole, the system.
#pragma once
#include "core/ledger/posting_lanes.hpp"
#include "core/operations/bank_api.hpp"
#include "core/service/context.hpp"

namespace bank::service {

class Oversight {
public:
    // All must outlive it.
    Oversight(Context& context, ledger::PostingLanes const& lanes, Surroundings const& surroundings)
        : context_(context),
          lanes_(lanes),
          surroundings_(surroundings),
          started_at_(context.clock.now()) {}

    Result<api::Page<api::AuditRecord>> list_records(access::Principal const& who,
                                                     api::AuditRequest const& wanted);
    Result<std::optional<api::ProvenRange>> prove_audit(access::Principal const& who,
                                                        api::AuditRange const& range);
    Result<api::LogGrowthProof> prove_growth(api::LogGrowth const& growth);
    Status export_audit(access::Principal const& who, api::ExportRequest const& wanted,
                        api::ExportSink const& sink);
    Result<api::Archive> archive_audit(access::Principal const& who,
                                       api::ArchiveRequest const& wanted,
                                       api::ExportSink const& sink);
    Result<api::Archive> prune_audit(access::Principal const& who, api::PruneRequest const& wanted);
    Result<std::string> last_checkpoint();
    Result<std::string> checkpoint_keys();
    Result<api::LedgerReport> check_ledger(access::Principal const& who);
    Result<api::SchemaReport> check_schema(access::Principal const& who);
    Result<std::vector<api::Alarm>> list_alarms(access::Principal const& who,
                                                api::ListAlarmsRequest const& wanted);
    Result<api::Alarm> clear_alarm(access::Principal const& who,
                                   api::ClearAlarmRequest const& request);
    Result<api::Readiness> readiness();
    Result<api::PublicFacts> public_facts();
    Result<api::SystemStatus> system_status(access::Principal const& who);
    Result<api::Settings> list_settings(access::Principal const& who);

private:
    Context& context_;
    ledger::PostingLanes const& lanes_;
    Surroundings const& surroundings_;
    Timestamp const started_at_;
};

}  // namespace bank::service
