#include "plugins/rest/openapi/operations.hpp"

#include <algorithm>
#include <cctype>
#include <map>
#include <stdexcept>

#include "core/api/page.hpp"

namespace bank::rest::openapi {
namespace {

using api::Field;
using api::Type;
using api::ValueKind;
using operations::Effect;
using operations::Entry;
using operations::Facts;
using operations::Method;
using operations::Operation;

std::string_view word(Method method) {
    switch (method) {
    case Method::get: return "get";
    case Method::post: return "post";
    case Method::put: return "put";
    case Method::del: return "delete";
    }
    throw std::runtime_error("an unknown method");
}

bool is_in_query(Facts const& facts) {
    return facts.route.method == Method::get || facts.route.method == Method::del;
}

bool has_path_id(Facts const& facts) {
    return facts.route.path.find("{id}") != std::string_view::npos;
}

std::vector<Field> fields_outside_path(Type const& type) {
    std::vector<Field> fields;
    std::copy_if(type.fields.begin(), type.fields.end(), std::back_inserter(fields),
                 [](Field const& field) { return !field.is_in_path; });
    return fields;
}

Json placed(std::string_view name, std::string_view place, bool is_required) {
    auto parameter = Json::object();
    parameter.set("name", Json::text(name));
    parameter.set("in", Json::text(place));
    if (is_required) parameter.set("required", Json::boolean(true));
    return parameter;
}

// "limit" is the shared parameter Limit.
std::string shared_name(std::string_view name) {
    std::string shared(name);
    shared.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(shared.front())));
    return shared;
}

Json parameters(Operation const& operation, Schemas& schemas) {
    auto const defaults = operation.make_input();
    auto parameters = Json::array();
    auto const add = [&](Field const& field, Json place) {
        parameters.items().push_back(schemas.parameter(field, std::move(place), defaults.get()));
    };
    for (auto const& field : operation.input().fields) {
        if (field.is_in_path) add(field, placed("id", "path", true));
    }
    if (!is_in_query(operation.facts)) return parameters;
    for (auto const& field : fields_outside_path(operation.input())) {
        if (field.appearance != api::Appearance::inlined) {
            add(field, placed(field.name, "query", !field.is_optional));
            continue;
        }
        for (auto const& inner : field.type().fields) {
            parameters.items().push_back(reference("parameters", shared_name(inner.name)));
        }
    }
    return parameters;
}

// "SetRoleLimitsRequest" of set_role_limits.
std::string request_name(Operation const& operation) {
    auto const& name = operation.input().name;
    if (name.ends_with("Request")) return std::string(name);
    std::string request;
    auto is_start = true;
    for (char const c : operation.facts.name) {
        if (c != '_') {
            auto const letter = static_cast<unsigned char>(c);
            request += is_start ? static_cast<char>(std::toupper(letter)) : c;
        }
        is_start = c == '_';
    }
    return request + "Request";
}

Json json_content(Json schema) {
    auto content = Json::object();
    content.at("application/json").set("schema", std::move(schema));
    return content;
}

// Many clients send an empty object where there is nothing to say.
Json request_body(Operation const& operation, Schemas& schemas) {
    auto const is_required = !fields_outside_path(operation.input()).empty();
    auto const defaults = operation.make_input();
    auto schema = is_required
                      ? schemas.request(request_name(operation), operation.input(), defaults.get())
                      : reference("schemas", "EmptyRequest");
    auto body = Json::object();
    body.set("required", Json::boolean(is_required));
    body.set("content", json_content(std::move(schema)));
    return body;
}

// "audit record" of AuditRecord.
std::string words_of(std::string_view name) {
    std::string words;
    for (char const c : name) {
        auto const letter = static_cast<unsigned char>(c);
        if (std::isupper(letter) != 0 && !words.empty()) words += ' ';
        words += static_cast<char>(std::tolower(letter));
    }
    return words;
}

std::string plural(std::string words) {
    if (!words.ends_with('y')) return words + 's';
    words.back() = 'i';
    return words + "es";
}

// Empty: a hand-written part has it.
std::string success_text(Facts const& facts, Type const& output) {
    if (is_page(output)) {
        return "A page of " + plural(words_of(output.fields.front().type().item().name)) + '.';
    }
    if (output.kind != ValueKind::object) return {};
    auto const words = words_of(output.name);
    if (facts.route.status == 201) return "The new " + words + '.';
    if (facts.effect == Effect::changes) return "The " + words + " after the change.";
    return "The " + words + '.';
}

