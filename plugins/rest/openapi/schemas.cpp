#include "plugins/rest/openapi/schemas.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <stdexcept>

#include "core/api/accounts.hpp"
#include "core/api/transfers.hpp"
#include "core/api/users.hpp"
#include "core/base/check.hpp"
#include "core/base/code.hpp"
#include "core/codec/json.hpp"
#include "core/codec/number.hpp"

namespace bank::rest::openapi {
namespace {

using api::Appearance;
using api::Field;
using api::Type;
using api::ValueKind;

// The words that have a schema of their own. Code: of a decided transaction, all that answers have.
std::string_view name_of_word(Type const& type) {
    if (&type == &api::type_of<api::Role>()) return "Role";
    if (&type == &api::type_of<api::PasswordState>()) return "PasswordState";
    if (&type == &api::type_of<api::AccountKind>()) return "AccountKind";
    if (&type == &api::type_of<api::TransferKind>()) return "TransferKind";
    if (&type == &api::type_of<api::HoldState>()) return "HoldState";
    if (&type == &api::type_of<api::Side>()) return "Side";
    if (&type == &api::type_of<Code>()) return "TransferStatus";
    return {};
}

template <typename Is>
Json words(Type const& type, Is is_wanted) {
    auto words = Json::array();
    for (std::uint64_t number = 0; number < codec::words_end; ++number) {
        auto const word = type.word(number);
        if (!word.empty() && is_wanted(number)) words.items().push_back(Json::text(word));
    }
    auto schema = Json::object();
    schema.set("type", Json::text("string"));
    schema.set("enum", std::move(words));
    return schema;
}

Json typed(std::string_view type) {
    auto schema = Json::object();
    schema.set("type", Json::text(type));
    return schema;
}

Json text_of(std::string_view member, std::string_view value) {
    auto schema = typed("string");
    schema.set(member, Json::text(value));
    return schema;
}

Json number(Type const& type) {
    auto schema = typed("integer");
    if (type.size_bytes == 8) schema.set("format", Json::text("int64"));
    if (!type.is_signed) schema.set("minimum", Json::number(0));
    return schema;
}

std::int64_t lowest_of(Type const& type) {
    return type.is_signed ? std::numeric_limits<std::int64_t>::min() : 0;
}

// The same as a string, of values from `minimum` on.
Json digits(Type const& type, std::int64_t minimum) {
    auto const is_64_bits_unsigned = type.kind == ValueKind::integer && !type.is_signed;
    std::string const some = is_64_bits_unsigned ? "[1-9][0-9]{0,19}" : "[1-9][0-9]{0,18}";
    if (minimum > 0) return text_of("pattern", "^" + some + "$");
    return text_of("pattern", (minimum < 0 ? "^(0|-?" : "^(0|") + some + ")$");
}

bool is_number(Type const& type) {
    return type.kind == ValueKind::integer || type.kind == ValueKind::id;
}

Json nullable(Json schema) {
    if (auto* const type = schema.find("type")) {
        *type = Json::array({*type, Json::text("null")});
        return schema;
    }
    auto either = Json::object();
    either.set("oneOf", Json::array({std::move(schema), typed("null")}));
    return either;
}

// A struct that is the value of its one field.
bool is_value_alone(Type const& type) {
    return type.kind == ValueKind::object && type.fields.front().name.empty();
}

bool is_shown(Field const& field, Direction direction) {
    if (field.appearance == Appearance::hidden) return false;
    return direction == Direction::answered || (!field.is_in_path && !field.is_derived);
}

bool is_required(Field const& field, Direction direction) {
    if (direction == Direction::given) return !field.is_optional;
    return field.appearance != Appearance::left_out_if_none;
}

Type const& without_optional(Type const& type) {
    return type.kind == ValueKind::optional ? type.item() : type;
}

bool is_money(Field const& field) {
    return field.is_amount() || &field.type() == &api::type_of<money::Money>();
}

// An id or integer, in digits or not.
Json number_of(Field const& field) {
    auto const& type = without_optional(field.type());
    if (!codec::is_digits(field)) return number(type);
    if (type.kind == ValueKind::id) return digits(type, 1);
    return digits(type, field.maximum != 0 ? field.minimum : lowest_of(type));
}

void add_bounds(Field const& field, Json& schema) {
    if (field.maximum == 0 || is_money(field)) return;  // Of money, its amount has them.
    auto const set = [&](std::string_view least, std::string_view most) {
        schema.set(least, Json::number(field.minimum));
        schema.set(most, Json::number(field.maximum));
    };
    auto const kind = without_optional(field.type()).kind;
    if (kind == ValueKind::text || kind == ValueKind::secret) return set("minLength", "maxLength");
    if (kind == ValueKind::integer) {
        if (!codec::is_digits(field)) set("minimum", "maximum");
        return;
    }
    if (kind == ValueKind::list) return set("minItems", "maxItems");
    throw std::runtime_error(std::string(field.name) + " has bounds that its type cannot have");
}

// A number or word that a client may leave out; if the value is then within the bounds, it is the
// default.
void add_default(Field const& field, void* defaults, Json& schema) {
    auto const& type = field.type();
    if (!field.is_optional || defaults == nullptr || is_money(field)) return;
    if (type.kind == ValueKind::word) {
        auto const word = type.word(codec::load_number(type, field.of(defaults)));
        schema.set("default", Json::text(word));
    }
    if (type.kind != ValueKind::integer) return;
    auto const value = static_cast<std::int64_t>(codec::load_number(type, field.of(defaults)));
    if (value < field.minimum || value > field.maximum) return;
    schema.set("default", Json::number(value));
}

}  // namespace

Json reference(std::string_view kind, std::string_view name) {
    auto schema = Json::object();
    schema.set("$ref", Json::text("#/components/" + std::string(kind) + '/' + std::string(name)));
    return schema;
}

bool is_page(Type const& type) {
    return type.kind == ValueKind::object && type.name.empty() && type.fields.size() == 3 &&
           type.fields.back().name == "next_cursor";
}

std::string name_of(Type const& type) {
    if (is_page(type)) {
        auto const item = type.fields.front().type().item().name;
        return std::string(item == "AuditRecord" ? "Audit" : item) + "Page";
    }
    if (type.name.empty()) throw std::runtime_error("a struct has no name");
    return std::string(type.name);
}

Json Schemas::word(Type const& type) {
    auto const name = name_of_word(type);
    auto const is_code = &type == &api::type_of<Code>();
    auto const is_wanted = [&](std::uint64_t number) {
        return !is_code || is_transfer_status(static_cast<Code>(number));
    };
    if (name.empty()) return words(type, is_wanted);
    if (components_.find(name) == nullptr) components_.set(name, words(type, is_wanted));
    return reference("schemas", name);
}

void Schemas::add_codes() {
    auto const& type = api::type_of<Code>();
    (void)word(type);
    components_.set("Code", words(type, [](std::uint64_t number) {
                        return kind(static_cast<Code>(number)) != CodeKind::done;
                    }));
}

Json Schemas::value(Type const& type, Direction direction) {
    switch (type.kind) {
    case ValueKind::nothing: break;
    case ValueKind::boolean: return typed("boolean");
    case ValueKind::integer:
        return codec::is_digits(type) ? digits(type, lowest_of(type)) : number(type);
    case ValueKind::word: return word(type);
    case ValueKind::text: return typed("string");
    case ValueKind::secret: {
        auto schema = text_of("format", "password");
        schema.set(direction == Direction::given ? "writeOnly" : "readOnly", Json::boolean(true));
        return schema;
    }
    case ValueKind::bytes: return text_of("pattern", "^([0-9a-f]{2})*$");
    case ValueKind::uuid: return text_of("format", "uuid");
    case ValueKind::id: return digits(type, 1);
    case ValueKind::currency: return text_of("pattern", "^[A-Z]{3}$");
    case ValueKind::instant: return text_of("format", "date-time");
    case ValueKind::optional: return nullable(value(type.item(), direction));
    case ValueKind::list: {
        auto schema = typed("array");
        schema.set("items", value(type.item(), direction));
        return schema;
    }
    case ValueKind::object:
        if (is_value_alone(type)) return value(type.fields.front().type(), direction);
        return object(name_of(type), type, direction);
    }
    throw std::runtime_error("a value of nothing has no schema");
}

Json Schemas::money(Field const& field, Direction direction) {
    auto const& type = api::type_of<money::Money>();
    if (direction == Direction::answered) return value(type, direction);
    auto const is_positive = field.minimum > 0;
    std::string_view const name = is_positive ? "PositiveMoney" : "NonNegativeMoney";
    if (components_.find(name) == nullptr) {
        (void)object(name, type, Direction::given);
        auto& amount = components_.at(name).at("properties").at("amount");
        auto const* const pattern = is_positive ? "^[1-9][0-9]{0,15}$" : "^(0|[1-9][0-9]{0,15})$";
        amount.set("pattern", Json::text(pattern));
        amount.set("description",
                   Json::text("Minor units, at most " + std::to_string(field.maximum) + '.'));
    }
    return reference("schemas", name);
}

Json Schemas::field(Field const& field, Direction direction) {
    Json schema;
    if (field.is_amount()) {
        schema = money(field, direction);
        if (field.type().kind == ValueKind::optional) schema = nullable(std::move(schema));
    } else if (&field.type() == &api::type_of<money::Money>()) {
        schema = money(field, direction);
    } else if (auto const& type = without_optional(field.type()); is_number(type)) {
        schema = number_of(field);
        auto const may_be_null = field.type().kind == ValueKind::optional &&
                                 field.appearance != Appearance::left_out_if_none;
        if (may_be_null) schema = nullable(std::move(schema));
    } else if (field.appearance == Appearance::json) {
        schema = typed("object");
    } else if (field.appearance == Appearance::left_out_if_none) {
        schema = value(field.type().item(), direction);
    } else {
        schema = value(field.type(), direction);
    }
    if (field.appearance == Appearance::null_if_empty) schema = nullable(std::move(schema));
    add_bounds(field, schema);
    schema.set("description", Json::text(field.text));
    return schema;
}

Json Schemas::parameter(Field const& field, Json place, void* defaults) {
    auto const& type = without_optional(field.type());
    auto schema = is_number(type) ? number_of(field) : value(type, Direction::given);
    add_bounds(field, schema);
    add_default(field, defaults, schema);
    place.set("schema", std::move(schema));
    place.set("description", Json::text(field.text));
    auto example = example_of(field, Direction::given);
    // A date alone is taken too; the format date-time asks for more.
    auto const date = example.as_text();
    if (type.kind == ValueKind::instant && date.find('T') == std::string::npos) {
        example = Json::text(date + "T00:00:00Z");
    }
    place.set("example", std::move(example));
    return place;
}

void Schemas::add_fields(Type const& type, Direction direction, void* defaults, Json& schema) {
    for (auto const& each : type.fields) {
        if (!is_shown(each, direction)) continue;
        auto* const value = defaults == nullptr ? nullptr : each.of(defaults);
        if (each.appearance == Appearance::inlined) {
            add_fields(each.type(), direction, value, schema);
            continue;
        }
        if (is_required(each, direction)) {
            schema.at("required").items().push_back(Json::text(each.name));
        }
        auto property = field(each, direction);
        add_default(each, defaults, property);
        schema.at("properties").set(each.name, std::move(property));
    }
}

Json Schemas::object(std::string_view name, Type const& type, Direction direction) {
    return add_object(name, type, direction, nullptr);
}

Json Schemas::request(std::string_view name, Type const& type, void* defaults) {
    return add_object(name, type, Direction::given, defaults);
}

Json Schemas::add_object(std::string_view name, Type const& type, Direction direction,
                         void* defaults) {
    if (components_.find(name) != nullptr) return reference("schemas", name);
    components_.set(name, {});  // Its place, in case it contains itself.
    auto schema = typed("object");
    schema.set("required", Json::array());
    schema.set("properties", Json::object());
    add_fields(type, direction, defaults, schema);
    if (direction == Direction::given) schema.set("additionalProperties", Json::boolean(false));
    schema.set("examples", Json::array({example_of(type, direction)}));
    components_.set(name, std::move(schema));
    return reference("schemas", name);
}

Json Schemas::list(std::string_view name, Type const& type) {
    auto schema = typed("object");
    schema.set("required", Json::array({Json::text("items")}));
    schema.at("properties").set("items", value(type, Direction::answered));
    auto example = Json::object();
    example.set("items", example_of(type, Direction::answered));
    schema.set("examples", Json::array({std::move(example)}));
    components_.set(name, std::move(schema));
    return reference("schemas", name);
}

Json example_of(Field const& field, Direction direction) {
    auto const& type = field.type();
    if (field.is_amount()) {
        if (field.example == "null") return {};
        auto const& money = api::type_of<money::Money>();
        auto amount = example_of(money, direction);
        if (!field.example.empty()) amount.set("amount", Json::text(field.example));
        return amount;
    }
    if (field.example.empty()) return example_of(type, direction);
    auto const& value = without_optional(type);
    auto const is_text = is_number(value) && codec::is_digits(field) && field.example != "null";
    if (is_text) return Json::text(field.example);
    auto example = Json::parse(field.example);
    return type.kind == ValueKind::list ? Json::array({std::move(example)}) : example;
}

namespace {

void add_examples(Type const& type, Direction direction, Json& object) {
    for (auto const& field : type.fields) {
        if (!is_shown(field, direction) || field.appearance == Appearance::left_out_if_none)
            continue;
        if (field.appearance == Appearance::inlined) {
            add_examples(field.type(), direction, object);
        } else {
            object.set(field.name, example_of(field, direction));
        }
    }
}

}  // namespace

Json example_of(Type const& type, Direction direction) {
    if (type.kind == ValueKind::boolean) return Json::boolean(false);
    if (type.kind == ValueKind::list) return Json::array({example_of(type.item(), direction)});
    if (type.kind == ValueKind::optional) return example_of(type.item(), direction);
    if (is_value_alone(type)) return example_of(type.fields.front(), direction);
    if (type.kind == ValueKind::object) {
        auto object = Json::object();
        add_examples(type, direction, object);
        return object;
    }
    throw std::runtime_error("a field needs an example");
}

}  // namespace bank::rest::openapi
