#include "plugins/bankctl/views.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "plugins/bankctl/result.hpp"

namespace bank::bankctl {
namespace {

Cell password_cell(dom::element user) {
    auto const state = text_at(user, "password_state");
    if (state == "one_time") return {.text = "one-time", .colour = Colour::warning};
    return {.text = state, .colour = state == "expired" ? Colour::bad : Colour::none};
}

Cell state_cell(dom::element user) {
    auto const is_disabled = truth_at(user, "is_disabled");
    return {.text = is_disabled ? "disabled" : "active",
            .colour = is_disabled ? Colour::bad : Colour::none};
}

Record user_record(dom::element user) {
    return {{{"id", number_cell(user, "id")},
             {"name", {.text = text_at(user, "user_name")}},
             {"role", {.text = text_at(user, "role")}},
             {"state", state_cell(user)},
             {"password", password_cell(user)},
             {"password_expires", time_at(user, "password_expires_at")},
             {"created", time_at(user, "created_at")}}};
}

Record one_time_password_record(dom::element set) {
    dom::element user;
    if (set["user"].get(user) != simdjson::SUCCESS) return {};
    return {{{"name", {.text = text_at(user, "user_name")}},
             {"state", state_cell(user)},
             {"one_time_password", {.text = text_at(set, "password")}},
             {"expires", time_at(user, "password_expires_at")}}};
}

Record session_record(dom::element session) {
    return {{{"id", number_cell(session, "id")},
             {"user", {.text = text_at(session, "user_name")}},
             {"ip", {.text = text_at(session, "ip")}},
             {"created", time_at(session, "created_at")},
             {"expires", time_at(session, "expires_at")},
             {"user_agent", {.text = text_at(session, "user_agent")}}}};
}

// "16 -> 20  12.50 EUR" for a transaction, else "key value, key value".
std::string details_text(dom::element item) {
    dom::object details;
    if (item["details"].get(details) != simdjson::SUCCESS) return {};
    auto const element = item["details"].value();
    std::string out;
    auto const debit = number_at(element, "debit_account_id");
    auto const credit = number_at(element, "credit_account_id");
    auto const moved = debit != 0 && credit != 0;
    if (moved) {
        auto const money = money_cell(number_at(element, "amount"), text_at(element, "currency"));
        out = fmt::format("{} -> {}  {}", debit, credit, money.text);
    }
    for (auto const [name, value] : details) {
        auto const is_told = name == "debit_account_id" || name == "credit_account_id" ||
                             name == "amount" || name == "currency";
        if (moved && is_told) continue;
        std::string_view text;
        auto const is_text = value.get(text) == simdjson::SUCCESS;
        out += fmt::format("{}{} {}", out.empty() ? "" : ", ", name,
                           is_text ? std::string{text} : std::string{simdjson::minify(value)});
    }
    return out;
}

// On a narrower terminal the details include the outcome, and only if it is a failure.
constexpr std::size_t audit_width_min = 110;

std::string audit_view(std::string_view result, Layout const& layout, bool has_header) {
    Json const json{result};
    if (!json.is_object()) return {};
    auto const is_narrow =
        layout.is_terminal && layout.width != 0 && layout.width < audit_width_min;
    // Widths that suit most records, so that later output has the same columns.
    Table table{.columns = {{"id", true, is_narrow ? 4U : 6U},
                            {"time", false, is_narrow ? 19U : 20U},
                            {"actor", false, is_narrow ? 6U : 12U, Narrow::cut},
                            {"action", false, is_narrow ? 10U : 15U, Narrow::cut}},
                .rows = {},
                .has_header = has_header,
                .wraps_last = true};
    if (!is_narrow) {
        table.columns.push_back({"outcome", false, 12});
        table.columns.push_back({"ip", false, 9});
    }
    table.columns.push_back({"details", false, is_narrow ? 24U : 16U});
    for (auto const item : list_at(json.root(), "items")) {
        auto const outcome = text_at(item, "outcome");
        auto const is_good = outcome == "ok" || outcome == "posted";
        auto const colour = is_good ? Colour::none : Colour::warning;
        auto time = time_at(item, "created_at");
        Cell details{.text = details_text(item), .script = minified(item, "details")};
        if (is_narrow) {
            if (time.text.ends_with('Z')) time.text.pop_back();
            if (!is_good) details.text.insert(0, outcome + (details.text.empty() ? "" : ": "));
            details.colour = colour;
        }
        std::vector<Cell> row{number_cell(item, "id"),
                              std::move(time),
                              {.text = text_at(item, "actor")},
                              {.text = text_at(item, "action")}};
        if (!is_narrow) {
            row.push_back({.text = outcome, .colour = colour});
            row.push_back({.text = text_at(item, "ip")});
        }
        row.push_back(std::move(details));
        table.rows.push_back(std::move(row));
    }
    if (!has_header && table.rows.empty()) return {};
    return render(table, layout);
}

Colour colour_of(std::string_view readiness) {
    if (readiness == "ready") return Colour::good;
    return readiness == "starting" || readiness == "draining" ? Colour::warning : Colour::bad;
}

void add_bank(Record& record, dom::element status) {
    auto const undelivered = number_at(status, "audit_undelivered");
    auto& lines = record.lines;
    lines.push_back({"version", {.text = text_at(status, "version")}});
    lines.push_back({"since", time_at(status, "started_at")});
    lines.push_back({"schema", number_cell(status, "schema_version")});
    lines.push_back({"posted", number_cell(status, "transfers_posted")});
    lines.push_back({"refused", number_cell(status, "transfers_refused")});
    lines.push_back({"batches", number_cell(status, "batches")});
    lines.push_back({"queued", number_cell(status, "queue_depth")});
    lines.push_back({"lanes", number_cell(status, "lanes")});
    lines.push_back(
        {"connections",
         {.text = fmt::format("{} of {} busy", number_at(status, "database_connections_busy"),
                              number_at(status, "database_connections")),
          .script = fmt::format("{}/{}", number_at(status, "database_connections_busy"),
                                number_at(status, "database_connections"))}});
    lines.push_back({"audit_undelivered",
                     {.text = std::to_string(undelivered),
                      .colour = undelivered > 0 ? Colour::warning : Colour::none}});
    auto const lag_ms = number_at(status, "audit_sealing_lag_ms");
    lines.push_back({"audit_sealing_lag",
                     {.text = fmt::format("{} ms", lag_ms),
                      .script = std::to_string(lag_ms),
                      .colour = lag_ms > 5000 ? Colour::warning : Colour::none}});
}

// A count that should be 0.
Cell count_cell(dom::element from, std::string_view name, Colour if_any) {
    auto cell = number_cell(from, name);
    if (number_at(from, name) > 0) cell.colour = if_any;
    return cell;
}

std::string front_ends_of(dom::element status, bool is_up) {
    std::string names;
    dom::object front_ends;
    if (status["front_ends"].get(front_ends) != simdjson::SUCCESS) return names;
    for (auto const [name, up] : front_ends) {
        bool value = false;
        if (up.get(value) != simdjson::SUCCESS || value != is_up) continue;
        names += (names.empty() ? "" : ", ") + clean(name);
    }
    return names;
}

void add_figures(Record& record, dom::element status) {
    auto& lines = record.lines;
    lines.push_back({"requests", number_cell(status, "requests")});
    lines.push_back({"faults", count_cell(status, "faults", Colour::bad)});
    auto const p99_us = number_at(status, "transfer_p99_us");
    lines.push_back(
        {"transfer_p99",
         {.text =
              p99_us == 0 ? "-" : fmt::format("within {} ms", static_cast<double>(p99_us) / 1000),
          .script = std::to_string(p99_us),
          .colour = p99_us > 1'000'000 ? Colour::warning : Colour::none}});
    lines.push_back({"lockouts", count_cell(status, "lockouts", Colour::warning)});
    lines.push_back({"throttled", count_cell(status, "throttled", Colour::warning)});
    lines.push_back(
        {"connections_refused", count_cell(status, "connections_refused", Colour::warning)});
    lines.push_back({"operations_refused", count_cell(status, "operations_refused", Colour::bad)});
    lines.push_back({"ledger_alarms", count_cell(status, "ledger_alarms", Colour::bad)});
    auto const down = front_ends_of(status, false);
    auto const up = front_ends_of(status, true);
    lines.push_back({"front_ends_up", {.text = up.empty() ? "none" : up, .script = up}});
    lines.push_back({"front_ends_down",
                     {.text = down.empty() ? "none" : down,
                      .script = down,
                      .colour = down.empty() ? Colour::none : Colour::bad}});
}

Record status_record(dom::element status) {
    auto const readiness = text_at(status, "readiness");
    Record record{{{"state", {.text = readiness, .colour = colour_of(readiness)}}}};
    if (status["version"].error() == simdjson::SUCCESS) add_bank(record, status);
    if (status["requests"].error() == simdjson::SUCCESS) add_figures(record, status);
    return record;
}
Record revoked_record(dom::element session) {
    return {{{"id", number_cell(session, "id")}, {"state", {.text = "ended"}}}};
}

Record archive_record(dom::element archive) {
    return {{{"first record", number_cell(archive, "first")},
             {"record after the last", number_cell(archive, "end")},
             {"SHA-256", {.text = text_at(archive, "sha256")}}}};
}

std::string lines_of(std::vector<dom::element> const& list, Colour colour, Layout const& layout) {
    std::string out;
    for (auto const item : list) {
        std::string_view text;
        if (item.get(text) != simdjson::SUCCESS) continue;
        out += painted(clean(text), colour, layout) + '\n';
    }
    return out;
}

}  // namespace

std::string view_status(std::string_view result, Layout const& layout) {
    Json const json{result};
    if (!json.is_object()) return {};
    auto record = status_record(json.root());
    auto const alarms = alarm_lines(json.root(), layout);
    // The columns for programs keep their places.
    auto const place = layout.is_terminal ? record.lines.begin() + 1 : record.lines.end();
    record.lines.insert(place, alarms.begin(), alarms.end());
    return render(record, layout);
}

std::string view_users(std::string_view result, Layout const& layout) {
    return list_view(result, layout, user_record,
                     {{"id", true},
                      {"name", false, 0, Narrow::cut},
                      {"role"},
                      {"state"},
                      {"password"},
                      {"created", false, 20}});
}

std::string view_user(std::string_view result, Layout const& layout) {
    return record_view(result, layout, user_record);
}

std::string view_one_time_password(std::string_view result, Layout const& layout) {
    return record_view(result, layout, one_time_password_record);
}

std::string view_receipt(std::string_view result, Layout const&) {
    return clean_json(result) + '\n';
}

bool is_pending_receipt(std::string_view result) {
    Json const json{result};
    return json.is_object() && text_at(json.root(), "status") == "pending";
}

std::string view_audit(std::string_view result, Layout const& layout) {
    return audit_view(result, layout, true);
}

std::string view_more_audit(std::string_view result, Layout const& layout) {
    return audit_view(result, layout, false);
}

std::string view_ledger(std::string_view result, Layout const& layout) {
    Json const json{result};
    if (!json.is_object()) return {};
    auto const root = json.root();
    auto const is_sound = truth_at(root, "is_sound");
    Table sums{.columns = {{"currency"}, {"sum of entries", true}, {"sum of balances", true}},
               .rows = {}};
    for (auto const sum : list_at(root, "sums")) {
        auto const code = text_at(sum, "currency");
        auto const cell = [&](std::string_view name) {
            auto made = money_at(sum, name);
            made.colour = units_of(sum, name) == 0 ? Colour::good : Colour::bad;
            return made;
        };
        sums.rows.push_back({{.text = code}, cell("entries"), cell("balances")});
    }
    Record const summary{{{"ledger",
                           {.text = is_sound ? "consistent" : "NOT CONSISTENT",
                            .script = is_sound ? "sound" : "not_sound",
                            .colour = is_sound ? Colour::good : Colour::bad}},
                          {"accounts", number_cell(root, "accounts")},
                          {"transfers", number_cell(root, "transfers")},
                          {"entries", number_cell(root, "entries")}}};
    auto out = render(summary, layout);
    if (!sums.rows.empty()) out += "\n" + render(sums, layout);
    auto const findings = lines_of(list_at(root, "findings"), Colour::bad, layout);
    if (!findings.empty()) out += "\n" + findings;
    return out;
}

std::string view_schema(std::string_view result, Layout const& layout) {
    Json const json{result};
    if (!json.is_object()) return {};
    auto const root = json.root();
    auto const is_as_built = truth_at(root, "is_as_built");
    Record const summary{{{"schema",
                           {.text = is_as_built ? "as built" : "ALTERED",
                            .script = is_as_built ? "as_built" : "altered",
                            .colour = is_as_built ? Colour::good : Colour::bad}},
                          {"objects", number_cell(root, "objects")},
                          {"differences", number_cell(root, "difference_count")}}};
    auto out = render(summary, layout);
    for (auto const item : list_at(root, "differences")) {
        auto const expected = text_at(item, "expected");
        auto const found = text_at(item, "found");
        auto const colour = truth_at(item, "is_grave") ? Colour::bad : Colour::warning;
        auto const* const verdict = expected.empty() ? "should not exist"
                                    : found.empty()  ? "is missing"
                                                     : "differs";
        out +=
            "\n" + painted(clean(text_at(item, "object")) + ": " + verdict, colour, layout) + "\n";
        if (!expected.empty()) out += "  expected  " + clean(expected) + "\n";
        if (!found.empty()) out += "  found     " + clean(found) + "\n";
    }
    return out;
}

std::string view_sessions(std::string_view result, Layout const& layout) {
    return list_view(result, layout, session_record,
                     {{"id", true},
                      {"user", false, 0, Narrow::drop},
                      {"ip"},
                      {"created"},
                      {"expires", false, 0, Narrow::drop},
                      {"user_agent"}});
}

std::string view_revoked(std::string_view result, Layout const& layout) {
    return record_view(result, layout, revoked_record);
}

std::string view_archive(std::string_view result, Layout const& layout) {
    return record_view(result, layout, archive_record);
}

std::string view_text(std::string_view result, Layout const&) {
    Json const json{result};
    if (!json.is_object()) return {};
    auto const text = text_at(json.root(), "text");
    std::string out;
    for (std::string_view rest = text; !rest.empty();) {
        auto const line = rest.substr(0, rest.find('\n'));
        out += clean(line) + '\n';
        rest.remove_prefix(std::min(line.size() + 1, rest.size()));
    }
    return out;
}

std::string view_configuration_findings(std::string_view result, Layout const& layout) {
    Json const json{result};
    if (!json.is_object()) return {};
    auto const notes = lines_of(list_at(json.root(), "notes"), Colour::warning, layout);
    auto const findings = lines_of(list_at(json.root(), "findings"), Colour::none, layout);
    if (!findings.empty()) return notes + findings;
    return notes + painted("The configuration files are valid.", Colour::good, layout) + '\n';
}

Exit exit_of_status(std::string_view result) {
    Json const json{result};
    if (!json.is_object()) return Exit::internal;
    auto const readiness = text_at(json.root(), "readiness");
    if (readiness == "ready") return Exit::ok;
    bool const needs_help = readiness == "schema_mismatch" || readiness == "halted";
    return needs_help ? Exit::refused : Exit::try_later;
}

Exit exit_of_ledger(std::string_view result) {
    Json const json{result};
    if (!json.is_object()) return Exit::internal;
    return truth_at(json.root(), "is_sound") ? Exit::ok : Exit::refused;
}

Exit exit_of_schema(std::string_view result) {
    Json const json{result};
    if (!json.is_object()) return Exit::internal;
    return truth_at(json.root(), "is_as_built") ? Exit::ok : Exit::refused;
}

Exit exit_of_configuration(std::string_view result) {
    Json const json{result};
    if (!json.is_object()) return Exit::internal;
    return truth_at(json.root(), "is_valid") ? Exit::ok : Exit::refused;
}

}  // namespace bank::bankctl
