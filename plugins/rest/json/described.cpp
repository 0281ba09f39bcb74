#include "plugins/rest/json/described.hpp"

#include "core/base/bounds.hpp"
#include "core/base/check.hpp"
#include "core/codec/json.hpp"
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

void read_integer(BodyReader& body, Field const& field, std::int64_t& value) {
    codec::is_digits(field) ? body.digits(field.name, value, integer_bounds(field))
                            : body.integer(field.name, value, integer_bounds(field));
}

// null takes away what may be none.
void read_amount(BodyReader& body, Field const& field, void* value, money::Currency& currency) {
    if (field.type().kind == ValueKind::optional) {
        return body.amount_or_null(field.name, as<std::optional<std::int64_t>>(value), currency,
                                   integer_bounds(field));
    }
    body.amount(field.name, as<std::int64_t>(value), currency, integer_bounds(field));
}

void read_members(BodyReader& body, Type const& type, void* object, money::Currency* currency);

void read_object(BodyReader& body, Field const& field, void* value, money::Currency* currency) {
    if (&field.type() == &api::type_of<money::Money>()) {
        return body.money(field.name, as<money::Money>(value), integer_bounds(field));
    }
    BANK_CHECK(field.appearance == Appearance::inlined);
    read_members(body, field.type(), value, currency);
}

void read_list(BodyReader& body, Field const& field, void* value) {
    auto const& type = field.type();
    BANK_CHECK(type.item().kind == ValueKind::object && !field.is_optional);
    BodyReader::CountBounds const bounds{.minimum = static_cast<std::size_t>(field.minimum),
                                         .maximum = static_cast<std::size_t>(field.maximum)};
    body.objects(field.name, bounds, [&] { read_members(body, type.item(), type.append(value)); });
}

// `currency` is that of the struct around it; null: there is none.
void read_member(BodyReader& body, Field const& field, void* object, money::Currency* currency) {
    // The currency of amounts, which have it.
    if (field.appearance == Appearance::hidden) return;
    if (field.currency_of != nullptr) currency = &as<money::Currency>(field.currency_of(object));
    auto const& type = field.type();
    auto* const value = field.of(object);
    if (field.is_amount()) return read_amount(body, field, value, *currency);
    switch (type.kind) {
    case ValueKind::text: return body.text(field.name, as<std::string>(value), text_bounds(field));
    case ValueKind::secret: return body.secret(field.name, as<Secret>(value), text_bounds(field));
    case ValueKind::integer: return read_integer(body, field, as<std::int64_t>(value));
    case ValueKind::id:
        return body.digits(
            field.name, as<std::int64_t>(value),
            {.minimum = 1, .maximum = bounds::id_max, .presence = presence_of(field)});
    case ValueKind::boolean:
        BANK_CHECK(!field.is_optional);
        return body.boolean(field.name, as<bool>(value));
    case ValueKind::word: return body.word(field.name, type, value, presence_of(field));
    case ValueKind::currency:
        BANK_CHECK(!field.is_optional);
        return body.currency(field.name, as<money::Currency>(value));
    case ValueKind::object: return read_object(body, field, value, currency);
    case ValueKind::list: return read_list(body, field, value);
    case ValueKind::nothing:
    case ValueKind::bytes:
    case ValueKind::uuid:
    case ValueKind::optional:
    case ValueKind::instant: break;  // No body has these.
    }
    BANK_UNREACHABLE();
}

void read_members(BodyReader& body, Type const& type, void* object, money::Currency* currency) {
    if (type.variant != nullptr) {
        read_member(body, type.fields.front(), object, currency);
        return read_members(body, type.variant(object), object, currency);
    }
    for (auto const& field : type.fields) {
        if (!field.is_in_path) read_member(body, field, object, currency);
    }
}

}  // namespace

void read_member(BodyReader& body, Field const& field, void* object) {
    read_member(body, field, object, nullptr);
}

void read_members(BodyReader& body, Type const& type, void* object) {
    read_members(body, type, object, nullptr);
}

}  // namespace bank::rest
