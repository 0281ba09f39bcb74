#include "daemon/schema_guard.hpp"

#include "core/base/bytes.hpp"
#include "core/base/json_writer.hpp"
#include "core/crypto/digest.hpp"

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

// The report of a comparison that was not possible.
api::SchemaReport prevented() {
    api::SchemaReport report;
    report.difference_count = report.grave_count = 1;
    report.differences.push_back({"comparison of the schema", "", "prevented", true});
    return report;
}

std::string digest_of(api::SchemaReport const& report) {
    crypto::Sha256 digest;
    for (auto const& object : grave_objects(report)) digest.update(as_bytes(object + '\n'));
    return to_hex(digest.finish());
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
        if (!is_transient(report.code())) {
            verdict_ = Verdict::halted;
            static_cast<void>(record(prevented()));
        }
        return report;
    }
    if (!report->is_as_built) verdict_ = Verdict::halted;
    if (auto const recorded = record(*report); !recorded) return recorded.error();
    if (report->is_as_built) verdict_ = Verdict::as_built;
    compared_at_ = Steady::now();
    return report;
}

// An alarm that the altered database did not store is stored before the bank resumes.
Status SchemaGuard::record(api::SchemaReport const& report) {
    auto objects = grave_objects(report);
    if (objects == recorded_ && !unrecorded_) return Done{};
    if (!report.is_as_built) unrecorded_ = report;
    if (unrecorded_) {
        if (auto recorded = parts_.record(*unrecorded_); !recorded) return recorded;
        recorded_ = grave_objects(*unrecorded_);
        unrecorded_.reset();
    }
    if (objects == recorded_) return Done{};
    if (auto recorded = parts_.record(report); !recorded) return recorded;
    recorded_ = std::move(objects);
    return Done{};
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
    json.end_array();
    if (!report.is_as_built) json.key("digest").text(digest_of(report));
    json.end_object();
    return std::move(json).take();
}

std::string alarm_details(audit::RecordsAlarm const& alarm) {
    JsonWriter json;
    json.begin_object();
    json.key("xid").number(static_cast<std::int64_t>(alarm.xid));
    json.key("digest").text(to_hex(alarm.digest));
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
