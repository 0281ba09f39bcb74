// Records what must not be overlooked as an alarm of the audit log, and says which alarm halts the
// bank.
//
// Owner: the composition root; all arguments must outlive it. Threads: any.
#pragma once
#include <set>
#include <string>
#include <vector>

#include "core/api/system.hpp"
#include "core/audit/alarms.hpp"
#include "core/audit/audit_store.hpp"
#include "core/audit/sealer.hpp"
#include "core/base/result.hpp"
#include "core/base/time.hpp"

namespace bank::daemon {

class AlarmRecorder {
public:
    AlarmRecorder(audit::AuditStore& store, audit::Alarms& alarms, Clock const& clock)
        : store_(store), alarms_(alarms), clock_(clock) {}

    // Each change of the grave differences is a record; a start that finds none is not.
    [[nodiscard]] Status schema(api::SchemaReport const& report);
    // Nothing if an open alarm names the same records, as after a restart.
    [[nodiscard]] Status records(audit::RecordsAlarm const& alarm);
    // Credentials of a database that has no bound one, although its log says that it had.
    [[nodiscard]] Status refused_binding();

    // Logs each open alarm once. On one thread at a time.
    void announce(std::vector<api::Alarm> const& open);

private:
    // The alarm counts once it is recorded: the bank is halted from then on.
    [[nodiscard]] Status record(audit::Event event);

    audit::AuditStore& store_;
    audit::Alarms& alarms_;
    Clock const& clock_;
    std::set<AuditId> announced_;
};

// Why the bank only answers questions, with the next command; empty: it does not. `schema`:
// SchemaGuard::obstacle().
[[nodiscard]] std::string halt_reason(std::optional<Code> schema,
                                      std::vector<api::Alarm> const& open);

}  // namespace bank::daemon
