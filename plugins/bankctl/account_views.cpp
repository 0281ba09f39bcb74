// Views of accounts, their limits and holds, and transactions.
#include <algorithm>
#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "core/base/code.hpp"
#include "core/base/overflow.hpp"
#include "plugins/bankctl/result.hpp"
#include "plugins/bankctl/views.hpp"

namespace bank::bankctl {
namespace {

Cell account_state(dom::element account) {
    if (truth_at(account, "is_closed")) return {.text = "closed", .colour = Colour::faint};
    if (truth_at(account, "is_locked")) return {.text = "locked", .colour = Colour::bad};
    if (truth_at(account, "is_debit_frozen") || truth_at(account, "is_credit_frozen")) {
        return {.text = "frozen", .colour = Colour::bad};
    }
    return {.text = "open", .colour = Colour::good};
}

Cell frozen_cell(dom::element account) {
    auto const is_debit = truth_at(account, "is_debit_frozen");
    auto const is_credit = truth_at(account, "is_credit_frozen");
    if (!is_debit && !is_credit) return {.text = "no"};
    return {.text = is_debit && is_credit ? "debits and credits"
                    : is_debit            ? "debits"
                                          : "credits",
            .colour = Colour::bad};
}

Cell limit_at(dom::element limits, std::string_view name) {
    return units_of(limits, name) ? money_at(limits, name) : Cell{.text = "none"};
}

Cell account_limit(dom::element account, std::string_view name) {
    dom::element limits;
    if (account["limits"].get(limits) != simdjson::SUCCESS) return {};
    return limit_at(limits, name);
}

// The bank's own accounts have no limit: their available balance is a number for programs only.
Cell available_cell(dom::element account) {
    auto cell = money_at(account, "available");
    if (auto const kind = text_at(account, "kind"); kind.empty() || kind == "customer") return cell;
    return {.text = "-", .script = cell.script.empty() ? cell.text : cell.script};
}

Record account_record(dom::element account) {
    return {{{"id", number_cell(account, "id")},
             {"number", {.text = text_at(account, "account_no")}},
             {"name", {.text = text_at(account, "name")}},
             {"kind", {.text = text_at(account, "kind")}},
             {"owner", {.text = text_at(account, "owner")}},
             {"balance", money_at(account, "balance")},
             {"held", money_at(account, "held")},
             {"available", available_cell(account)},
             {"overdraft", money_at(account, "overdraft_limit")},
             {"minimum", money_at(account, "minimum_balance")},
             {"per_transfer", account_limit(account, "per_transfer")},
             {"per_day", account_limit(account, "per_day")},
             {"per_week", account_limit(account, "per_week")},
             {"per_month", account_limit(account, "per_month")},
             {"pin", yes_or_no(truth_at(account, "has_pin"))},
             {"state", account_state(account)},
             {"lock_reason", {.text = text_at(account, "lock_reason")}},
             {"frozen", frozen_cell(account)},
             {"freeze_reason", {.text = text_at(account, "freeze_reason")}},
             {"created", time_at(account, "created_at")}}};
}

// The remaining amount within a limit.
Cell left_cell(std::optional<std::int64_t> limit, std::int64_t spent, std::string_view currency) {
    if (!limit) return {};
    auto const left = std::max<std::int64_t>(checked_subtract(*limit, spent).value_or(0), 0);
    auto cell = money_cell(left, currency);
    if (left == 0) cell.colour = Colour::warning;
    return cell;
}

struct LimitRow {
    std::string_view title;
    std::string_view limit;  // Its field in "limits".
    std::string_view spent;  // Its field in "spending"; empty: the limit has no running total.
};

constexpr std::array<LimitRow, 4> limit_rows{{{"per_transfer", "per_transfer", ""},
                                              {"per_day", "per_day", "today"},
                                              {"per_week", "per_week", "this_week"},
                                              {"per_month", "per_month", "this_month"}}};

std::vector<Cell> limit_row(dom::element account, LimitRow const& row) {
    auto const currency = text_at(account, "currency");
    dom::element limits;
    dom::element spending;
    auto const has_limits = account["limits"].get(limits) == simdjson::SUCCESS;
    auto const has_spending = account["spending"].get(spending) == simdjson::SUCCESS;
    auto const limit = has_limits ? units_of(limits, row.limit) : std::nullopt;
    std::vector<Cell> cells{{.text = std::string{row.title}}, account_limit(account, row.limit)};
    if (row.spent.empty() || !has_spending) {
        cells.emplace_back();
        cells.emplace_back();
        return cells;
    }
    auto const spent = units_of(spending, row.spent).value_or(0);
    cells.push_back(money_cell(spent, currency));
    cells.push_back(left_cell(limit, spent, currency));
    return cells;
}

Record balance_record(dom::element balance) {
    return {{{"account", number_cell(balance, "account_id")},
             {"balance", money_at(balance, "balance")},
             {"entry", number_cell(balance, "entry_id")},
             {"at", time_at(balance, "at")}}};
}

Record entry_record(dom::element entry) {
    return {{{"id", number_cell(entry, "id")},
             {"transfer", number_cell(entry, "transfer_id")},
             {"time", time_at(entry, "created_at")},
             {"kind", {.text = text_at(entry, "kind")}},
             {"amount", money_at(entry, "amount")},
             {"balance", money_at(entry, "balance")},
             {"counterparty", {.text = text_at(entry, "counterparty_account_no")}},
             {"reference", {.text = text_at(entry, "reference")}}}};
}

Colour colour_of_hold(std::string_view state) {
    if (state == "open") return Colour::good;
    return state == "captured" ? Colour::none : Colour::faint;
}

Record hold_record(dom::element hold) {
    auto const state = text_at(hold, "state");
    return {{{"id", number_cell(hold, "id")},
             {"state", {.text = state, .colour = colour_of_hold(state)}},
             {"amount", money_at(hold, "amount")},
             {"captured", money_at(hold, "captured_amount")},
             {"debit", {.text = text_at(hold, "debit_account_no")}},
             {"credit", {.text = text_at(hold, "credit_account_no")}},
             {"created", time_at(hold, "created_at")},
             {"expires", time_at(hold, "expires_at")},
             {"settled_by", number_cell(hold, "settled_by")},
             {"reference", {.text = text_at(hold, "reference")}}}};
}

Record role_limits_record(dom::element limits) {
    auto const currency = text_at(limits, "currency");
    return {{{"role", {.text = text_at(limits, "role")}},
             {"currency", {.text = currency}},
             {"per_transfer", limit_at(limits, "per_transfer")},
             {"per_day", limit_at(limits, "per_day")},
             {"per_week", limit_at(limits, "per_week")},
             {"per_month", limit_at(limits, "per_month")}}};
}

// The meaning of a status; empty for posted.
Cell why_cell(std::string_view status) {
    auto const code = code_of(status);
    if (!code || *code == Code::posted) return {};
    return {.text = std::string{title(*code)}};
}

Record transfer_record(dom::element transfer) {
    auto const status = text_at(transfer, "status");
    return {
        {{"id", number_cell(transfer, "id")},
         {"kind", {.text = text_at(transfer, "kind")}},
         {"status", {.text = status, .colour = status == "posted" ? Colour::good : Colour::bad}},
         {"why", why_cell(status)},
         {"amount", money_at(transfer, "amount")},
         {"debit", {.text = text_at(transfer, "debit_account_no")}},
         {"credit", {.text = text_at(transfer, "credit_account_no")}},
         {"origin", number_cell(transfer, "origin_id")},
         {"reference", {.text = text_at(transfer, "reference")}},
         {"entry", number_cell(transfer, "entry_id")},
         {"created", time_at(transfer, "created_at")},
         {"expires", time_at(transfer, "expires_at")}}};
}

}  // namespace

std::string view_accounts(std::string_view result, Layout const& layout) {
    return list_view(result, layout, account_record,
                     {{"id", true},
                      {"number"},
                      {"balance", true},
                      {"available", true, 0, Narrow::drop},
                      {"state"},
                      {"kind", false, 0, Narrow::drop},
                      {"owner", false, 0, Narrow::cut},
                      {"name"}});
}

std::string view_account(std::string_view result, Layout const& layout) {
    return record_view(result, layout, account_record);
}

std::string view_limits(std::string_view result, Layout const& layout) {
    Json const json{result};
    if (!json.is_object()) return {};
    Table table{.columns = {{"limit"}, {"amount", true}, {"spent", true}, {"left", true}},
                .rows = {}};
    for (auto const& row : limit_rows) table.rows.push_back(limit_row(json.root(), row));
    table.rows.push_back(
        {{.text = "minimum_balance"}, money_at(json.root(), "minimum_balance"), {}, {}});
    return render(table, layout);
}

std::string view_balance(std::string_view result, Layout const& layout) {
    return record_view(result, layout, balance_record);
}

std::string view_history(std::string_view result, Layout const& layout) {
    return list_view(result, layout, entry_record,
                     {{"id", true, 0, Narrow::drop},
                      {"transfer", true},
                      {"time"},
                      {"kind", false, 0, Narrow::drop},
                      {"amount", true},
                      {"balance", true, 0, Narrow::drop},
                      {"counterparty", false, 0, Narrow::cut},
                      {"reference"}});
}

std::string view_holds(std::string_view result, Layout const& layout) {
    return list_view(result, layout, hold_record,
                     {{"id", true},
                      {"amount", true},
                      {"credit"},
                      {"created", false, 0, Narrow::drop_first},
                      {"expires", false, 0, Narrow::drop},
                      {"reference"}});
}

std::string view_hold(std::string_view result, Layout const& layout) {
    return record_view(result, layout, hold_record);
}

std::string view_role_limits(std::string_view result, Layout const& layout) {
    return list_view(result, layout, role_limits_record,
                     {{"role"},
                      {"currency", false, 0, Narrow::drop},
                      {"per_transfer", true},
                      {"per_day", true},
                      {"per_week", true},
                      {"per_month", true}});
}

std::string view_transfers(std::string_view result, Layout const& layout) {
    return list_view(result, layout, transfer_record,
                     {{"id", true},
                      {"created"},
                      {"kind", false, 0, Narrow::drop},
                      {"status"},
                      {"amount", true},
                      {"debit", false, 0, Narrow::drop_first},
                      {"credit", false, 0, Narrow::drop},
                      {"reference"}});
}

std::string view_transfer(std::string_view result, Layout const& layout) {
    return record_view(result, layout, transfer_record);
}

Exit exit_of_transfer(std::string_view result) {
    Json const json{result};
    if (!json.is_object()) return Exit::internal;
    return text_at(json.root(), "status") == "posted" ? Exit::ok : Exit::refused;
}

}  // namespace bank::bankctl
