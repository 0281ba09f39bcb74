// The audit trail, the ledger's proof, the state of the daemon and its configuration.
#include <algorithm>

#include "core/base/time.hpp"
#include "core/operations/audit.hpp"
#include "core/operations/system.hpp"
#include "plugins/admin/handlers.hpp"

namespace bank::admin {
namespace {

// The configuration is the host's, which knows no permissions: who may read the system's state may
// read it, and nobody while the core cannot tell.
Status may_read_configuration(Context const& context) {
    auto const state = context.bank.ask<operations::SystemStatus>(context.caller);
    if (!state) return state.error();
    return Done{};
}

// The core names fields of its requests; people typed arguments.
Error as_argument(Error error) {
    if (!error.field.empty()) error.field.insert(0, "/arguments");
    return error;
}

}  // namespace

Status set_time(wire::Arguments const& arguments, std::string_view name,
                std::optional<Timestamp>& time) {
    if (!arguments.has(name)) return Done{};
    time = parse_timestamp(arguments.text(name));
    if (!time) {
        return invalid_argument(
            name, "It must be a date (2026-03-01) or an RFC 3339 time (2026-03-01T12:00:00Z).");
    }
    return Done{};
}

// Ascending, the newest last, as a log is read. With "after": what came since that record.
Result<std::string> audit_tail(Context const& context, wire::Arguments const& arguments) {
    api::AuditRequest request;
    request.page = page_of(arguments);
    auto const after = arguments.integer("after");
    if (after) request.after = AuditId{*after};
    auto page = context.bank.ask<operations::ListAuditRecords>(context.caller, request);
    if (!page) return page.error();
    auto& items = page->items;
    if (!after) std::reverse(items.begin(), items.end());
    JsonWriter json;
    json.begin_object().key("items");
    codec::write_json(json, items);
    json.key("has_more").boolean(after.has_value() && !page->next_cursor.empty());
    auto const last = items.empty() ? AuditId{after.value_or(0)} : items.back().id;
    json.key("last");
    codec::write_json(json, last);
    json.end_object();
    return std::move(json).take();
}

// The lines go in parts; at the end only that they are all.
Result<std::string> audit_export(Context const& context, wire::Arguments const& arguments) {
    api::ExportRequest request;
    request.from = static_cast<std::uint64_t>(arguments.integer("from").value_or(0));
    request.is_resumed = arguments.boolean("resume");
    auto exported =
        context.bank.ask<operations::ExportAudit>(context.caller, request, context.send_part);
    if (exported) return std::string{"{}"};
    return as_argument(std::move(exported).error());
}

// The lines go in parts; at the end what they are of.
Result<std::string> audit_archive(Context const& context, wire::Arguments const& arguments) {
    std::optional<Timestamp> before = latest_instant;
    if (auto const set = set_time(arguments, "before", before); !set) return set.error();
    auto archive =
        context.bank.ask<operations::ArchiveAudit>(context.caller, {*before}, context.send_part);
    if (!archive) return as_argument(std::move(archive).error());
    return codec::to_json(*archive);
}

Result<std::string> config_show(Context const& context, wire::Arguments const&) {
    if (auto const allowed = may_read_configuration(context); !allowed) return allowed.error();
    JsonWriter json;
    json.begin_object().key("text").text(context.host.describe_configuration()).end_object();
    return std::move(json).take();
}

Result<std::string> config_check(Context const& context, wire::Arguments const&) {
    if (auto const allowed = may_read_configuration(context); !allowed) return allowed.error();
    auto const findings = context.host.check_configuration();
    JsonWriter json;
    json.begin_object().key("is_valid").boolean(findings.mistakes.empty());
    json.key("findings").begin_array();
    for (auto const& mistake : findings.mistakes) json.text(mistake);
    json.end_array().key("notes").begin_array();
    for (auto const& note : findings.notes) json.text(note);
    json.end_array().end_object();
    return std::move(json).take();
}

}  // namespace bank::admin
