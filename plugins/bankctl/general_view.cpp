#include "plugins/bankctl/general_view.hpp"

#include <algorithm>

#include "plugins/bankctl/result.hpp"

namespace bank::bankctl {
namespace {

using api::Appearance;
using api::Field;
using api::Type;
using api::ValueKind;

// On a terminal that is too narrow the later columns go first.
constexpr std::size_t kept_columns = 3;

Type const& value_type(Field const& field) {
    auto const& type = field.type();
    return type.kind == ValueKind::optional ? type.item() : type;
}

bool is_money(Field const& field) {
    return field.is_amount() || &value_type(field) == &api::type_of<money::Money>();
}

// Whether it fits a column.
bool is_simple(Field const& field) {
    auto const kind = value_type(field).kind;
    if (is_money(field)) return true;
    return kind != ValueKind::object && kind != ValueKind::list &&
           field.appearance != Appearance::json;
}

Cell cell_of(Field const& field, dom::element object) {
    if (is_money(field)) return money_at(object, field.name);
    if (!is_simple(field)) return {.text = minified(object, field.name)};
    auto const kind = value_type(field).kind;
    if (kind == ValueKind::integer || kind == ValueKind::id) return number_cell(object, field.name);
    if (kind == ValueKind::boolean) return yes_or_no(truth_at(object, field.name));
    if (kind == ValueKind::instant) return time_at(object, field.name);
    return {.text = text_at(object, field.name)};
}

void add_lines(Record& record, Type const& type, dom::element object) {
    for (auto const& field : type.fields) {
        if (field.appearance == Appearance::hidden) continue;
        if (field.appearance == Appearance::inlined) {
            add_lines(record, field.type(), object);
        } else {
            record.lines.push_back({field.name, cell_of(field, object)});
        }
    }
}

void add_columns(Table& table, Type const& type) {
    for (auto const& field : type.fields) {
        if (field.appearance == Appearance::hidden) continue;
        if (field.appearance == Appearance::inlined) {
            add_columns(table, field.type());
        } else if (is_simple(field)) {
            auto const kind = value_type(field).kind;
            auto const is_right =
                is_money(field) || kind == ValueKind::integer || kind == ValueKind::id;
            auto const narrow = table.columns.size() < kept_columns ? Narrow::keep : Narrow::drop;
            table.columns.push_back({field.name, is_right, 0, narrow});
        }
    }
}

std::string view_items(Type const& item, std::string_view result, Layout const& layout) {
    Json const json{result};
    if (!json.is_object()) return {};
    Table table;
    add_columns(table, item);
    for (auto const element : list_at(json.root(), "items")) {
        Record record;
        add_lines(record, item, element);
        std::vector<Cell> row;
        for (auto const& column : table.columns) {
            auto const line =
                std::find_if(record.lines.begin(), record.lines.end(),
                             [&](Record::Line const& one) { return one.title == column.title; });
            row.push_back(std::move(line->cell));
        }
        table.rows.push_back(std::move(row));
    }
    return render(table, layout);
}

std::string view_object(Type const& type, std::string_view result, Layout const& layout) {
    Json const json{result};
    if (!json.is_object()) return {};
    Record record;
    add_lines(record, type, json.root());
    return render(record, layout);
}

std::string view_nothing(std::string_view, Layout const& layout) {
    return layout.is_terminal ? "Done.\n" : "";
}

// Of a page; null for any other object.
Type const* item_of(Type const& type) {
    auto const is_page = std::any_of(type.fields.begin(), type.fields.end(),
                                     [](Field const& f) { return f.name == "next_cursor"; });
    for (auto const& field : type.fields) {
        if (is_page && field.name == "items") return &field.type().item();
    }
    return nullptr;
}

AnyView view_of_items(Type const& item) {
    return [&item](std::string_view result, Layout const& layout) {
        return view_items(item, result, layout);
    };
}

}  // namespace

AnyView general_view(Type const& output) {
    if (output.kind == ValueKind::optional) return general_view(output.item());
    if (output.kind == ValueKind::nothing) return view_nothing;
    if (output.kind == ValueKind::text) return view_text;
    if (output.kind == ValueKind::list) return view_of_items(output.item());
    if (auto const* const item = item_of(output)) return view_of_items(*item);
    return [&output](std::string_view result, Layout const& layout) {
        return view_object(output, result, layout);
    };
}

}  // namespace bank::bankctl