bool has_field(Type const& type, std::string_view name) {
    return std::any_of(type.fields.begin(), type.fields.end(),
                       [&](Field const& field) { return field.name == name; });
}

Json success(Operation const& operation, Schemas& schemas) {
    auto const& facts = operation.facts;
    auto const* output = &operation.output();
    if (output->kind == ValueKind::optional) output = &output->item();
    std::vector<std::string_view> headers;
    if (facts.route.status == 201 && has_field(*output, "id")) headers.emplace_back("Location");
    if (is_page(*output)) headers.emplace_back("Link");
    auto response = Json::object();
    auto const text = success_text(facts, *output);
    if (!text.empty()) response.set("description", Json::text(text));
    response.set("headers", response_headers(facts.budget.has_value(), headers));
    if (output->kind == ValueKind::nothing) return response;
    if (output->kind == ValueKind::text) {
        auto schema = schemas.value(*output, Direction::answered);
        response.at("content").at("text/plain").set("schema", std::move(schema));
        return response;
    }
    auto schema = output->kind == ValueKind::list
                      ? schemas.list(std::string(output->item().name) + "List", *output)
                      : schemas.value(*output, Direction::answered);
    response.set("content", json_content(std::move(schema)));
    return response;
}

Json responses(Operation const& operation, Schemas& schemas) {
    auto const& facts = operation.facts;
    auto responses = Json::object();
    responses.set(std::to_string(facts.route.status), success(operation, schemas));
    auto const add = [&](std::string_view status) {
        responses.set(status, shared_response(status));
    };
    if (operation.output().kind == ValueKind::optional) add("202");
    add("400");
    // A login may be refused, and with it what proves it.
    if (facts.entry != Entry::anyone || facts.budget == operations::Budget::login) add("401");
    if (facts.entry != Entry::anyone) add("403");
    if (has_path_id(facts)) add("404");
    add("408");
    if (!is_in_query(facts)) {
        if (!fields_outside_path(operation.input()).empty()) add("411");
        add("413");
        add("415");
    }
    add("429");
    add("500");
    add("503");
    return responses;
}

}  // namespace

Json shared_response(std::string_view status) {
    static std::map<std::string_view, std::string_view> const names{
        {"202", "Pending"},         {"400", "Malformed"},
        {"401", "Unauthenticated"}, {"403", "Forbidden"},
        {"404", "NotFound"},        {"408", "Timeout"},
        {"409", "Conflict"},        {"411", "LengthRequired"},
        {"413", "TooLarge"},        {"415", "UnsupportedMediaType"},
        {"422", "Refused"},         {"429", "Throttled"},
        {"500", "Fault"},           {"503", "Unavailable"}};
    auto const found = names.find(status);
    if (found == names.end()) {
        throw std::runtime_error("no shared response has the status " + std::string(status));
    }
    return reference("responses", found->second);
}

Json response_headers(bool has_budget, std::vector<std::string_view> const& more) {
    auto headers = Json::object();
    auto const add = [&](std::string_view name) { headers.set(name, reference("headers", name)); };
    add("X-Request-Id");
    if (has_budget) {
        add("RateLimit-Policy");
        add("RateLimit");
    }
    for (auto const name : more) add(name);
    return headers;
}

Json shared_parameters(Schemas& schemas) {
    auto shared = Json::object();
    api::PageRequest page;
    for (auto const& field : api::type_of<api::PageRequest>().fields) {
        auto place = placed(field.name, "query", !field.is_optional);
        shared.set(shared_name(field.name), schemas.parameter(field, std::move(place), &page));
    }
    return shared;
}

Member path_item(Operation const& operation, Schemas& schemas) {
    auto const& facts = operation.facts;
    if (facts.text.empty() || facts.tag.empty()) {
        throw std::runtime_error("its facts have no text or no tag");
    }
    auto item = Json::object();
    item.set("operationId", Json::text(facts.name));
    item.set("tags", Json::array({Json::text(facts.tag)}));
    item.set("summary", Json::text(facts.summary));
    item.set("description", Json::text(facts.text));
    if (facts.entry == Entry::anyone) item.set("security", Json::array());
    auto given = parameters(operation, schemas);
    if (!given.items().empty()) item.set("parameters", std::move(given));
    if (!is_in_query(facts)) item.set("requestBody", request_body(operation, schemas));
    item.set("responses", responses(operation, schemas));
    return {std::string(word(facts.route.method)), std::move(item)};
}

}  // namespace bank::rest::openapi
