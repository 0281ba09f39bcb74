#include "core/codec/shape.hpp"

#include <fmt/format.h>

#include <string>

#include "core/base/text.hpp"
#include "core/codec/number.hpp"

namespace bank::codec {
namespace {

using api::Appearance;
using api::Field;
using api::ValueKind;

bool has_bounds(Field const& field) {
    return field.minimum != 0 || field.maximum != 0;
}

// "1 to 64", or "64" of a text of one length.
std::string sizes_of(Field const& field) {
    if (field.minimum == 0) return fmt::format("at most {}", field.maximum);
    if (field.minimum == field.maximum) return fmt::format("{}", field.maximum);
    return fmt::format("{} to {}", field.minimum, field.maximum);
}

std::string text_rule(Field const& field) {
    auto rule = fmt::format("Must be {} characters", sizes_of(field));
    if (!field.is_prose) return rule + '.';
    if (field.minimum > 0) rule += ", at least one of them visible";
    return rule + ", without characters that are hidden or change the direction of others.";
}

std::string integer_rule(Field const& field, bool may_be_null) {
    return fmt::format("Must be from {} to {}{}{}.", field.minimum, field.maximum,
                       field.is_amount() ? " minor units" : "", may_be_null ? ", or null" : "");
}

bool is_right_text(Field const& field, std::string const& text) {
    if (text.empty() && field.is_optional) return true;
    auto const size = static_cast<std::int64_t>(count_characters(text));
    if (size < field.minimum || size > field.maximum) return false;
    if (!field.is_prose) return true;
    return is_legible_text(text) && (field.minimum == 0 || has_visible_text(text));
}

bool is_right_integer(Field const& field, api::Type const& type, void const* value) {
    auto const number = static_cast<std::int64_t>(load_number(type, value));
    if (number == 0 && field.is_optional) return true;
    return number >= field.minimum && number <= field.maximum;
}

std::string fault_of_text(Field const& field, std::string const& text) {
    if (has_bounds(field) && !is_right_text(field, text)) return text_rule(field);
    // PostgreSQL takes no other encoding, and libpq ends a text at its first U+0000.
    return is_plain_text(text) ? "" : "Must be UTF-8 without control characters.";
}

// What is wrong with the value; empty: nothing.
std::string fault_of(Field const& field, void const* value) {
    auto const& type = field.type();
    if (type.kind == ValueKind::text) return fault_of_text(field, as<std::string>(value));
    if (!has_bounds(field)) return {};
    if (type.kind == ValueKind::integer) {
        return is_right_integer(field, type, value) ? "" : integer_rule(field, false);
    }
    if (type.kind == ValueKind::optional && type.item().kind == ValueKind::integer) {
        if (type.count(value) == 0) return {};
        auto const* const item = type.at(const_cast<void*>(value), 0);
        return is_right_integer(field, type.item(), item) ? "" : integer_rule(field, true);
    }
    return {};
}

Status check_members(api::Type const& type, void const* object, std::string const& path) {
    for (auto const& field : type.fields) {
        if (field.is_derived) continue;
        auto const* const value = member(field, object);
        auto const at =
            field.appearance == Appearance::inlined ? path : fmt::format("{}/{}", path, field.name);
        if (field.type().kind == ValueKind::object) {
            if (auto const members = check_members(field.type(), value, at); !members.ok()) {
                return members;
            }
        }
        if (auto fault = fault_of(field, value); !fault.empty()) {
            return Error{.code = Code::invalid_field, .field = at, .message = std::move(fault)};
        }
    }
    return Done{};
}

}  // namespace

Status check_shape(api::Type const& type, void const* object) {
    return check_members(type, object, {});
}

}  // namespace bank::codec
