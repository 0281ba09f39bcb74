// Alarms of the bank and the decisions of administrators that clear them.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/api/type.hpp"
#include "core/base/strong_id.hpp"
#include "core/base/time.hpp"

namespace bank::api {

// How many administrators clear an alarm.
inline constexpr std::size_t alarm_decisions_min = 2;

enum class AlarmKind : std::uint8_t {
    schema,   // The database schema was altered.
    records,  // The audit log has records that the bank did not write, or lacks some that it wrote.
    cut_off,  // State or records that are older than the log, or than its MACs, were accepted.
};

[[nodiscard]] std::string_view to_string(AlarmKind kind) noexcept;

struct AlarmDecision {
    std::string user_name;
    Timestamp decided_at;
    std::string reason;
};

struct Alarm {
    AuditId id;  // Of the audit record that is the alarm.
    AlarmKind kind = AlarmKind::schema;
    Timestamp raised_at;
    bool is_halting = false;  // While it is open: see cleared_at.
    std::string sentence;     // The finding.
    std::string details;      // Of the record: a JSON object.
    std::vector<AlarmDecision> decisions;
    std::optional<Timestamp> cleared_at;  // None: it is open.
};

struct ListAlarmsRequest {
    bool include_cleared = false;  // The cleared ones too.
};

struct ClearAlarmRequest {
    AuditId alarm_id;
    std::string reason;
};

[[nodiscard]] Type const& describe(std::type_identity<AlarmDecision>);
[[nodiscard]] Type const& describe(std::type_identity<Alarm>);
[[nodiscard]] Type const& describe(std::type_identity<ListAlarmsRequest>);
[[nodiscard]] Type const& describe(std::type_identity<ClearAlarmRequest>);

}  // namespace bank::api
