#include "plugins/rest/json/described.hpp"

#include "core/base/bounds.hpp"
#include "core/base/check.hpp"
#include "core/codec/number.hpp"

namespace bank::rest {
namespace {

using api::Appearance;
using api::Field;
using api::Type;
using api::ValueKind;
using codec::as;

Presence presence_of(Field const& field) {
    return field.is_optional ? Presence::optional : Presence::required;
}

BodyReader::TextBounds text_bounds(Field const& field) {
    return {.size_min = static_cast<std::size_t>(field.minimum),
            .size_max = static_cast<std::size_t>(field.maximum),
            .presence = presence_of(field)};
}

BodyReader::IntegerBounds integer_bounds(Field const& field) {
    return {.minimum = field.minimum, .maximum = field.maximum, .presence = presence_of(field)};
}

void read_optional(BodyReader& body, Field const& field, void* value) {
    // All that a body has so far: a limit, which null takes away.
    BANK_CHECK(field.type().item().kind == ValueKind::integer);
    body.integer_or_null(field.name, as<std::optional<std::int64_t>>(value), integer_bounds(field));
}

void read_object(BodyReader& body, Field const& field, void* value) {
    if (&field.type() == &api::type_of<money::Money>()) {
        return body.money(field.name, as<money::Money>(value), presence_of(field));
    }
    BANK_CHECK(field.appearance == Appearance::inlined);
    read_members(body, field.type(), value);
}

void read_list(BodyReader& body, Field const& field, void* value) {
    auto const& type = field.type();
    BANK_CHECK(type.item().kind == ValueKind::object && !field.is_optional);
    BodyReader::CountBounds const bounds{.minimum = static_cast<std::size_t>(field.minimum),
                                         .maximum = static_cast<std::size_t>(field.maximum)};
    body.objects(field.name, bounds, [&] { read_members(body, type.item(), type.append(value)); });
}

}  // namespace

void read_member(BodyReader& body, Field const& field, void* object) {
    auto const& type = field.type();
    auto* const value = field.of(object);
    switch (type.kind) {
    case ValueKind::text: return body.text(field.name, as<std::string>(value), text_bounds(field));
    case ValueKind::secret: return body.secret(field.name, as<Secret>(value), text_bounds(field));
    case ValueKind::integer:
        return body.integer(field.name, as<std::int64_t>(value), integer_bounds(field));
    case ValueKind::id:
        return body.integer(
            field.name, as<std::int64_t>(value),
            {.minimum = 1, .maximum = bounds::id_max, .presence = presence_of(field)});
    case ValueKind::boolean:
        BANK_CHECK(!field.is_optional);
        return body.boolean(field.name, as<bool>(value));
    case ValueKind::word: return body.word(field.name, type, value, presence_of(field));
    case ValueKind::currency:
        BANK_CHECK(!field.is_optional);
        return body.currency(field.name, as<money::Currency>(value));
    case ValueKind::optional: return read_optional(body, field, value);
    case ValueKind::object: return read_object(body, field, value);
    case ValueKind::list: return read_list(body, field, value);
    case ValueKind::nothing:
    case ValueKind::bytes:
    case ValueKind::uuid:
    case ValueKind::instant: break;  // No body has these.
    }
    BANK_UNREACHABLE();
}

void read_members(BodyReader& body, Type const& type, void* object) {
    if (type.variant != nullptr) {
        read_member(body, type.fields.front(), object);
        return read_members(body, type.variant(object), object);
    }
    for (auto const& field : type.fields) {
        if (!field.is_in_path) read_member(body, field, object);
    }
}

}  // namespace bank::rest
