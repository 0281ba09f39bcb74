// JSON Schemas and examples from the descriptions of values.
#pragma once
#include <string>
#include <string_view>

#include "core/api/type.hpp"
#include "plugins/rest/openapi/json.hpp"

namespace bank::rest::openapi {

// given: by a client, in a body. answered: by the bank.
enum class Direction : std::uint8_t { given, answered };

// {"$ref": "#/components/KIND/NAME"}
[[nodiscard]] Json reference(std::string_view kind, std::string_view name);

// A throw of std::runtime_error names what a description lacks.
class Schemas {
public:
    // Of a value: a reference to the schema of a struct, which is added.
    [[nodiscard]] Json value(api::Type const& type, Direction direction);
    // Of a field, with its bounds and text.
    [[nodiscard]] Json field(api::Field const& field, Direction direction);
    // Adds the schema, the text and an example to a parameter. `defaults` is the struct that has
    // the field, as it is without one.
    [[nodiscard]] Json parameter(api::Field const& field, Json place, void* defaults);

    // A reference to the schema of a struct, which is added under this name.
    [[nodiscard]] Json object(std::string_view name, api::Type const& type, Direction direction);
    // The same of a body: the fields that are not in the path, with their defaults.
    [[nodiscard]] Json request(std::string_view name, api::Type const& type, void* defaults);
    // {"items": [...]}
    [[nodiscard]] Json list(std::string_view name, api::Type const& type);

    // The enumerations of codes.def.
    void add_codes();

    [[nodiscard]] Json const& components() const { return components_; }

private:
    [[nodiscard]] Json word(api::Type const& type);
    // Bounded where a client gives it.
    [[nodiscard]] Json money(api::Field const& field, Direction direction);
    [[nodiscard]] Json add_object(std::string_view name, api::Type const& type, Direction direction,
                                  void* defaults);
    void add_fields(api::Type const& type, Direction direction, void* defaults, Json& schema);

    Json components_ = Json::object();
};

// Of an object, "SessionPage" of a page of sessions.
[[nodiscard]] std::string name_of(api::Type const& type);
[[nodiscard]] bool is_page(api::Type const& type);

[[nodiscard]] Json example_of(api::Type const& type, Direction direction);
[[nodiscard]] Json example_of(api::Field const& field, Direction direction);

}  // namespace bank::rest::openapi
