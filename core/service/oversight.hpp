// What administrators and auditors look at: the audit trail, the ledger as a whole, the system.
#pragma once
#include "core/api/bank_api.hpp"
#include "core/ledger/posting_lanes.hpp"
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

    Result<api::Page<api::AuditRecord>> audit(Request const& request,
                                              api::AuditRequest const& audit);
    Result<std::optional<api::ProvenRange>> prove_audit(Request const& request,
                                                        api::AuditRange const& range);
    Result<api::LogGrowthProof> prove_growth(api::LogGrowth const& growth);
    Status export_audit(Request const& request, api::ExportRequest const& wanted,
                        api::ExportSink const& sink);
    Result<api::Archive> archive_audit(Request const& request, Timestamp before,
                                       api::ExportSink const& sink);
    Result<api::Archive> prune_audit(Request const& request, std::string const& digest);
    Result<std::string> last_checkpoint();
    Result<std::string> checkpoint_keys();
    Result<api::LedgerReport> check_ledger(Request const& request);
    Result<api::PublicFacts> public_facts();
    Result<api::SystemStatus> system_status(Request const& request);
    Result<api::Settings> list_settings(Request const& request);

private:
    Context& context_;
    ledger::PostingLanes const& lanes_;
    Surroundings const& surroundings_;
    Timestamp const started_at_;
};

}  // namespace bank::service
