#include "plugins/bankctl/import_check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

#include "core/base/code.hpp"
#include "core/base/json_writer.hpp"
#include "core/base/overflow.hpp"
#include "plugins/bankctl/run.hpp"
#include "plugins/bankctl/views.hpp"

namespace bank::bankctl {
namespace {

namespace wire = admin::wire;

constexpr std::string_view depends_on_line = "depends_on_line";
constexpr std::string_view link_the_two = "Link the two lines if the order must be kept.";
constexpr std::size_t shown_max = 100;  // Findings on a terminal.

void see(std::size_t& first, std::size_t line) {
    if (first == 0) first = line;
}

}  // namespace

void ImportCheck::add(FileItem const& item) {
    for (auto const& transfer : item.item.transfers) {
        if (transfer.origin_id != 0) {
            ++unchecked_;
            continue;
        }
        if (!transfer.debit_account_no.empty()) {
            auto& use = accounts_[transfer.debit_account_no][transfer.currency];
            see(use.line, item.line);
            see(use.debit_line, item.line);
            use.last_debit_line = item.line;
            use.debits = checked_add(use.debits, transfer.amount)
                             .value_or(std::numeric_limits<std::int64_t>::max());
            use.net = checked_subtract(use.net, transfer.amount)
                          .value_or(std::numeric_limits<std::int64_t>::min());
            use.net_min = std::min(use.net_min, use.net);
        }
        if (!transfer.credit_account_no.empty()) {
            auto& use = accounts_[transfer.credit_account_no][transfer.currency];
            see(use.line, item.line);
            see(use.credit_line, item.line);
            if (transfer.kind != "hold") {
                use.net = checked_add(use.net, transfer.amount)
                              .value_or(std::numeric_limits<std::int64_t>::max());
            }
        }
    }
}

std::variant<std::monostate, Failure> ImportCheck::ask(Client& client) {
    std::vector<std::string> some;
    for (auto const& account : accounts_) {
        some.push_back(account.first);
        if (some.size() < wire::lookup_accounts_max) continue;
        auto asked = ask_about(client, some);
        if (std::holds_alternative<Failure>(asked)) return asked;
        some.clear();
    }
    if (!some.empty()) {
        auto asked = ask_about(client, some);
        if (std::holds_alternative<Failure>(asked)) return asked;
    }
    std::stable_sort(findings_.begin(), findings_.end(),
                     [](auto const& a, auto const& b) { return a.line < b.line; });
    return std::monostate{};
}

std::variant<std::monostate, Failure> ImportCheck::ask_about(
    Client& client, std::vector<std::string> const& account_nos) {
    wire::Arguments arguments;
    arguments.set("account_nos", fmt::format("{}", fmt::join(account_nos, ",")));
    auto const outcome = client.call("account lookup", arguments);
    if (auto const* failure = std::get_if<Failure>(&outcome)) return *failure;
    auto const& reply = *std::get_if<wire::Reply>(&outcome);
    if (!reply.is_ok) {
        return Failure{exit_of(reply), fmt::format("{} [{}]", reply.title, reply.code_word),
                       reply.message};
    }
    Json const json{reply.result};
    auto const answers =
        json.is_object() ? list_at(json.root(), "items") : std::vector<dom::element>{};
    if (answers.size() != account_nos.size()) {
        return Failure{Exit::internal, "bankd's answer does not match the request.", {}};
    }
    for (std::size_t i = 0; i < answers.size(); ++i) compare(account_nos[i], answers[i]);
    return std::monostate{};
}

void ImportCheck::compare(std::string const& account_no, dom::element account) {
    auto const found = accounts_.find(account_no);
    if (found == accounts_.end()) return;
    for (auto const& [currency, use] : found->second) {
        compare_use(account_no, currency, use, account);
    }
}

void ImportCheck::compare_use(std::string const& account_no, std::string const& currency,
                              Use const& use, dom::element account) {
    auto const is_debited = use.debit_line != 0;
    auto const is_credited = use.credit_line != 0;
    auto const find = [&](std::size_t line, Code code) {
        findings_.push_back({.line = line,
                             .account_no = account_no,
                             .code = std::string{word(code)},
                             .currency = currency});
    };
    if (account.type() != dom::element_type::OBJECT) {
        return find(use.line,
                    is_debited ? Code::debit_account_not_found : Code::credit_account_not_found);
    }
    if (text_at(account, "currency") != currency) return find(use.line, Code::currency_mismatch);
    if (truth_at(account, "is_closed")) {
        return find(use.line,
                    is_debited ? Code::debit_account_closed : Code::credit_account_closed);
    }
    if (is_debited && truth_at(account, "is_locked")) {
        find(use.debit_line, Code::debit_account_locked);
    }
    if (is_debited && truth_at(account, "is_debit_frozen")) {
        find(use.debit_line, Code::debit_account_frozen);
    }
    if (is_credited && truth_at(account, "is_credit_frozen")) {
        find(use.credit_line, Code::credit_account_frozen);
    }
    // The bank's own accounts may have a negative balance.
    dom::element available;
    auto const is_customers = text_at(account, "kind") == "customer";
    if (!is_debited || !is_customers || account["available"].get(available) != simdjson::SUCCESS) {
        return;
    }
    auto const amount = number_at(available, "amount");
    if (use.debits <= amount) return;
    find(use.debit_line, Code::insufficient_funds);
    auto& finding = findings_.back();
    finding.needed = use.debits;
    finding.available = amount;
    if (!checked_add(amount, use.net_min) || amount + use.net_min < 0) return;
    finding.line = use.last_debit_line;
    finding.code = depends_on_line;
    finding.depends_on = use.credit_line;
}

bool ImportCheck::is_postable() const {
    return std::all_of(findings_.begin(), findings_.end(),
                       [](CheckFinding const& finding) { return finding.depends_on != 0; });
}

std::string view_check(ImportCheck const& check, Survey const& survey, Layout const& layout) {
    auto const& findings = check.findings();
    auto const number = [](std::size_t value) {
        return Cell{.text = grouped(std::to_string(value)), .script = std::to_string(value)};
    };
    auto const is_good = check.is_postable();
    Record const record{{{"items", number(survey.items)},
                         {"transfers", number(survey.transfers)},
                         {"accounts", number(check.accounts())},
                         {"unchecked", number(check.unchecked())},
                         {"findings",
                          {.text = std::to_string(findings.size()),
                           .colour = is_good ? Colour::good : Colour::bad}}}};
    Table table{.columns = {{"line", true},
                            {"account"},
                            {"finding"},
                            {"needed", true},
                            {"available", true},
                            {"what to do", false, 0, Narrow::drop}},
                .rows = {},
                .wraps_last = true};
    for (auto const& finding : findings) {
        if (layout.is_terminal && table.rows.size() == shown_max) break;
        auto const has_amounts = finding.needed != 0;
        auto const code = code_of(finding.code);
        auto const depends = finding.depends_on != 0;
        table.rows.push_back(
            {{.text = std::to_string(finding.line)},
             {.text = finding.account_no},
             {.text =
                  depends ? fmt::format("depends on line {}", finding.depends_on) : finding.code,
              .colour = depends ? Colour::warning : Colour::bad},
             has_amounts ? money_cell(finding.needed, finding.currency) : Cell{},
             has_amounts ? money_cell(finding.available, finding.currency) : Cell{},
             {.text = std::string{code ? what_to_do(*code) : link_the_two}}});
    }
    auto out = render(record, layout);
    if (!table.rows.empty()) out += "\n" + render(table, layout);
    if (table.rows.size() < findings.size()) {
        out += fmt::format("and {} more; --json lists all\n", findings.size() - table.rows.size());
    }
    return out;
}

std::string check_json(ImportCheck const& check, Survey const& survey) {
    JsonWriter json;
    auto const member = [&json](std::string_view name, std::size_t value) {
        json.key(name).number(std::uint64_t{value});
    };
    json.begin_object();
    member("items", survey.items);
    member("transfers", survey.transfers);
    member("accounts", check.accounts());
    member("unchecked", check.unchecked());
    json.key("findings").begin_array();
    for (auto const& finding : check.findings()) {
        json.begin_object();
        member("line", finding.line);
        json.key("account_no").text(finding.account_no);
        json.key("code").text(finding.code);
        json.key("currency").text(finding.currency);
        if (finding.needed != 0) {
            json.key("needed").text(std::to_string(finding.needed));
            json.key("available").text(std::to_string(finding.available));
        }
        if (finding.depends_on != 0) member("depends_on", finding.depends_on);
        json.end_object();
    }
    json.end_array().end_object();
    return std::move(json).take();
}

}  // namespace bank::bankctl
