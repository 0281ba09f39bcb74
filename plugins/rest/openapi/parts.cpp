#include "plugins/rest/openapi/parts.hpp"

#include <array>
#include <sstream>
#include <stdexcept>

#include "core/api/transfers.hpp"
#include "plugins/rest/openapi/operations.hpp"

namespace bank::rest::openapi {
namespace {

api::Field const& field_named(std::string const& name) {
    std::array const types{&api::type_of<api::TransferById>(), &api::type_of<api::HoldById>()};
    for (auto const* type : types) {
        for (auto const& field : type->fields) {
            if (std::string(type->name) + '.' + std::string(field.name) == name) return field;
        }
    }
    throw std::runtime_error("no description has the field " + name);
}

Json path_id(api::Field const& field) {
    auto place = Json::object();
    place.set("name", Json::text("id"));
    place.set("in", Json::text("path"));
    place.set("required", Json::boolean(true));
    return Schemas().parameter(field, std::move(place), nullptr);
}

void add_errors(std::string const& statuses, Json& responses) {
    std::istringstream words(statuses);
    for (std::string status; words >> status;) responses.set(status, shared_response(status));
}

Json headers_of(Json const& names) {
    std::vector<std::string> texts;
    for (auto const& name : names.items()) texts.push_back(name.as_text());
    return response_headers(true, {texts.begin(), texts.end()});
}

}  // namespace

Json expand(Json const& part) {
    if (part.is_array()) {
        auto expanded = Json::array();
        for (auto const& item : part.items()) expanded.items().push_back(expand(item));
        return expanded;
    }
    if (!part.is_object()) return part;
    auto expanded = Json::object();
    for (auto const& [name, value] : part.members()) {
        if (name == "$id") {
            expanded = path_id(field_named(value.as_text()));
        } else if (name == "$errors") {
            add_errors(value.as_text(), expanded);
        } else if (name == "$headers") {
            expanded.set("headers", headers_of(value));
        } else {
            expanded.set(name, expand(value));
        }
    }
    return expanded;
}

void merge(Json& document, Json const& part, std::string_view place) {
    for (auto const& [name, value] : part.members()) {
        auto const inner = std::string(place) + '/' + name;
        auto* const present = document.find(name);
        if (present == nullptr) {
            document.set(name, value);
        } else if (present->is_object() && value.is_object()) {
            merge(*present, value, inner);
        } else if (present->print() == value.print()) {
            throw std::runtime_error(inner + " repeats what is derived; remove it");
        } else {
            *present = value;
        }
    }
}

}  // namespace bank::rest::openapi
