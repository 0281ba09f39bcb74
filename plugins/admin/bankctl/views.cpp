#include "plugins/admin/bankctl/views.hpp"

#include <fmt/format.h>
#include <simdjson.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "core/base/time.hpp"
#include "core/money/money.hpp"

namespace bank::bankctl {
namespace {

namespace dom = simdjson::dom;

// A result, read once. A field that is not there or of another type is empty, 0 or false.
class Json {
public:
    explicit Json(std::string_view text) {
        dom::element parsed;
        if (parser_.parse(text.data(), text.size()).get(parsed) != simdjson::SUCCESS) return;
        root_ = parsed;
        is_object_ = parsed.type() == dom::element_type::OBJECT;
    }
    [[nodiscard]] dom::element root() const { return root_; }
    [[nodiscard]] bool is_object() const { return is_object_; }

private:
    dom::parser parser_;
    dom::element root_;
    bool is_object_ = false;
};

std::string text_at(dom::element of, std::string_view name) {
    std::string_view text;
    if (of[name].get(text) != simdjson::SUCCESS) return {};
    return std::string{text};
}

std::int64_t number_at(dom::element of, std::string_view name) {
    std::int64_t number = 0;
    return of[name].get(number) == simdjson::SUCCESS ? number : 0;
}

bool truth_at(dom::element of, std::string_view name) {
    bool truth = false;
    return of[name].get(truth) == simdjson::SUCCESS && truth;
}

std::vector<dom::element> list_at(dom::element of, std::string_view name) {
    dom::array list;
    if (of[name].get(list) != simdjson::SUCCESS) return {};
    return {list.begin(), list.end()};
}

Cell number_cell(dom::element of, std::string_view name) {
    std::int64_t number = 0;
    if (of[name].get(number) != simdjson::SUCCESS) return {};
    return {.text = std::to_string(number)};
}

Cell money_cell(std::int64_t amount, std::string_view code) {
    auto const currency = money::parse_currency(code);
    if (!currency) return {.text = fmt::format("{} minor units of {}", amount, code)};
    auto plain = money::to_string({.amount = amount, .currency = *currency});
    return {.text = grouped(plain),
            .script = plain,
            .colour = amount < 0 ? Colour::warning : Colour::none};
}

Cell money_at(dom::element of, std::string_view name) {
    dom::element money;
    if (of[name].get(money) != simdjson::SUCCESS) return {};
    return money_cell(number_at(money, "amount"), text_at(money, "currency"));
}

// Seconds are enough for people; programs get all of it.
Cell time_at(dom::element of, std::string_view name) {
    auto full = text_at(of, name);
    if (full.size() < 19) return {.text = std::move(full)};
    auto brief = full.substr(0, 19) + 'Z';
    brief[10] = ' ';
    return {.text = std::move(brief), .script = std::move(full)};
}

Cell yes_or_no(bool is_yes) {
    return {.text = is_yes ? "yes" : "no"};
}

std::string minified(dom::element of, std::string_view name) {
    dom::element value;
    if (of[name].get(value) != simdjson::SUCCESS) return {};
    std::string text = simdjson::minify(value);
    return text == "{}" ? std::string{} : text;
}

Record user_record(dom::element user) {
    auto const is_disabled = truth_at(user, "is_disabled");
    return {{{"id", number_cell(user, "id")},
             {"name", {.text = text_at(user, "user_name")}},
             {"role", {.text = text_at(user, "role")}},
             {"state",
              {.text = is_disabled ? "disabled" : "active",
               .colour = is_disabled ? Colour::bad : Colour::none}},
             {"created", time_at(user, "created_at")}}};
}

Cell account_state(dom::element account) {
    if (truth_at(account, "is_closed")) return {.text = "closed", .colour = Colour::faint};
    if (truth_at(account, "is_locked")) return {.text = "locked", .colour = Colour::bad};
    return {.text = "open", .colour = Colour::good};
}

Record account_record(dom::element account) {
    return {{{"id", number_cell(account, "id")},
             {"number", {.text = text_at(account, "account_no")}},
             {"name", {.text = text_at(account, "name")}},
             {"kind", {.text = text_at(account, "kind")}},
             {"owner", {.text = text_at(account, "owner")}},
             {"balance", money_at(account, "balance")},
             {"available", money_at(account, "available")},
             {"overdraft", money_at(account, "overdraft_limit")},
             {"pin", yes_or_no(truth_at(account, "has_pin"))},
             {"state", account_state(account)},
             {"lock_reason", {.text = text_at(account, "lock_reason")}},
             {"created", time_at(account, "created_at")}}};
}

// One row for each item, one column for each line of its record that is in `titles`.
using ToRecord = Record (*)(dom::element);
std::string list_view(std::string_view result, Layout const& layout, ToRecord to_record,
                      std::vector<Column> columns) {
    Json const json{result};
    if (!json.is_object()) return {};
    Table table{.columns = std::move(columns), .rows = {}};
    for (auto const item : list_at(json.root(), "items")) {
        auto record = to_record(item);
        std::vector<Cell> row;
        for (auto const& column : table.columns) {
            for (auto& line : record.lines) {
                if (line.title == column.title) row.push_back(std::move(line.cell));
            }
        }
        table.rows.push_back(std::move(row));
    }
    return render(table, layout);
}

std::string record_view(std::string_view result, Layout const& layout, ToRecord to_record) {
    Json const json{result};
    return json.is_object() ? render(to_record(json.root()), layout) : std::string{};
}

Record session_record(dom::element session) {
    return {{{"id", number_cell(session, "id")},
             {"user", {.text = text_at(session, "user_name")}},
             {"ip", {.text = text_at(session, "ip")}},
             {"created", time_at(session, "created_at")},
             {"expires", time_at(session, "expires_at")},
             {"user_agent", {.text = text_at(session, "user_agent")}}}};
}

Record transfer_record(dom::element transfer) {
    auto const status = text_at(transfer, "status");
    return {
        {{"id", number_cell(transfer, "id")},
         {"kind", {.text = text_at(transfer, "kind")}},
         {"status", {.text = status, .colour = status == "posted" ? Colour::good : Colour::bad}},
         {"amount", money_at(transfer, "amount")},
         {"debit", {.text = text_at(transfer, "debit_account_no")}},
         {"credit", {.text = text_at(transfer, "credit_account_no")}},
         {"reference", {.text = text_at(transfer, "reference")}},
         {"entry", number_cell(transfer, "entry_id")},
         {"created", time_at(transfer, "created_at")}}};
}

std::string audit_view(std::string_view result, Layout const& layout, bool has_header) {
    Json const json{result};
    if (!json.is_object()) return {};
    // Widths that suit most records, so that what follows later stands in the same columns.
    Table table{.columns = {{"id", true, 6},
                            {"time", false, 20},
                            {"actor", false, 12},
                            {"action", false, 15},
                            {"outcome", false, 12},
                            {"ip", false, 9},
                            {"details"}},
                .rows = {},
                .has_header = has_header};
    for (auto const item : list_at(json.root(), "items")) {
        auto const outcome = text_at(item, "outcome");
        auto const is_good = outcome == "ok" || outcome == "posted";
        table.rows.push_back({number_cell(item, "id"),
                              time_at(item, "timestamp"),
                              {.text = text_at(item, "actor")},
                              {.text = text_at(item, "action")},
                              {.text = outcome, .colour = is_good ? Colour::none : Colour::warning},
                              {.text = text_at(item, "ip")},
                              {.text = minified(item, "details")}});
    }
    if (!has_header && table.rows.empty()) return {};
    return render(table, layout);
}

Colour colour_of(std::string_view readiness) {
    if (readiness == "ready") return Colour::good;
    return readiness == "starting" || readiness == "draining" ? Colour::warning : Colour::bad;
}

Record status_record(dom::element status) {
    auto const readiness = text_at(status, "readiness");
    Record record{{{"state", {.text = readiness, .colour = colour_of(readiness)}}}};
    if (status["version"].error() != simdjson::SUCCESS) return record;
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
    return record;
}

Record revoked_record(dom::element session) {
    return {{{"id", number_cell(session, "id")}, {"state", {.text = "ended"}}}};
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

std::string grouped(std::string_view money) {
    auto const first = money.find_first_of("0123456789");
    if (first == std::string_view::npos) return std::string{money};
    auto const end = std::min(money.find_first_not_of("0123456789", first), money.size());
    std::string out{money.substr(0, first)};
    for (auto i = first; i < end; ++i) {
        if (i > first && (end - i) % 3 == 0) out += ',';
        out += money[i];
    }
    return out += money.substr(end);
}

std::string view_status(std::string_view result, Layout const& layout) {
    return record_view(result, layout, status_record);
}

std::string view_users(std::string_view result, Layout const& layout) {
    return list_view(result, layout, user_record,
                     {{"id", true}, {"name"}, {"role"}, {"state"}, {"created"}});
}

std::string view_user(std::string_view result, Layout const& layout) {
    return record_view(result, layout, user_record);
}

std::string view_accounts(std::string_view result, Layout const& layout) {
    return list_view(result, layout, account_record,
                     {{"id", true},
                      {"number"},
                      {"balance", true},
                      {"available", true},
                      {"state"},
                      {"kind"},
                      {"owner"},
                      {"name"}});
}

std::string view_account(std::string_view result, Layout const& layout) {
    return record_view(result, layout, account_record);
}

std::string view_transfer(std::string_view result, Layout const& layout) {
    return record_view(result, layout, transfer_record);
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
            auto made = money_cell(number_at(sum, name), code);
            made.colour = number_at(sum, name) == 0 ? Colour::good : Colour::bad;
            return made;
        };
        sums.rows.push_back({{.text = code}, cell("entries"), cell("balances")});
    }
    Record const summary{{{"ledger",
                           {.text = is_sound ? "sound" : "NOT SOUND",
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

std::string view_sessions(std::string_view result, Layout const& layout) {
    return list_view(result, layout, session_record,
                     {{"id", true}, {"user"}, {"ip"}, {"created"}, {"expires"}, {"user_agent"}});
}

std::string view_revoked(std::string_view result, Layout const& layout) {
    return record_view(result, layout, revoked_record);
}

std::string view_configuration(std::string_view result, Layout const&) {
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
    auto const findings = lines_of(list_at(json.root(), "findings"), Colour::none, layout);
    return findings.empty()
               ? painted("The configuration files are in order.", Colour::good, layout) + '\n'
               : findings;
}

Exit judge_status(std::string_view result) {
    Json const json{result};
    if (!json.is_object()) return Exit::internal;
    auto const readiness = text_at(json.root(), "readiness");
    if (readiness == "ready") return Exit::ok;
    return readiness == "schema_mismatch" ? Exit::refused : Exit::try_later;
}

Exit judge_ledger(std::string_view result) {
    Json const json{result};
    if (!json.is_object()) return Exit::internal;
    return truth_at(json.root(), "is_sound") ? Exit::ok : Exit::refused;
}

Exit judge_configuration(std::string_view result) {
    Json const json{result};
    if (!json.is_object()) return Exit::internal;
    return truth_at(json.root(), "is_valid") ? Exit::ok : Exit::refused;
}

}  // namespace bank::bankctl
