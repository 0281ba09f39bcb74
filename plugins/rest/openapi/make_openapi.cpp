// Writes the OpenAPI document of the REST interface: what follows from the descriptions of the
// operations, merged with hand-written parts.
// Usage: make_openapi OUTPUT PART...
#include <algorithm>
#include <array>
#include <exception>
#include <fstream>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string_view>
#include <vector>

#include "core/operations/list.hpp"
#include "plugins/rest/json/printers.hpp"
#include "plugins/rest/json/transfer_bodies.hpp"
#include "plugins/rest/openapi/operations.hpp"
#include "plugins/rest/openapi/parts.hpp"

namespace bank::rest::openapi {
namespace {

using namespace std::string_view_literals;

std::string read(char const* path) {
    std::ifstream file(path);
    std::string text{std::istreambuf_iterator<char>(file), {}};
    if (!file || text.empty()) throw std::runtime_error("cannot be read");
    return text;
}

void add_operations(Json& paths, Schemas& schemas) {
    for (auto const* operation : operations::all()) {
        auto const& route = operation->facts.route;
        if (route.path.empty()) continue;
        try {
            auto [method, item] = path_item(*operation, schemas);
            paths.at(route.path).set(method, std::move(item));
        } catch (std::exception const& fault) {
            throw std::runtime_error(std::string(operation->facts.name) + ": " + fault.what());
        }
    }
}

// What the routes of movements take.
void add_bodies(Schemas& schemas) {
    api::TransferRequest transfer;
    api::LinkedTransfersRequest linked;
    auto const add = [&](api::Type const& type, void* defaults) {
        (void)schemas.request(type.name, type, defaults);
    };
    add(listed_transfer(), &transfer);
    add(linked_body(), &linked);
    add(batch_transfer(), &transfer);
    add(batch_group(), &linked);
    for (std::size_t i = 0; i < api::kinds_count; ++i) {
        if (api::kind_facts.at(i).is_requested) {
            add(route_body(static_cast<api::TransferKind>(i)), &transfer);
        }
    }
}

// What the routes without an operation of their own answer.
void add_special_schemas(Schemas& schemas) {
    (void)schemas.value(api::type_of<WebTokens>(), Direction::answered);
    (void)schemas.value(api::type_of<CompactTransfer>(), Direction::answered);
    (void)schemas.value(api::type_of<api::LinkedTransfers>(), Direction::answered);
    schemas.add_codes();
}

void sort_members(Json& object) {
    std::sort(object.members().begin(), object.members().end(),
              [](Member const& one, Member const& other) { return one.name < other.name; });
}

// The members of `order` first and in its order.
template <std::size_t count>
void order_members(Json& object, std::array<std::string_view, count> const& order) {
    auto const place = [&](Member const& member) {
        return std::find(order.begin(), order.end(), member.name) - order.begin();
    };
    std::stable_sort(
        object.members().begin(), object.members().end(),
        [&](Member const& one, Member const& other) { return place(one) < place(other); });
}

// So that a change of the parts' or the operations' order is none of the document.
void sort_document(Json& document) {
    static constexpr std::array top{"openapi"sv,  "info"sv, "servers"sv,
                                    "security"sv, "tags"sv, "paths"sv};
    static constexpr std::array methods{"get"sv, "post"sv, "put"sv, "delete"sv};
    static constexpr std::array schema{"title"sv,
                                       "type"sv,
                                       "format"sv,
                                       "description"sv,
                                       "required"sv,
                                       "properties"sv,
                                       "additionalProperties"sv};
    order_members(document, top);
    sort_members(document.at("paths"));
    for (auto& path : document.at("paths").members()) {
        order_members(path.value, methods);
        for (auto& operation : path.value.members()) sort_members(operation.value.at("responses"));
    }
    for (auto& kind : document.at("components").members()) sort_members(kind.value);
    for (auto& each : document.at("components").at("schemas").members()) {
        order_members(each.value, schema);
    }
}

Json make_document(std::vector<char const*> const& parts) {
    Schemas schemas;
    auto document = Json::object();
    add_operations(document.at("paths"), schemas);
    add_bodies(schemas);
    add_special_schemas(schemas);
    document.at("components").set("parameters", shared_parameters(schemas));
    document.at("components").set("schemas", schemas.components());
    for (auto const* path : parts) {
        try {
            merge(document, expand(Json::parse(read(path))));
        } catch (std::exception const& fault) {
            throw std::runtime_error(std::string(path) + ": " + fault.what());
        }
    }
    sort_document(document);
    return document;
}

int run(int argc, char** argv) {
    if (argc < 3) throw std::runtime_error("Usage: make_openapi OUTPUT PART...");
    auto const document = make_document({argv + 2, argv + argc});
    std::ofstream output(argv[1], std::ios::trunc);
    output << document.print() << std::flush;
    if (!output) throw std::runtime_error(std::string(argv[1]) + ": cannot be written");
    return 0;
}

}  // namespace
}  // namespace bank::rest::openapi

int main(int argc, char** argv) {
    try {
        return bank::rest::openapi::run(argc, argv);
    } catch (std::exception const& fault) {
        std::cerr << "make_openapi: " << fault.what() << '\n';
        return 1;
    }
}
