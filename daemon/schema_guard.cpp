#include "daemon/schema_guard.hpp"

#include "core/base/json_writer.hpp"

namespace bank::daemon {
namespace {

// A record's details are short: the first ones say where to look.
constexpr std::size_t named_max = 10;
constexpr std::size_t name_size_max = 200;

std::vector<std::string> grave_objects(api::SchemaReport const& report) {
    std::vector<std::string> objects;
    for (auto const& difference : report.differences) {
        if (difference.is_grave) objects.push_back(difference.object + ": " + difference.found);
    }
    return objects;
}

}  // namespace

Status SchemaGuard::look(std::string const& server) {
    std::scoped_lock const lock(mutex_);
    bool const is_same = server == server_;
    if (is_same && compared_at_ && Steady::now() - *compared_at_ < interval) return Done{};
    server_ = server;
    compared_at_.reset();
    auto const report = compare();
    return report ? Status{Done{}} : report.error();
}

std::optional<Code> SchemaGuard::obstacle() const noexcept {
    switch (verdict_.load()) {
    case Verdict::none: return Code::storage_unavailable;
    case Verdict::as_built: return std::nullopt;
    case Verdict::halted: break;
    }
    return Code::bank_halted;
}

Result<api::SchemaReport> SchemaGuard::check() {
    std::scoped_lock const lock(mutex_);
    return compare();
}

Result<api::SchemaReport> SchemaGuard::compare() {
    auto report = parts_.attest();
    if (!report) {
        // Not an outage: somebody took away the right to look.
        if (!is_transient(report.code())) verdict_ = Verdict::halted;
        return report;
    }
    verdict_ = report->is_as_built ? Verdict::as_built : Verdict::halted;
    auto objects = grave_objects(*report);
    if (objects != recorded_) {
        if (auto const recorded = parts_.record(*report); !recorded) return recorded.error();
        recorded_ = std::move(objects);
    }
    compared_at_ = Steady::now();
    return report;
}

std::string alarm_details(api::SchemaReport const& report) {
    JsonWriter json;
    json.begin_object();
    json.key("differences").number(report.grave_count);
    json.key("objects").begin_array();
    std::size_t named = 0;
    for (auto const& difference : report.differences) {
        if (!difference.is_grave || named++ == named_max) break;
        json.text(std::string_view{difference.object}.substr(0, name_size_max));
    }
    json.end_array().end_object();
    return std::move(json).take();
}

std::string alarm_details(audit::RecordsAlarm const& alarm) {
    JsonWriter json;
    json.begin_object();
    json.key("xid").number(static_cast<std::int64_t>(alarm.xid));
    json.key("records").begin_array();
    for (auto const& record : alarm.records) {
        json.begin_object();
        json.key("id").number(record.id);
        json.key("action").text(record.action);
        json.key("outcome").text(record.outcome);
        if (record.transfer_id != 0) json.key("transfer_id").number(record.transfer_id);
        if (record.account_id != 0) json.key("account_id").number(record.account_id);
        if (record.actor_id != 0) json.key("actor_id").number(record.actor_id);
        json.end_object();
    }
    json.end_array().end_object();
    return std::move(json).take();
}

}  // namespace bank::daemon
