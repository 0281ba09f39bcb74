// Values as JSON (RFC 8259): what front ends answer.
//
//   id, integer      a string of digits; a number if it cannot exceed 2^53 - 1, see is_digits()
//   text, secret     a string                  word       its word
//   bytes            lower-case hexadecimal    instant    RFC 3339, UTC, microseconds
//   amount           {"amount", "currency"}    currency   ISO 4217
//   list             an array                  optional   null, or the value
//   object           its fields in order; of a struct with one field without a name, that value
#pragma once
#include <string>

#include "core/api/type.hpp"
#include "core/base/json_writer.hpp"

namespace bank::codec {

// Whether JSON has a value as a string of decimal digits: an id always, an integer unless its type
// or the bounds of its field keep it within what every client reads exactly. The one rule for
// answers, bodies and the contract.
[[nodiscard]] bool is_digits(api::Type const& type) noexcept;
[[nodiscard]] bool is_digits(api::Field const& field) noexcept;

// Whether a value of it may hold a secret, which JSON shows.
[[nodiscard]] bool has_secrets(api::Type const& type);

void write_json(JsonWriter& json, api::Type const& type, void const* value);
// Of an object, within one that the caller has opened.
void write_members(JsonWriter& json, api::Type const& type, void const* object);

template <typename T>
void write_json(JsonWriter& json, T const& value) {
    write_json(json, api::type_of<T>(), &value);
}

// May hold secrets: the caller wipes it.
[[nodiscard]] std::string to_json(api::Type const& type, void const* value);

template <typename T>
[[nodiscard]] std::string to_json(T const& value) {
    return to_json(api::type_of<T>(), &value);
}

// {"items": [...]}
template <typename T>
[[nodiscard]] std::string items_to_json(std::vector<T> const& items) {
    JsonWriter json;
    json.begin_object().key("items");
    write_json(json, items);
    json.end_object();
    return std::move(json).take();
}

}  // namespace bank::codec
