#include "core/codec/json.hpp"

#include <algorithm>

#include "core/base/bounds.hpp"
#include "core/base/bytes.hpp"
#include "core/codec/number.hpp"

namespace bank::codec {
namespace {

using api::Appearance;
using api::Field;
using api::Type;
using api::ValueKind;

// Digits in quotes, or without.
void write_integer(JsonWriter& json, Type const& type, void const* value, bool has_quotes) {
    auto const number = load_number(type, value);
    auto const digits =
        type.is_signed ? std::to_string(static_cast<std::int64_t>(number)) : std::to_string(number);
    has_quotes ? json.text(digits) : json.raw(digits);
}

void write_value(JsonWriter& json, Type const& type, void const* value, bool has_quotes);

void write_list(JsonWriter& json, Type const& type, void const* list) {
    json.begin_array();
    for (std::size_t i = 0; i < type.count(list); ++i) {
        write_json(json, type.item(), type.at(const_cast<void*>(list), i));
    }
    json.end_array();
}

void write_object(JsonWriter& json, Type const& type, void const* object) {
    auto const& first = type.fields.front();
    if (first.name.empty()) return write_json(json, first.type(), member(first, object));
    json.begin_object();
    write_members(json, type, object);
    json.end_object();
}

bool is_empty(Type const& type, void const* value) {
    return type.kind == ValueKind::id ? as<std::int64_t>(value) == 0
                                      : as<std::string>(value).empty();
}

// Of an optional amount that has no value, null.
void write_amount(JsonWriter& json, Type const& type, void const* value, money::Currency currency) {
    if (type.kind == ValueKind::optional && type.count(value) == 0) {
        json.null();
        return;
    }
    json.begin_object();
    json.key("amount");
    write_json(json, type, value);
    json.key("currency");
    json.text(currency.code());
    json.end_object();
}

// `currency` is that of the struct around it.
money::Currency currency_of(Field const& field, void const* object, money::Currency currency) {
    if (field.currency_of == nullptr) return currency;
    return as<money::Currency>(field.currency_of(const_cast<void*>(object)));
}

void write_members(JsonWriter& json, Type const& type, void const* object,
                   money::Currency currency);

void write_field(JsonWriter& json, Field const& field, void const* object,
                 money::Currency currency) {
    auto const& type = field.type();
    auto const* const value = member(field, object);
    switch (field.appearance) {
    case Appearance::hidden: return;
    case Appearance::inlined:
        return write_members(json, type, value, currency_of(field, object, currency));
    case Appearance::left_out_if_none:
        if (type.count(value) == 0) return;
        break;
    case Appearance::null_if_empty:
        if (!is_empty(type, value)) break;
        json.key(field.name).null();
        return;
    case Appearance::json: {
        auto const& text = as<std::string>(value);
        json.key(field.name).raw(text.empty() ? std::string_view("{}") : std::string_view(text));
        return;
    }
    case Appearance::always: break;
    }
    json.key(field.name);
    if (field.is_amount()) {
        return write_amount(json, type, value, currency_of(field, object, currency));
    }
    if (field.currency_of != nullptr) {
        json.begin_object();
        write_members(json, type, value, currency_of(field, object, currency));
        json.end_object();
        return;
    }
    write_value(json, type, value, is_digits(field));
}

// `has_quotes`: an integer is a string.
void write_value(JsonWriter& json, Type const& type, void const* value, bool has_quotes) {
    switch (type.kind) {
    case ValueKind::nothing: json.begin_object().end_object(); return;
    case ValueKind::boolean: json.boolean(as<bool>(value)); return;
    case ValueKind::integer: return write_integer(json, type, value, has_quotes);
    case ValueKind::word: json.text(type.word(load_number(type, value))); return;
    case ValueKind::text: json.text(as<std::string>(value)); return;
    case ValueKind::secret: json.text(as<Secret>(value).reveal()); return;
    case ValueKind::bytes: json.text(to_hex(as<Bytes>(value))); return;
    case ValueKind::uuid: json.text(to_string(as<Uuid>(value))); return;
    case ValueKind::id: json.text(std::to_string(as<std::int64_t>(value))); return;
    case ValueKind::currency: json.text(as<money::Currency>(value).code()); return;
    case ValueKind::instant: json.text(to_string(as<Timestamp>(value))); return;
    case ValueKind::optional:
        if (type.count(value) == 0) {
            json.null();
            return;
        }
        return write_value(json, type.item(), type.at(const_cast<void*>(value), 0), has_quotes);
    case ValueKind::list: return write_list(json, type, value);
    case ValueKind::object: return write_object(json, type, value);
    }
}

void write_members(JsonWriter& json, Type const& type, void const* object,
                   money::Currency currency) {
    for (auto const& field : type.fields) write_field(json, field, object, currency);
}

}  // namespace

bool is_digits(Type const& type) noexcept {
    return type.kind == ValueKind::id ||
           (type.kind == ValueKind::integer && type.size_bytes == sizeof(std::int64_t));
}

bool is_digits(Field const& field) noexcept {
    auto const& type = field.type();
    auto const& value = type.kind == ValueKind::optional ? type.item() : type;
    if (value.kind == ValueKind::id || field.is_amount()) return true;
    auto const is_bounded = field.maximum != 0 && field.maximum <= bounds::exact_max &&
                            field.minimum >= -bounds::exact_max;
    return is_digits(value) && !is_bounded;
}

std::string to_json(Type const& type, void const* value) {
    // More than any answer with a secret takes: growing would leave copies of it behind.
    constexpr std::size_t secret_json_size_max = std::size_t{16} * 1024;
    JsonWriter json;
    if (has_secrets(type)) json.reserve(secret_json_size_max);
    write_json(json, type, value);
    return std::move(json).take();
}

bool has_secrets(Type const& type) {
    if (type.kind == ValueKind::secret) return true;
    if (type.item != nullptr) return has_secrets(type.item());
    return std::any_of(type.fields.begin(), type.fields.end(), [](Field const& field) {
        return field.appearance != Appearance::hidden && has_secrets(field.type());
    });
}

void write_members(JsonWriter& json, Type const& type, void const* object) {
    write_members(json, type, object, {});
}

void write_json(JsonWriter& json, Type const& type, void const* value) {
    auto const& item = type.kind == ValueKind::optional ? type.item() : type;
    write_value(json, type, value, is_digits(item));
}

}  // namespace bank::codec
