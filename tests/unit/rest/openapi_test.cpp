// openapi.json is generated, with hand-written parts; these tests compare it with the program.
#include <gtest/gtest.h>
#include <simdjson.h>

#include <regex>
#include <set>
#include <string>

#include "core/base/bounds.hpp"
#include "core/money/iban.hpp"
#include "plugins/rest/json/printers.hpp"
#include "plugins/rest/json/problem.hpp"
#include "plugins/rest/pages/openapi_text.hpp"
#include "plugins/rest/routes/call.hpp"
#include "plugins/rest/routes/router.hpp"
#include "tests/support/fake_bank_api.hpp"

namespace bank::rest {
namespace {

namespace dom = simdjson::dom;
using Words = std::set<std::string, std::less<>>;

class OpenApi : public testing::Test {
protected:
    void SetUp() override { document_ = parser_.parse(std::string(openapi_text())); }

    dom::element at(std::string const& pointer) const { return document_.at_pointer(pointer); }

    Words texts(std::string const& pointer) const {
        Words words;
        for (auto const element : dom::array(at(pointer))) {
            words.emplace(std::string_view(element));
        }
        return words;
    }

    static Words keys(dom::object object) {
        Words words;
        for (auto const field : object) words.emplace(field.key);
        return words;
    }

    // Each printed member is described, and each required one is printed.
    void expect_described(std::string const& schema, std::string const& json,
                          Words const& optional) {
        dom::parser parser;
        auto printed = keys(parser.parse(json));
        auto const base = "/components/schemas/" + schema;
        EXPECT_EQ(printed, keys(at(base + "/properties"))) << schema;
        for (auto const& word : optional) printed.erase(word);
        EXPECT_EQ(printed, texts(base + "/required")) << schema;
    }
    void expect_described(std::string const& schema, std::string const& json) {
        expect_described(schema, json, {});
    }

