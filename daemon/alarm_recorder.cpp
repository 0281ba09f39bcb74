#include "daemon/alarm_recorder.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/log.hpp"
#include "core/base/uuid.hpp"
#include "daemon/schema_guard.hpp"

namespace bank::daemon {
namespace {
constexpr auto category = "daemon";
}  // namespace

Status AlarmRecorder::record(audit::Event event) {
    event.source.request_id = new_uuid(clock_.now());
    auto const is_alarm = event.outcome.has_value();
    auto recorded = store_.record(event);
    if (!recorded) {
        log::error(category, "Cannot record {} in the audit log: {} {}",
                   audit::facts(event.action).word, word(recorded.code()), recorded.error().detail);
        return recorded;
    }
    return is_alarm ? alarms_.refresh() : recorded;
}

Status AlarmRecorder::schema(api::SchemaReport const& report) {
    audit::Event event;
    event.action =
        report.is_as_built ? audit::Action::schema_restored : audit::Action::schema_alarm;
    if (!report.is_as_built) event.outcome = Code::bank_halted;
    event.details = alarm_details(report);
    for (auto const& difference : report.differences) {
        if (difference.is_grave)
            log::error(category, "The database schema was altered: {}", difference.object);
    }
    return record(std::move(event));
}

Status AlarmRecorder::records(audit::RecordsAlarm const& alarm) {
    if (auto const read = alarms_.refresh(); !read) return read;
    if (alarms_.covers(alarm)) return Done{};
    audit::Event event;
    event.action = audit::Action::records_alarm;
    event.outcome = Code::bank_halted;
    event.details = alarm_details(alarm);
    return record(std::move(event));
}

Status AlarmRecorder::refused_binding() {
    log::error(category,
               "No credential is bound to its owner, although the audit log is not one of an "
               "earlier version: somebody removed the bindings. None is bound again.");
    if (alarms_.is_binding_refused()) return Done{};
    audit::Event event;
    event.action = audit::Action::bind_credentials;
    event.outcome = Code::bank_halted;
    return record(std::move(event));
}

void AlarmRecorder::announce(std::vector<api::Alarm> const& open) {
    for (auto const& alarm : open) {
        if (!announced_.insert(alarm.id).second) continue;
        log::write(alarm.is_halting ? log::Level::error : log::Level::warning, category,
                   fmt::format("Alarm {} ({}) waits for two administrators: {} \"bankctl alarm "
                               "list\" shows it.",
                               alarm.id.value, api::to_string(alarm.kind), alarm.sentence));
    }
}

std::string halt_reason(std::optional<Code> schema, std::vector<api::Alarm> const& open) {
    if (schema == Code::bank_halted) {
        return "The database schema was altered: the bank answers questions only. \"bankctl schema "
               "check\" lists the differences. After they are undone, two administrators clear the "
               "alarm: \"bankctl alarm list\".";
    }
    auto const halting = std::find_if(open.rbegin(), open.rend(),
                                      [](api::Alarm const& alarm) { return alarm.is_halting; });
    if (halting == open.rend()) return {};
    return fmt::format(
        "{} The bank answers questions only until two administrators clear alarm {}: \"bankctl "
        "alarm list\".",
        halting->sentence, halting->id.value);
}

}  // namespace bank::daemon
