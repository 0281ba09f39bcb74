#include "core/api/alarms.hpp"

#include "core/api/describe.hpp"
#include "core/base/bounds.hpp"

namespace bank::api {

BANK_DESCRIBE(AlarmDecision, "AlarmDecision",
              field<&AlarmDecision::user_name>("user_name", "Name of the administrator.",
                                               "\"os:1000\""),
              field<&AlarmDecision::decided_at>("decided_at", "When the administrator decided.",
                                                example_instant),
              field<&AlarmDecision::reason>("reason", "Reason for the decision.",
                                            "\"the index was dropped by mistake\""))

BANK_DESCRIBE(
    Alarm, "Alarm", field<&Alarm::id>("id", "Id of the audit record that is the alarm.", "1700"),
    field<&Alarm::kind>("kind", "Kind of the alarm.", "\"schema\""),
    field<&Alarm::raised_at>("raised_at", "When the alarm was raised.", example_instant),
    field<&Alarm::is_halting>("is_halting",
                              "Whether the alarm halts the bank, which then only answers "
                              "questions, until it is cleared.",
                              "true"),
    field<&Alarm::sentence>("sentence", "The finding, in one sentence.",
                            "\"The database schema was altered in 1 place.\""),
    field<&Alarm::details>(
        "details", "Facts of the alarm: altered objects, or records.",
        R"({"differences":1,"objects":["index bank.transfers_idempotency_id of bank.transfers"]})")
        .as(Appearance::json),
    field<&Alarm::decisions>("decisions", "Decisions of administrators."),
    field<&Alarm::cleared_at>("cleared_at", "When the second administrator decided; null: open.",
                              "null"))

BANK_DESCRIBE(ListAlarmsRequest, "ListAlarmsRequest",
              field<&ListAlarmsRequest::include_cleared>("include_cleared",
                                                         "Whether to list cleared alarms too.",
                                                         "false")
                  .optional()
                  .typed_as({.option = "all", .text = "Cleared alarms too."}))

BANK_DESCRIBE(ClearAlarmRequest, "ClearAlarmRequest",
              field<&ClearAlarmRequest::alarm_id>("alarm_id", "Id of the alarm.", "1700").in_path(),
              field<&ClearAlarmRequest::reason>("reason", "For the audit log.",
                                                "\"the index was dropped by mistake\"")
                  .prose(1, bounds::reason_size_max))

}  // namespace bank::api