    dom::parser parser_;
    dom::element document_;
};

TEST_F(OpenApi, DescribesExactlyTheOperationsThatAreServed) {
    Words served;
    for (auto const& route : routes()) {
        if (route.operation_id.empty()) continue;
        std::string method(to_string(route.method));
        for (auto& c : method) c = static_cast<char>(c - 'A' + 'a');
        served.insert(fmt::format("{} {} {}", method, route.pattern, route.operation_id));
    }
    Words described;
    for (auto const path : dom::object(at("/paths"))) {
        for (auto const operation : dom::object(path.value)) {
            described.insert(fmt::format("{} {} {}", operation.key, path.key,
                                         std::string_view(operation.value["operationId"])));
        }
    }
    EXPECT_EQ(described, served);
}

TEST_F(OpenApi, SaysWhichOperationsTakeABody) {
    for (auto const& route : routes()) {
        if (route.operation_id.empty()) continue;
        dom::object const path = dom::object(at("/paths"))[route.pattern];
        std::string method(to_string(route.method));
        for (auto& c : method) c = static_cast<char>(c - 'A' + 'a');
        bool is_required = false;
        auto const body = path[method]["requestBody"];
        auto const has_body = body.error() == simdjson::SUCCESS;
        EXPECT_EQ(has_body, route.body != BodyRule::none) << route.operation_id;
        if (has_body) is_required = bool(body["required"]);
        auto const needs_body = route.body == BodyRule::required || route.body == BodyRule::lines;
        EXPECT_EQ(is_required, needs_body) << route.operation_id;
    }
}

TEST_F(OpenApi, DescribesEachOperationInSentences) {
    for (auto const path : dom::object(at("/paths"))) {
        for (auto const operation : dom::object(path.value)) {
            std::string_view description;
            auto const error = operation.value["description"].get(description);
            EXPECT_EQ(error, simdjson::SUCCESS) << operation.key << ' ' << path.key;
            EXPECT_TRUE(description.ends_with('.')) << operation.key << ' ' << path.key;
        }
    }
}

TEST_F(OpenApi, HasOnlyAccountNumbersWithRightCheckDigits) {
    std::string const text(openapi_text());
    std::regex const looks_so("\\bDE[0-9]{2}[0-9A-Z]+\\b");
    auto count = 0;
    for (std::sregex_iterator found(text.begin(), text.end(), looks_so), end; found != end;
         ++found) {
        EXPECT_TRUE(money::is_iban(found->str())) << found->str();
        ++count;
    }
    EXPECT_GT(count, 10);
}

TEST_F(OpenApi, ListsEveryCode) {
    Words problems;
    Words statuses;
#define BANK_CODE(number, word_, kind_, title_)                       \
    if (kind(Code::word_) != CodeKind::done) problems.insert(#word_); \
    if (is_transfer_status(Code::word_)) statuses.insert(#word_);
#include "core/base/codes.def"
#undef BANK_CODE
    EXPECT_EQ(texts("/components/schemas/Code/enum"), problems);
    EXPECT_EQ(texts("/components/schemas/TransferStatus/enum"), statuses);
}

TEST_F(OpenApi, DescribesEachResourceAsItIsPrinted) {
    expect_described("User", codec::to_json(test::sample_user()));
    expect_described("Session", codec::to_json(api::Session{}));
    expect_described("Tokens", codec::to_json(api::Tokens{}));
    expect_described("Account", codec::to_json(test::sample_account()));
    expect_described("PinAuthorization", codec::to_json(api::PinAuthorization{}));
    expect_described("Transfer", codec::to_json(test::FakeBankApi().transfer()));
    expect_described("Receipt", codec::to_json(test::FakeBankApi::receipt()));
    expect_described("Pending", answer_pending().body);
    expect_described("Hold", codec::to_json(test::FakeBankApi::hold()));
    expect_described("Balance", codec::to_json(api::Balance{.currency = test::eur}));
    expect_described("LinkedTransfers", codec::to_json(api::LinkedTransfers{}));
    expect_described("RoleLimits", codec::to_json(api::RoleLimits{.currency = test::eur}));
    auto hold = test::FakeBankApi().transfer();
    hold.expires_at = Timestamp{};
    // All but when a hold ends, which most are not.
    expect_described("CompactTransfer", codec::to_json(CompactTransfer(hold)), {"expires_at"});
    expect_described("AuditRecord", codec::to_json(api::AuditRecord{}));
    expect_described("LedgerReport", codec::to_json(api::LedgerReport{}));
    expect_described("SystemStatus", codec::to_json(api::SystemStatus{}));
    expect_described("Money", codec::to_json(money::Money{1, test::eur}));
    expect_described("Entry", codec::to_json(api::HistoryEntry{.currency = test::eur}));
    expect_described("Currencies", currencies_to_json());
    expect_described("UserPage", codec::to_json(api::Page<api::User>{}));
}

// The fields of a body, with those of inlined structs.
std::vector<api::Field> body_fields(api::Type const& type) {
    std::vector<api::Field> fields;
    for (auto const& field : type.fields) {
        if (field.appearance == api::Appearance::inlined) {
            for (auto const& inner : body_fields(field.type())) fields.push_back(inner);
        } else if (!field.is_in_path && field.appearance != api::Appearance::hidden) {
            fields.push_back(field);
        }
    }
    return fields;
}

// The document may ask for more of a new secret than its reader does: the core checks those.
bool has_minimum(dom::object property, api::Field const& field) {
    std::int64_t minimum = 0;
    for (auto const* name : {"minLength", "minimum"}) {
        if (property[name].get(minimum) != simdjson::SUCCESS) continue;
        auto const is_secret = field.type().kind == api::ValueKind::secret;
        return is_secret ? minimum >= field.minimum : minimum == field.minimum;
    }
    return false;
}

bool has_maximum(dom::object property, api::Field const& field) {
    std::int64_t maximum = 0;
    for (auto const* name : {"maxLength", "maximum"}) {
        if (property[name].get(maximum) == simdjson::SUCCESS) return maximum == field.maximum;
    }
    return false;
}

TEST_F(OpenApi, BoundsEachBodyAsItIsRead) {
    std::vector<std::pair<std::string, api::Type const*>> bodies{
        {"SetRoleLimitsRequest", &api::type_of<api::RoleLimits>()}};
    auto const add = [&](api::Type const& type) { bodies.emplace_back(type.name, &type); };
    add(api::type_of<api::LoginRequest>());
    add(api::type_of<api::RefreshRequest>());
    add(api::type_of<api::ChangePasswordRequest>());
    add(api::type_of<api::AddUserRequest>());
    add(api::type_of<api::SetUserRoleRequest>());
    add(api::type_of<api::SetUserDisabledRequest>());
    add(api::type_of<api::OpenAccountRequest>());
    add(api::type_of<api::LockAccountRequest>());
    add(api::type_of<api::UnlockAccountRequest>());
    add(api::type_of<api::SetOverdraftRequest>());
    add(api::type_of<api::SetLimitsRequest>());
    add(api::type_of<api::FreezeAccountRequest>());
    add(api::type_of<api::SetPinRequest>());
    add(api::type_of<api::AuthorizePinRequest>());
    for (auto const& [schema, type] : bodies) {
        auto const base = "/components/schemas/" + schema;
        Words names;
        Words required;
        for (auto const& field : body_fields(*type)) {
            names.emplace(field.name);
            if (!field.is_optional) required.emplace(field.name);
            if (field.maximum == 0) continue;
            dom::element const property = at(fmt::format("{}/properties/{}", base, field.name));
            if (field.is_amount()) {
                auto const text = simdjson::minify(property);
                EXPECT_NE(text.find("/NonNegativeMoney\""), std::string::npos) << text;
                EXPECT_EQ(field.minimum, 0);
                EXPECT_EQ(field.maximum, bounds::amount_max);
                continue;
            }
            EXPECT_TRUE(has_minimum(property, field)) << schema << '.' << field.name;
            EXPECT_TRUE(has_maximum(property, field)) << schema << '.' << field.name;
        }
        EXPECT_EQ(keys(at(base + "/properties")), names) << schema;
        EXPECT_EQ(texts(base + "/required"), required) << schema;
    }
}

// Of the hand-written parts, where no description of a field has them.
TEST_F(OpenApi, HasTheBoundsOfTheProgram) {
    struct Row {
        std::string property;
        std::string bound;
        std::int64_t value;
    };
    std::int64_t const index_max = bounds::linked_transfers_max - 1;
    std::vector<Row> const rows{
        {"AddUserRequest/properties/password", "minLength", bounds::password_size_min},
        {"ChangePasswordRequest/properties/new_password", "minLength", bounds::password_size_min},
        {"OpenAccountRequest/properties/pin", "minLength", bounds::pin_size_min},
        {"SetPinRequest/properties/new_pin", "minLength", bounds::pin_size_min},
        {"HoldRequest/properties/expires_in_s", "default", bounds::hold_lifetime_s_default},
        {"LinkedTransfer/properties/expires_in_s", "default", bounds::hold_lifetime_s_default},
        {"BatchTransfer/properties/expires_in_s", "default", bounds::hold_lifetime_s_default},
        {"BatchGroup/properties/linked", "maxItems", bounds::linked_transfers_max},
        {"BatchStatus/properties/refused_index", "maximum", index_max},
        {"Problem/properties/refused_index", "maximum", index_max},
        {"AuditRange/properties/records", "maxItems", api::audit_range_max},
        {"PublicFacts/properties/forgotten_password_text", "maxLength",
         bounds::forgotten_password_text_size_max},
    };
    for (auto const& row : rows) {
        auto const pointer = fmt::format("/components/schemas/{}/{}", row.property, row.bound);
        EXPECT_EQ(std::int64_t(at(pointer)), row.value) << pointer;
    }
    auto const digits =
        fmt::format("^[1-9][0-9]{{0,{}}}$", fmt::formatted_size("{}", bounds::amount_max) - 1);
    EXPECT_EQ(std::string_view(at("/components/schemas/PositiveMoney/properties/amount/pattern")),
              digits);
    EXPECT_EQ(
        std::string_view(at("/components/schemas/NonNegativeMoney/properties/amount/pattern")),
        fmt::format("^(0|{})$", std::string_view(digits).substr(1, digits.size() - 2)));
    auto const pattern = fmt::format("^[!-~]{{1,{}}}$", bounds::idempotency_key_size_max);
    for (auto const* key : {"/components/parameters/IdempotencyKey/schema/pattern",
                            "/components/schemas/BatchTransfer/properties/key/pattern",
                            "/components/schemas/BatchGroup/properties/key/pattern"}) {
        EXPECT_EQ(std::string_view(at(key)), pattern) << key;
    }
}

TEST_F(OpenApi, DescribesEveryMemberOfAProblem) {
    Problem problem;
    problem.code = Code::insufficient_funds;
    problem.detail = "d";
    problem.errors.push_back({FieldError::Place::pointer, "/a", "m"});
    problem.retry_after_s = 1;
    problem.transfer = "{}";
    problem.refused_index = 0;
    problem.transfers = "[]";
    dom::parser parser;
    auto const all = keys(parser.parse(to_response(problem, {"/p", "id"}).body));
    EXPECT_EQ(all, keys(at("/components/schemas/Problem/properties")));
    problem = {};
    auto const least = keys(parser.parse(to_response(problem, {}).body));
    EXPECT_EQ(least, texts("/components/schemas/Problem/required"));
}

}  // namespace
}  // namespace bank::rest
