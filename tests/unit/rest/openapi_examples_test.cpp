// A client that sends the examples of openapi.json is served.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <simdjson.h>

#include "plugins/rest/pages/openapi_text.hpp"
#include "plugins/rest/routes/dispatcher.hpp"
#include "tests/support/fake_bank_api.hpp"

namespace bank::rest {
namespace {

namespace dom = simdjson::dom;

class OpenApiExamples : public testing::Test {
protected:
    void SetUp() override { document_ = parser_.parse(std::string(openapi_text())); }

    // What a "$ref" leads to.
    dom::element resolved(dom::element element) const {
        std::string_view reference;
        if (element["$ref"].get(reference) != simdjson::SUCCESS) return element;
        return document_.at_pointer(std::string(reference.substr(1)));
    }

    struct Request {
        Method method = Method::get;
        std::string path;
        std::string query = {};
        bool has_key = false;
        std::vector<std::string> bodies = {};
    };

    void read_parameters(dom::array parameters, Request& request) const {
        for (auto const each : parameters) {
            auto const parameter = resolved(each);
            auto const name = std::string_view(parameter["name"]);
            auto const place = std::string_view(parameter["in"]);
            if (place == "header") {
                request.has_key |= name == "Idempotency-Key";
                continue;
            }
            ASSERT_EQ(parameter["example"].error(), simdjson::SUCCESS) << name;
            dom::element const example = parameter["example"];
            auto const value = example.is_string() ? std::string(std::string_view(example))
                                                   : simdjson::minify(example);
            if (place == "path") {
                auto const variable = fmt::format("{{{}}}", name);
                request.path.replace(request.path.find(variable), variable.size(), value);
            } else {
                if (!request.query.empty()) request.query += '&';
                request.query += fmt::format("{}={}", name, encode_component(value));
            }
        }
    }

    void read_bodies(dom::element content, Request& request) const {
        dom::element json;
        if (content["application/json"].get(json) != simdjson::SUCCESS) return;
        auto const schema = resolved(json["schema"]);
        dom::array examples;
        ASSERT_EQ(schema["examples"].get(examples), simdjson::SUCCESS) << schema;
        for (auto const example : examples) request.bodies.push_back(simdjson::minify(example));
    }

    Response send(Request const& request, std::string const& body) {
        RequestHead head;
        head.method = request.method;
        head.path = request.path;
        head.query = request.query;
        head.content_type = body.empty() ? "" : "application/json";
        head.authorization = "Bearer token-text";
        head.idempotency_key = request.has_key ? "k1" : "";
        head.has_idempotency_key = request.has_key;
        auto const padded = body + std::string(body_padding, '\0');
        return dispatcher_.dispatch({.head = head,
                                     .body = std::string_view(padded).substr(0, body.size()),
                                     .source_ip = "192.0.2.1",
                                     .id = {},
                                     .id_text = "request-id"});
    }

    dom::parser parser_;
    dom::element document_;
    test::FakeHost host_;
    StaticFiles files_;
    OwnNames own_names_{"bank.example", true};
    Dispatcher dispatcher_{host_, files_, own_names_, std::chrono::milliseconds(20)};
};

Method method_of(std::string_view word) {
    if (word == "get") return Method::get;
    if (word == "post") return Method::post;
    return word == "put" ? Method::put : Method::delete_;
}

// Served to the bank's own pages alone, or sent in lines.
bool is_special(std::string_view path) {
    return path.starts_with("/v1/web-session") || path == "/v1/transfer-batches";
}

TEST_F(OpenApiExamples, AreAcceptedWithADocumentedStatus) {
    auto count = 0;
    for (auto const path : dom::object(document_["paths"])) {
        if (is_special(path.key)) continue;
        for (auto const operation : dom::object(path.value)) {
            Request request{.method = method_of(operation.key), .path = std::string(path.key)};
            dom::array parameters;
            if (operation.value["parameters"].get(parameters) == simdjson::SUCCESS) {
                read_parameters(parameters, request);
            }
            dom::element content;
            if (operation.value["requestBody"]["content"].get(content) == simdjson::SUCCESS) {
                read_bodies(content, request);
            }
            if (request.bodies.empty()) request.bodies.emplace_back();
            for (auto const& body : request.bodies) {
                auto const response = send(request, body);
                EXPECT_EQ(response.status / 100, 2) << path.key << ' ' << body << response.body;
                auto const status = fmt::format("{}", response.status);
                EXPECT_EQ(operation.value["responses"][status].error(), simdjson::SUCCESS)
                    << path.key << ' ' << status;
                ++count;
            }
        }
    }
    EXPECT_GT(count, 50);
}

TEST_F(OpenApiExamples, HaveTheMembersOfTheirSchemas) {
    for (auto const schema : dom::object(document_.at_pointer("/components/schemas"))) {
        dom::object properties;
        if (schema.value["properties"].get(properties) != simdjson::SUCCESS) continue;
        dom::array examples;
        if (schema.value["examples"].get(examples) != simdjson::SUCCESS) {
            ADD_FAILURE() << schema.key << " has no example";
            continue;
        }
        for (dom::object const example : examples) {
            for (auto const member : example) {
                EXPECT_EQ(properties[member.key].error(), simdjson::SUCCESS)
                    << schema.key << '.' << member.key;
            }
            dom::array required;
            if (schema.value["required"].get(required) != simdjson::SUCCESS) continue;
            for (std::string_view const name : required) {
                EXPECT_EQ(example[name].error(), simdjson::SUCCESS) << schema.key << '.' << name;
            }
        }
    }
}

}  // namespace
}  // namespace bank::rest
