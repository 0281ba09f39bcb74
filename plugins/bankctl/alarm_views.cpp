#include <fmt/format.h>

#include <utility>

#include "core/api/alarms.hpp"
#include "plugins/bankctl/result.hpp"
#include "plugins/bankctl/views.hpp"

namespace bank::bankctl {
namespace {

bool is_open(dom::element alarm) {
    return time_at(alarm, "cleared_at").text.empty();
}

Cell state_cell(dom::element alarm) {
    if (!is_open(alarm)) {
        return {.text = "cleared " + time_at(alarm, "cleared_at").text,
                .script = "cleared",
                .colour = Colour::good};
    }
    auto const count = list_at(alarm, "decisions").size();
    auto const* const missing =
        count == 0 ? "two administrators must decide" : "another administrator must decide";
    if (truth_at(alarm, "is_halting")) {
        return {.text = fmt::format("open, halts the bank; {}", missing),
                .script = "halting",
                .colour = Colour::bad};
    }
    return {.text = fmt::format("open; {}", missing), .script = "open", .colour = Colour::warning};
}

std::string decision_text(dom::element decision) {
    return fmt::format("{}, {}: {}", text_at(decision, "user_name"),
                       time_at(decision, "decided_at").text, text_at(decision, "reason"));
}

Record alarm_record(dom::element alarm) {
    std::string names;
    for (auto const decision : list_at(alarm, "decisions")) {
        names += (names.empty() ? "" : ",") + text_at(decision, "user_name");
    }
    return {{{"id", number_cell(alarm, "id")},
             {"kind", {.text = text_at(alarm, "kind")}},
             {"raised", time_at(alarm, "raised_at")},
             {"state", state_cell(alarm)},
             {"decided_by", {.text = names}},
             {"found", {.text = text_at(alarm, "sentence")}},
             {"details", {.text = minified(alarm, "details")}}}};
}

// For people: what was found in full, and each decision with its reason.
std::string alarm_text(dom::element alarm, Layout const& layout) {
    auto record = alarm_record(alarm);
    record.lines.erase(record.lines.begin() + 4);
    for (auto const decision : list_at(alarm, "decisions")) {
        record.lines.push_back({"decision", {.text = decision_text(decision)}});
    }
    return render(record, layout);
}

}  // namespace

std::string view_alarms(std::string_view result, Layout const& layout) {
    if (!layout.is_terminal) {
        return list_view(result, layout, alarm_record,
                         {{"id", true},
                          {"kind"},
                          {"raised"},
                          {"state"},
                          {"decided_by"},
                          {"found"},
                          {"details"}});
    }
    Json const json{result};
    if (!json.is_object()) return {};
    std::string out;
    for (auto const alarm : list_at(json.root(), "items")) {
        if (!out.empty()) out += '\n';
        out += alarm_text(alarm, layout);
    }
    return out.empty() ? "No alarm is open.\n" : out;
}

std::string view_alarm(std::string_view result, Layout const& layout) {
    if (!layout.is_terminal) return record_view(result, layout, alarm_record);
    Json const json{result};
    return json.is_object() ? alarm_text(json.root(), layout) : std::string{};
}

std::vector<Record::Line> alarm_lines(dom::element status, Layout const& layout) {
    auto const reason = text_at(status, "halt_reason");
    auto const alarms = list_at(status, "open_alarms");
    std::vector<Record::Line> lines;
    // Programs always find the same columns.
    if (!reason.empty() || !layout.is_terminal) {
        lines.push_back({"halted", {.text = reason, .colour = Colour::bad}});
    }
    if (!layout.is_terminal) {
        std::string ids;
        for (auto const alarm : alarms) {
            ids += fmt::format("{}{}", ids.empty() ? "" : ",", number_at(alarm, "id"));
        }
        lines.push_back({"open_alarms", {.text = ids}});
        return lines;
    }
    for (auto const alarm : alarms) {
        lines.push_back(
            {"alarm",
             {.text = fmt::format("{} ({}): {} {} of {} decisions", number_at(alarm, "id"),
                                  text_at(alarm, "kind"), text_at(alarm, "sentence"),
                                  list_at(alarm, "decisions").size(), api::alarm_decisions_min),
              .colour = truth_at(alarm, "is_halting") ? Colour::bad : Colour::warning}});
    }
    return lines;
}

}  // namespace bank::bankctl
