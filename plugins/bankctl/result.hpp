// Converts a result's JSON to the cells of tables and records. A missing field, or one of another
// type, is empty, 0 or false.
#pragma once
#include <simdjson.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/bankctl/table.hpp"

namespace bank::bankctl {

namespace dom = simdjson::dom;

// A parsed result.
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

[[nodiscard]] std::string text_at(dom::element of, std::string_view name);
// An integer, as a number or as a string of digits.
[[nodiscard]] std::optional<std::int64_t> find_number(dom::element of, std::string_view name);
[[nodiscard]] std::int64_t number_at(dom::element of, std::string_view name);
[[nodiscard]] bool truth_at(dom::element of, std::string_view name);
[[nodiscard]] std::vector<dom::element> list_at(dom::element of, std::string_view name);
// As JSON; empty for {}.
[[nodiscard]] std::string minified(dom::element of, std::string_view name);

[[nodiscard]] Cell number_cell(dom::element of, std::string_view name);
[[nodiscard]] Cell money_cell(std::int64_t amount, std::string_view currency);
[[nodiscard]] Cell money_at(dom::element of, std::string_view name);
// The minor units of an amount; empty if there is none.
[[nodiscard]] std::optional<std::int64_t> units_of(dom::element of, std::string_view name);
// To the second for people; in full for programs.
[[nodiscard]] Cell time_at(dom::element of, std::string_view name);
[[nodiscard]] Cell yes_or_no(bool is_yes);

using ToRecord = Record (*)(dom::element);
// One row for each item, one column for each line of its record that is in `columns`.
[[nodiscard]] std::string list_view(std::string_view result, Layout const& layout,
                                    ToRecord to_record, std::vector<Column> columns);
[[nodiscard]] std::string record_view(std::string_view result, Layout const& layout,
                                      ToRecord to_record);

// Why the bank is halted and the open alarms, as lines of the status.
[[nodiscard]] std::vector<Record::Line> alarm_lines(dom::element status, Layout const& layout);

}  // namespace bank::bankctl
