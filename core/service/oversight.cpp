#include "core/service/oversight.hpp"

#include "core/audit/alarms.hpp"
#include "core/base/json_writer.hpp"
#include "core/service/log_proof.hpp"

namespace bank::service {

Result<api::Page<api::AuditRecord>> Oversight::list_records(access::Principal const& who,
                                                            api::AuditRequest const& wanted) {
    return context_.stores.audit.read(who.acting, wanted);
}

Result<std::optional<api::ProvenRange>> Oversight::prove_audit(access::Principal const& who,
                                                               api::AuditRange const& range) {
    return make_range_proof(context_.stores.audit, who.acting, range, context_.request_checkpoint);
}

Result<api::LogGrowthProof> Oversight::prove_growth(api::LogGrowth const& growth) {
    return make_growth_proof(context_.stores.audit, growth);
}

Status Oversight::export_audit(access::Principal const& who, api::ExportRequest const& wanted,
                               api::ExportSink const& sink) {
    auto const origin = context_.settings.get()->audit_origin;
    return context_.stores.audit.export_trail(who.acting, origin, wanted, sink);
}

Result<api::Archive> Oversight::archive_audit(access::Principal const& who,
                                              api::ArchiveRequest const& wanted,
                                              api::ExportSink const& sink) {
    auto const origin = context_.settings.get()->audit_origin;
    return context_.stores.audit.archive(who.acting, origin, wanted.before, sink);
}

Result<api::Archive> Oversight::prune_audit(access::Principal const& who,
                                            api::PruneRequest const& wanted) {
    return context_.stores.audit.prune(who.acting, wanted.digest);
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

Result<api::LedgerReport> Oversight::check_ledger(access::Principal const& who) {
    return context_.stores.ledger.check_ledger(who.acting);
}

Result<api::SchemaReport> Oversight::check_schema(access::Principal const& who) {
    auto const begun = context_.stores.audit.begin_schema_check(who.acting);
    if (!begun.ok()) return begun.error();
    return surroundings_.check_schema();
}

Result<std::vector<api::Alarm>> Oversight::list_alarms(access::Principal const&,
                                                       api::ListAlarmsRequest const& wanted) {
    return surroundings_.alarms->list(wanted.include_cleared);
}

// Not in an altered schema: its functions may say and store anything.
Result<api::Alarm> Oversight::clear_alarm(access::Principal const& who,
                                          api::ClearAlarmRequest const& request) {
    auto const schema = surroundings_.check_schema();
    if (!schema.ok()) return schema.error();
    auto decided = schema->is_as_built
                       ? surroundings_.alarms->decide(who.acting, who.user_id, request)
                       : Error{.code = Code::alarm_persists,
                               .message =
                                   "The database schema is still altered. List the "
                                   "differences with bankctl schema check and undo them."};
    if (decided.ok() || is_transient(decided.code())) return decided;
    // SQL records its own refusals, which have no message.
    auto const is_known = decided.code() == Code::alarm_cleared ||
                          decided.code() == Code::other_administrator_required ||
                          !decided.error().message.empty();
    if (!is_known) return decided;
    JsonWriter details;
    details.begin_object().key("alarm").number(request.alarm_id.value).end_object();
    return context_.gate.refused(who, audit::Action::clear_alarm, decided.error(),
                                 std::move(details).take());
}

Result<api::Readiness> Oversight::readiness() {
    return surroundings_.readiness();
}

Result<api::PublicFacts> Oversight::public_facts() {
    return api::PublicFacts{context_.settings.get()->forgotten_password_text};
}

Result<api::SystemStatus> Oversight::system_status(access::Principal const&) {
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
    status.halt_reason = surroundings_.halt_reason();
    status.open_alarms = surroundings_.alarms->open();
    return status;
}

Result<api::Settings> Oversight::list_settings(access::Principal const&) {
    return surroundings_.settings();
}

}  // namespace bank::service
