// Alarms, and the way back after one.
#pragma once
#include <vector>

#include "core/api/alarms.hpp"
#include "core/operations/facts.hpp"

namespace bank::operations {

struct ListAlarms {
    using Input = api::ListAlarmsRequest;
    using Output = std::vector<api::Alarm>;
    static constexpr Facts facts{
        .number = 55,
        .name = "list_alarms",
        .budget = Budget::read,
        .permission = Permission::view_system,
        .action = Action::view_system,
        .route = {Method::get, "/v1/alarms"},
        .summary = "List alarms",
        .text =
            "Lists the open alarms, oldest first, with the decisions on them. An alarm is an audit "
            "record: the database schema was altered (schema), the audit log has records that the "
            "bank did not write (records), or the bank has accepted what is older than its log "
            "(cut_off). While an alarm is open that has is_halting, changes fail with bank_halted. "
            "Administrators and auditors may call it.",
        .tag = "The bank",
        .command =
            {
                .words = "alarm list",
                .examples = {{{"bankctl alarm list", "The open alarms and who has decided."},
                              {"bankctl alarm list --all", "The cleared ones too."}}},
                .text = "The open alarms, oldest first, with what was found and the decisions on "
                        "them. Two administrators clear an alarm with bankctl alarm clear.",
            },
    };
};

// not_found, alarm_persists, alarm_cleared, other_administrator_required.
struct ClearAlarm {
    using Input = api::ClearAlarmRequest;
    using Output = api::Alarm;
    static constexpr Facts facts{
        .number = 56,
        .name = "clear_alarm",
        .effect = Effect::changes,
        .works_in_halt = true,
        .budget = Budget::write,
        .permission = Permission::clear_alarm,
        .action = Action::clear_alarm,
        .route = {Method::post, "/v1/alarms/{id}/clear"},
        .summary = "Clear an alarm",
        .text =
            "Records the caller's decision to clear an alarm and all older ones of its kind. The "
            "decisions of two administrators clear it; a bank that no other alarm halts then "
            "resumes. Fails with alarm_persists while the database schema is altered, or if the "
            "records have changed since the alarm. The second decision on a records alarm accepts "
            "the records as they were found: they are sealed. Only administrators may call it; the "
            "reason is audited.",
        .tag = "The bank",
        .command =
            {
                .words = "alarm clear",
                .examples = {{{"bankctl alarm clear 1700 --reason 'index restored, no effect'",
                               "One of the two decisions that clear alarm 1700."}}},
                .question = "Clear alarm {}?",
                .text = "Records your decision to clear an alarm and all older ones of its kind. "
                        "Two administrators clear an alarm: another one must decide too. The "
                        "second decision on a records alarm accepts the records as they were "
                        "found. The reason is recorded in the audit log.",
            },
    };
};

using Alarms = List<ListAlarms, ClearAlarm>;

}  // namespace bank::operations
