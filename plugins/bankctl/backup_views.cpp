#include "plugins/bankctl/backup_views.hpp"

#include <fmt/format.h>

#include "plugins/bankctl/result.hpp"

namespace bank::bankctl {
namespace {

Cell size_cell(dom::element of) {
    auto const bytes = number_at(of, "size_bytes");
    return {fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6), std::to_string(bytes)};
}

Record backup_record(dom::element item) {
    auto const range =
        fmt::format("{} to {}", text_at(item, "wal_begin"), text_at(item, "wal_end"));
    auto const is_whole = truth_at(item, "is_whole");
    return {{{"BACKUP", {clean(text_at(item, "name"))}},
             {"ENDED", time_at(item, "ended_at")},
             {"SIZE", size_cell(item)},
             {"TIMELINE", number_cell(item, "timeline")},
             {"WAL", {clean(range)}},
             {"NEWEST POINT", time_at(item, "newest_point")},
             {"WHOLE", {is_whole ? "yes" : "no", {}, is_whole ? Colour::none : Colour::bad}}}};
}

Record made_record(dom::element item) {
    return {
        {{"BACKUP", {clean(text_at(item, "name"))}},
         {"ENDED", time_at(item, "ended_at")},
         {"SIZE", size_cell(item)},
         {"WAL",
          {clean(fmt::format("{} to {}", text_at(item, "wal_begin"), text_at(item, "wal_end")))}}}};
}

Cell audit_cell(dom::element of) {
    dom::element audit;
    if (of["audit"].get(audit) != simdjson::SUCCESS || audit.is_null()) {
        return {"not checked: pass --key", {}, Colour::warning};
    }
    auto const verdict = text_at(audit, "verdict");
    return {clean(verdict), {}, verdict == "consistent" ? Colour::good : Colour::bad};
}

Record verified_record(dom::element item) {
    auto const is_sound = truth_at(item, "is_sound");
    dom::element ledger;
    Record record;
    record.lines = {{"BACKUP", {clean(text_at(item, "backup"))}},
                    {"VALID", {is_sound ? "yes" : "no", {}, is_sound ? Colour::good : Colour::bad}},
                    {"REPLAYED TO", time_at(item, "replayed_to")},
                    {"WAL FILES", number_cell(item, "wal_files")}};
    if (item["ledger"].get(ledger) == simdjson::SUCCESS) {
        auto const ledger_sound = truth_at(ledger, "is_sound");
        record.lines.push_back({"LEDGER",
                                {ledger_sound ? "consistent" : "not consistent",
                                 {},
                                 ledger_sound ? Colour::good : Colour::bad}});
        record.lines.push_back({"ACCOUNTS", number_cell(ledger, "accounts")});
        record.lines.push_back({"TRANSFERS", number_cell(ledger, "transfers")});
        record.lines.push_back({"SEALED RECORDS", number_cell(ledger, "sealed")});
    }
    record.lines.push_back({"AUDIT LOG", audit_cell(item)});
    return record;
}

Record restored_record(dom::element item) {
    return {{{"BACKUP", {clean(text_at(item, "backup"))}},
             {"WANTED", {clean(text_at(item, "wanted"))}},
             {"REPLAYED TO", time_at(item, "replayed_to")},
             {"WAL FILES", number_cell(item, "wal_files")},
             {"DATA", {clean(text_at(item, "data_directory"))}},
             {"PREVIOUS DATA", {clean(text_at(item, "moved_aside"))}}}};
}

// The findings of the checks, one sentence per line.
std::string findings_of(dom::element of, std::string_view part, Layout const& layout) {
    dom::element inside;
    if (of[part].get(inside) != simdjson::SUCCESS || inside.is_null()) return {};
    std::string out;
    for (auto const finding : list_at(inside, "findings")) {
        std::string_view sentence;
        auto const text = finding.get(sentence) == simdjson::SUCCESS ? std::string{sentence}
                                                                     : text_at(finding, "text");
        out += painted(clean(text), Colour::bad, layout) + '\n';
    }
    return out;
}

}  // namespace

std::string view_backups(std::string_view result, Layout const& layout) {
    auto out = list_view(result, layout, backup_record,
                         {{"BACKUP"},
                          {"ENDED"},
                          {"SIZE", true},
                          {"TIMELINE", true, 0, Narrow::drop},
                          {"WAL", false, 0, Narrow::drop},
                          {"NEWEST POINT"},
                          {"WHOLE"}});
    Json const json{result};
    if (!json.is_object() || !layout.is_terminal) return out;
    if (truth_at(json.root(), "is_archiving_late")) {
        out += painted(fmt::format("WAL is not archived: {} files wait, one of them for more than "
                                   "five minutes. See journalctl -u bankd-postgres.",
                                   number_at(json.root(), "wal_waiting")),
                       Colour::bad, layout) +
               '\n';
    }
    return out;
}

std::string view_backup(std::string_view result, Layout const& layout) {
    return record_view(result, layout, made_record);
}

std::string view_verified(std::string_view result, Layout const& layout) {
    auto out = record_view(result, layout, verified_record);
    Json const json{result};
    if (!json.is_object() || !layout.is_terminal) return out;
    return out + findings_of(json.root(), "ledger", layout) +
           findings_of(json.root(), "audit", layout);
}

std::string view_restored(std::string_view result, Layout const& layout) {
    auto out = record_view(result, layout, restored_record);
    if (!layout.is_terminal) return out;
    return out +
           "Start bankd now. It serves after it has compared the audit log with the newest "
           "checkpoint\nof [audit] checkpoint_file.\n";
}

std::string view_accepted(std::string_view result, Layout const& layout) {
    return record_view(result, layout, [](dom::element item) -> Record {
        auto const missing = number_at(item, "accepted_missing");
        return {{{"MISSING", {missing == 0 ? "unknown" : std::to_string(missing)}},
                 {"REASON", {clean(text_at(item, "reason"))}}}};
    });
}

}  // namespace bank::bankctl
