#include "core/codec/json.hpp"

#include <algorithm>

#include "core/base/bytes.hpp"
#include "core/codec/number.hpp"

namespace bank::codec {
namespace {

using api::Appearance;
using api::Field;
using api::Type;
using api::ValueKind;

void write_integer(JsonWriter& json, Type const& type, void const* value) {
    auto const number = load_number(type, value);
    if (type.is_signed) {
        json.number(static_cast<std::int64_t>(number));
    } else {
        json.number(number);
    }
}

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

void write_amount(JsonWriter& json, Field const& field, void const* object) {
    json.begin_object();
    json.key("amount").number(as<std::int64_t>(member(field, object)));
    json.key("currency");
    json.text(as<money::Currency>(field.currency_of(const_cast<void*>(object))).code());
    json.end_object();
}

void write_field(JsonWriter& json, Field const& field, void const* object) {
    auto const& type = field.type();
    auto const* const value = member(field, object);
    switch (field.appearance) {
    case Appearance::hidden: return;
    case Appearance::inlined: return write_members(json, type, value);
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
    if (field.currency_of != nullptr) return write_amount(json, field, object);
    write_json(json, type, value);
}

}  // namespace

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
    for (auto const& field : type.fields) write_field(json, field, object);
}

void write_json(JsonWriter& json, Type const& type, void const* value) {
    switch (type.kind) {
    case ValueKind::nothing: json.begin_object().end_object(); return;
    case ValueKind::boolean: json.boolean(as<bool>(value)); return;
    case ValueKind::integer: return write_integer(json, type, value);
    case ValueKind::word: json.text(type.word(load_number(type, value))); return;
    case ValueKind::text: json.text(as<std::string>(value)); return;
    case ValueKind::secret: json.text(as<Secret>(value).reveal()); return;
    case ValueKind::bytes: json.text(to_hex(as<Bytes>(value))); return;
    case ValueKind::uuid: json.text(to_string(as<Uuid>(value))); return;
    case ValueKind::id: json.number(as<std::int64_t>(value)); return;
    case ValueKind::currency: json.text(as<money::Currency>(value).code()); return;
    case ValueKind::instant: json.text(to_string(as<Timestamp>(value))); return;
    case ValueKind::optional:
        if (type.count(value) == 0) {
            json.null();
            return;
        }
        return write_json(json, type.item(), type.at(const_cast<void*>(value), 0));
    case ValueKind::list: return write_list(json, type, value);
    case ValueKind::object: return write_object(json, type, value);
    }
}

}  // namespace bank::codec
