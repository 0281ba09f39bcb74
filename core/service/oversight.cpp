#include "core/service/oversight.hpp"

#include "core/service/log_proof.hpp"

namespace bank::service {

Result<api::Page<api::AuditRecord>> Oversight::audit(Request const& request,
                                                     api::AuditRequest const& audit) {
    auto const principal =
        context_.guard.enter(request, {policy::Permission::view_audit, audit::Action::view_audit});
    if (!principal.ok()) return principal.error();
    return context_.guard.heeded(*principal, context_.stores.audit.read(principal->acting, audit));
}

Result<std::optional<api::ProvenRange>> Oversight::prove_audit(Request const& request,
                                                               api::AuditRange const& range) {
    auto const principal =
        context_.guard.enter(request, {policy::Permission::view_audit, audit::Action::view_audit});
    if (!principal.ok()) return principal.error();
    return context_.guard.heeded(*principal,
                                 make_range_proof(context_.stores.audit, principal->acting, range,
                                                  context_.request_checkpoint));
}

Result<api::LogGrowthProof> Oversight::prove_growth(api::LogGrowth const& growth) {
    return make_growth_proof(context_.stores.audit, growth);
}

Status Oversight::export_audit(Request const& request, api::ExportRequest const& wanted,
                               api::ExportSink const& sink) {
    auto const principal =
        context_.guard.enter(request, {policy::Permission::view_audit, audit::Action::view_audit});
    if (!principal.ok()) return principal.error();
    auto const origin = context_.settings.get()->audit_origin;
    return context_.guard.heeded(
        *principal, context_.stores.audit.export_trail(principal->acting, origin, wanted, sink));
}

Result<api::Archive> Oversight::archive_audit(Request const& request, Timestamp before,
                                              api::ExportSink const& sink) {
    auto const principal = context_.guard.enter(
        request, {policy::Permission::archive_audit, audit::Action::archive_audit});
    if (!principal.ok()) return principal.error();
    auto const origin = context_.settings.get()->audit_origin;
    return context_.guard.heeded(
        *principal, context_.stores.audit.archive(principal->acting, origin, before, sink));
}

Result<api::Archive> Oversight::prune_audit(Request const& request, std::string const& digest) {
    auto const principal = context_.guard.enter(
        request, {policy::Permission::archive_audit, audit::Action::prune_audit});
    if (!principal.ok()) return principal.error();
    return context_.guard.heeded(*principal,
                                 context_.stores.audit.prune(principal->acting, digest));
}

Result<std::string> Oversight::last_checkpoint() {
    auto checkpoint = context_.stores.audit.last_checkpoint();
    if (!checkpoint.ok()) return checkpoint.error();
    if (!checkpoint->has_value()) return Code::not_found;
    return std::move((*checkpoint)->note);
}

Result<std::string> Oversight::checkpoint_keys() {
    return surroundings_.checkpoint_keys;
}

Result<api::LedgerReport> Oversight::check_ledger(Request const& request) {
    auto const principal = context_.guard.enter(
        request, {policy::Permission::check_ledger, audit::Action::check_ledger});
    if (!principal.ok()) return principal.error();
    return context_.guard.heeded(*principal,
                                 context_.stores.ledger.check_ledger(principal->acting));
}

Result<api::PublicFacts> Oversight::public_facts() {
    return api::PublicFacts{context_.settings.get()->forgotten_password_text};
}

Result<api::SystemStatus> Oversight::system_status(Request const& request) {
    auto const principal = context_.guard.enter(
        request, {policy::Permission::view_system, audit::Action::view_system});
    if (!principal.ok()) return principal.error();
    auto const posting = lanes_.statistics();
    auto const connections = surroundings_.connections();
    api::SystemStatus status;
    status.version = surroundings_.version;
    status.readiness = surroundings_.readiness();
    status.started_at = started_at_;
    status.schema_version = surroundings_.schema_version();
    status.transfers_posted = posting.posted;
    status.transfers_refused = posting.refused;
    status.batches = posting.batches;
    status.queue_depth = posting.queue_depth;
    status.lanes = posting.lanes;
    status.database_connections_busy = static_cast<std::uint64_t>(connections.busy);
    status.database_connections = static_cast<std::uint64_t>(connections.size);
    status.audit_sealing_lag_ms = static_cast<std::uint64_t>(surroundings_.sealing_lag().count());
    status.audit_undelivered = static_cast<std::uint64_t>(surroundings_.audit_undelivered());
    return status;
}

Result<api::Settings> Oversight::list_settings(Request const& request) {
    auto const principal = context_.guard.enter(
        request, {policy::Permission::view_system, audit::Action::view_system});
    if (!principal.ok()) return principal.error();
    return surroundings_.settings();
}

}  // namespace bank::service
