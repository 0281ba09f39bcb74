#include "plugins/bankctl/result.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/text.hpp"
#include "core/money/money.hpp"
#include "plugins/bankctl/views.hpp"

namespace bank::bankctl {

std::string text_at(dom::element of, std::string_view name) {
    std::string_view text;
    if (of[name].get(text) != simdjson::SUCCESS) return {};
    return std::string{text};
}

std::optional<std::int64_t> find_number(dom::element of, std::string_view name) {
    std::int64_t number = 0;
    if (of[name].get(number) == simdjson::SUCCESS) return number;
    std::string_view digits;
    if (of[name].get(digits) != simdjson::SUCCESS) return std::nullopt;
    return parse_int64(digits);
}

std::int64_t number_at(dom::element of, std::string_view name) {
    return find_number(of, name).value_or(0);
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
    auto const number = find_number(of, name);
    if (!number) return {};
    return {.text = std::to_string(*number)};
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
    if (of[name].get(money) != simdjson::SUCCESS || money.is_null()) return {};
    return money_cell(number_at(money, "amount"), text_at(money, "currency"));
}

std::optional<std::int64_t> units_of(dom::element of, std::string_view name) {
    dom::element money;
    if (of[name].get(money) != simdjson::SUCCESS || money.is_null()) return std::nullopt;
    return find_number(money, "amount");
}

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

}  // namespace bank::bankctl
