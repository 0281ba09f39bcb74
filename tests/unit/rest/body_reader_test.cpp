#include "plugins/rest/json/body_reader.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "core/api/users.hpp"
#include "core/base/bounds.hpp"

namespace bank::rest {
namespace {

// Roughly the body of a transfer: one field of each kind.
struct Read {
    std::int64_t count = -7;
    std::string name = "unset";
    money::Money amount;
    bool flag = false;
    std::optional<Problem> problem;
};

Read read(std::string const& body) {
    auto const padded = body + std::string(body_padding, '\0');
    Read result;
    BodyReader reader(std::string_view(padded).substr(0, body.size()));
    reader.integer("count", result.count,
                   {.minimum = 0, .maximum = bounds::amount_max, .presence = Presence::optional});
    reader.text("name", result.name, {.size_max = 8, .presence = Presence::optional});
    result.problem = reader.finish();
    return result;
}

struct Bad {
    std::string name;
    std::string body;
    Code code;
    std::string pointer;
};

void PrintTo(Bad const& bad, std::ostream* out) {
    *out << bad.name;
}

class BodyReaderRefuses : public testing::TestWithParam<Bad> {};

TEST_P(BodyReaderRefuses, AndNamesTheField) {
    auto const result = read(GetParam().body);
    ASSERT_TRUE(result.problem);
    EXPECT_EQ(result.problem->code, GetParam().code);
    ASSERT_FALSE(result.problem->errors.empty());
    EXPECT_EQ(result.problem->errors.front().name, GetParam().pointer);
    EXPECT_FALSE(result.problem->errors.front().message.empty());
    // The first value of a repeated key is read, but the error prevents its use.
    if (GetParam().pointer == "/count" && GetParam().name.rfind("repeated", 0) != 0) {
        EXPECT_EQ(result.count, -7);
    }
    if (GetParam().pointer == "/name") {
        EXPECT_EQ(result.name, "unset");
    }
}

std::string nested(int depth) {
    return R"({"name":)" + std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']') + "}";
}

auto constexpr malformed = Code::malformed_request;
auto constexpr invalid = Code::invalid_field;

std::vector<Bad> const bad_bodies{
    {"fraction", R"({"count":1.5})", invalid, "/count"},
    {"whole fraction", R"({"count":1.0})", invalid, "/count"},
    {"exponent", R"({"count":1e3})", invalid, "/count"},
    {"text", R"({"count":"100"})", invalid, "/count"},
    {"true", R"({"count":true})", invalid, "/count"},
    {"null", R"({"count":null})", invalid, "/count"},
    {"array", R"({"count":[1]})", invalid, "/count"},
    {"2^53", R"({"count":9007199254740992})", invalid, "/count"},
    {"2^63", R"({"count":9223372036854775808})", invalid, "/count"},
    {"2^64", R"({"count":18446744073709551616})", malformed, ""},
    {"1e400", R"({"count":1e400})", malformed, ""},
    {"below the bound", R"({"count":-1})", invalid, "/count"},
    {"negative zero", R"({"count":-0})", invalid, "/count"},
    {"negative zero after a text with a quote", R"({"name":"a\"b","count":-0})", invalid, "/count"},
    {"leading zero", R"({"count":01})", malformed, ""},
    {"plus", R"({"count":+1})", malformed, ""},
    {"hexadecimal", R"({"count":0x1})", malformed, ""},
    {"NaN", R"({"count":NaN})", malformed, ""},
    {"repeated key", R"({"count":1,"count":1})", invalid, "/count"},
    {"repeated key, escaped", R"({"count":1,"\u0063ount":2})", invalid, "/count"},
    {"unknown key", R"({"extra":1})", invalid, "/extra"},
    {"unknown key with a slash", R"({"a/b~c":1})", invalid, "/a~1b~0c"},
    {"unknown key with a line break", R"({"a\nb":1})", invalid, "/a?b"},
    {"empty key", R"({"":1})", invalid, "/"},
    {"other case", R"({"Count":1})", invalid, "/Count"},
    {"deep", nested(20), malformed, ""},
    {"very deep", nested(1'000'000), malformed, ""},
    {"U+0000", R"({"name":"a\u0000b"})", invalid, "/name"},
    {"control character", R"({"name":"a\u0007"})", invalid, "/name"},
    {"C1 control character", "{\"name\":\"a\xc2\x85\"}", invalid, "/name"},
    {"raw control character", "{\"name\":\"a\nb\"}", malformed, ""},
    {"lone surrogate", R"({"name":"\ud800"})", malformed, ""},
    {"not UTF-8", "{\"name\":\"\xff\"}", malformed, ""},
    {"overlong UTF-8", "{\"name\":\"\xc0\xaf\"}", malformed, ""},
    {"number as text", R"({"name":5})", invalid, "/name"},
    {"too long", R"({"name":"123456789"})", invalid, "/name"},
    {"too short", R"({"name":""})", invalid, "/name"},
    {"empty", "", malformed, ""},
    {"blank", " \r\n", malformed, ""},
    {"array at the top", "[]", malformed, ""},
    {"number at the top", "5", malformed, ""},
    {"trailing garbage", R"({"count":1}x)", malformed, ""},
    {"two documents", R"({"count":1}{"count":1})", malformed, ""},
    {"trailing comma", R"({"count":1,})", malformed, ""},
    {"comment", R"({"count":1/**/})", malformed, ""},
    {"single quotes", R"({'count':1})", malformed, ""},
    {"cut", R"({"count":1)", malformed, ""},
    {"byte order mark", "\xef\xbb\xbf{\"count\":1}", malformed, ""},
};

INSTANTIATE_TEST_SUITE_P(Bodies, BodyReaderRefuses, testing::ValuesIn(bad_bodies));

TEST(BodyReader, ReadsWhatIsThere) {
    auto const result = read(R"( {"count":9007199254740991,"name":"\u00e4\"b"} )");
    EXPECT_FALSE(result.problem);
    EXPECT_EQ(result.count, bounds::amount_max);
    EXPECT_EQ(result.name, "ä\"b");
}

TEST(BodyReader, LeavesAbsentOptionalFieldsAsTheyWere) {
    auto const result = read("{}");
    EXPECT_FALSE(result.problem);
    EXPECT_EQ(result.count, -7);
    EXPECT_EQ(result.name, "unset");
}

TEST(BodyReader, TakesAMinusZeroInsideATextForText) {
    EXPECT_FALSE(read(R"({"name":"-0","count":0})").problem);
}

TEST(BodyReader, NamesAllThatIsWrong) {
    auto const result = read(R"({"count":1.5,"name":5,"extra":1})");
    ASSERT_TRUE(result.problem);
    ASSERT_EQ(result.problem->errors.size(), 3U);
    EXPECT_EQ(result.problem->errors[2].name, "/extra");
}

TEST(BodyReader, IsBoundedForAThousandKeys) {
    std::string body = "{";
    for (int i = 0; i < 1000; ++i) body += fmt::format("\"k{}\":1,", i);
    body.back() = '}';
    auto const result = read(body);
    ASSERT_TRUE(result.problem);
    EXPECT_LE(result.problem->errors.size(), 11U);
}

TEST(BodyReader, ReadsDigitsAsTheyAreWritten) {
    struct Row {
        std::string value;
        std::string message;  // Empty: it is read.
    };
    constexpr auto no_text = "Must be a string of decimal digits, such as \"1250\".";
    constexpr auto no_digits =
        "Must be decimal digits, without '+', leading zeros, fraction or exponent.";
    constexpr auto out_of_range = "Must be from -5 to 9223372036854775807.";
    std::vector<Row> const rows{
        {R"("0")", ""},
        {R"("-5")", ""},
        {R"("9223372036854775807")", ""},
        {"5", no_text},
        {"null", no_text},
        {R"("")", no_digits},
        {R"("-")", no_digits},
        {R"("-0")", no_digits},
        {R"("+5")", no_digits},
        {R"("05")", no_digits},
        {R"("5.0")", no_digits},
        {R"("5e0")", no_digits},
        {R"("\u0665")", no_digits},
        {R"("-6")", out_of_range},
        {R"("9223372036854775808")", out_of_range},
        {R"("-9223372036854775809")", out_of_range},
    };
    for (auto const& row : rows) {
        auto const body = R"({"n":)" + row.value + "}" + std::string(body_padding, 'x');
        BodyReader reader(std::string_view(body).substr(0, body.size() - body_padding));
        std::int64_t number = -7;
        reader.digits("n", number, {.minimum = -5, .maximum = bounds::id_max});
        auto const problem = reader.finish();
        ASSERT_EQ(problem.has_value(), !row.message.empty()) << row.value;
        EXPECT_EQ(number == -7, problem.has_value()) << row.value;
        if (problem) {
            EXPECT_EQ(problem->errors.front().message, row.message) << row.value;
        }
    }
}

std::optional<Problem> read_money(std::string const& body, money::Money& value) {
    auto const padded = body + std::string(body_padding, 'x');
    BodyReader reader(std::string_view(padded).substr(0, body.size()));
    reader.money("amount", value, {.minimum = 1, .maximum = bounds::amount_max});
    return reader.finish();
}

TEST(BodyReader, ReadsMoney) {
    money::Money value;
    EXPECT_FALSE(read_money(R"({"amount":{"amount":"1","currency":"EUR"}})", value));
    EXPECT_EQ(value.amount, 1);
    EXPECT_EQ(value.currency.code(), "EUR");
}

TEST(BodyReader, ReadsAmountsOfOneCurrency) {
    struct Row {
        std::string body;
        std::string outcome;  // What is read, or the code and pointer of the first error.
    };
    std::vector<Row> const rows{
        {R"({"a":{"amount":"1","currency":"EUR"},"b":null})", "EUR 1 -"},
        {R"({"a":{"amount":"1","currency":"EUR"},"b":{"amount":"0","currency":"EUR"}})", "EUR 1 0"},
        {R"({"a":{"amount":"1","currency":"USD"}})", "USD 1 7"},
        {R"({"a":{"amount":"1","currency":"EUR"},"b":{"amount":"2","currency":"USD"}})",
         "currency_mismatch /b/currency"},
        {R"({"a":{"amount":"1","currency":"EUR"},"b":{"amount":"-2","currency":"USD"}})",
         "invalid_field /b/amount"},
        {R"({"a":{"amount":"1","currency":"QQQ"},"b":{"amount":"2","currency":"USD"}})",
         "unknown_currency /a/currency"},
        {R"({"a":null,"b":null})", "invalid_field /a"},
        {R"({"a":1,"b":null})", "invalid_field /a"},
        {R"({"b":null})", "invalid_field /a"},
    };
    for (auto const& row : rows) {
        auto const padded = row.body + std::string(body_padding, 'x');
        BodyReader reader(std::string_view(padded).substr(0, row.body.size()));
        std::int64_t a = 0;
        std::optional<std::int64_t> b = 7;
        money::Currency currency;
        BodyReader::IntegerBounds const bounds{.maximum = 9};
        reader.amount("a", a, currency, bounds);
        reader.amount_or_null("b", b, currency, {.maximum = 9, .presence = Presence::optional});
        auto const problem = reader.finish();
        auto const outcome =
            problem ? fmt::format("{} {}", word(problem->code), problem->errors.front().name)
                    : fmt::format("{} {} {}", currency.code(), a, b ? std::to_string(*b) : "-");
        EXPECT_EQ(outcome, row.outcome) << row.body;
    }
}

TEST(BodyReader, RefusesMoneyThatIsNone) {
    struct Row {
        std::string body;
        Code code;
        std::string pointer;
    };
    std::vector<Row> const rows{
        {R"({"amount":{"amount":"0","currency":"EUR"}})", invalid, "/amount/amount"},
        {R"({"amount":{"amount":"-5","currency":"EUR"}})", invalid, "/amount/amount"},
        {R"({"amount":{"amount":1.0,"currency":"EUR"}})", invalid, "/amount/amount"},
        {R"({"amount":{"amount":5,"currency":"EUR"}})", invalid, "/amount/amount"},
        {R"({"amount":{"amount":"1.0","currency":"EUR"}})", invalid, "/amount/amount"},
        {R"({"amount":{"amount":"1e2","currency":"EUR"}})", invalid, "/amount/amount"},
        {R"({"amount":{"amount":"+1","currency":"EUR"}})", invalid, "/amount/amount"},
        {R"({"amount":{"amount":"01","currency":"EUR"}})", invalid, "/amount/amount"},
        {R"({"amount":{"amount":" 1","currency":"EUR"}})", invalid, "/amount/amount"},
        {R"({"amount":{"amount":"","currency":"EUR"}})", invalid, "/amount/amount"},
        {R"({"amount":{"amount":"9007199254740992","currency":"EUR"}})", invalid, "/amount/amount"},
        {R"({"amount":{"currency":"EUR"}})", invalid, "/amount/amount"},
        {R"({"amount":{"amount":"5"}})", invalid, "/amount/currency"},
        {R"({"amount":{"amount":"5","currency":"eur"}})", invalid, "/amount/currency"},
        {R"({"amount":{"amount":"5","currency":"QQQ"}})", Code::unknown_currency,
         "/amount/currency"},
        {R"({"amount":{"amount":"0","currency":"QQQ"}})", invalid, "/amount/amount"},
        {R"({"amount":{"amount":"5","currency":"EUR","x":1}})", invalid, "/amount/x"},
        {R"({"amount":{"amount":"5","amount":"6","currency":"EUR"}})", invalid, "/amount/amount"},
        {R"({"amount":"5"})", invalid, "/amount"},
        {R"({})", invalid, "/amount"},
    };
    for (auto const& row : rows) {
        money::Money value;
        auto const problem = read_money(row.body, value);
        ASSERT_TRUE(problem) << row.body;
        EXPECT_EQ(problem->code, row.code) << row.body;
        EXPECT_EQ(problem->errors.front().name, row.pointer) << row.body;
    }
}

TEST(BodyReader, ReadsWordsAndFlags) {
    std::string body = R"({"role":"teller","is_disabled":true})";
    auto const padded = body + std::string(body_padding, '\0');
    BodyReader reader(std::string_view(padded).substr(0, body.size()));
    auto role = api::Role::customer;
    bool flag = false;
    reader.word("role", api::type_of<api::Role>(), &role, Presence::required);
    reader.boolean("is_disabled", flag);
    EXPECT_FALSE(reader.finish());
    EXPECT_EQ(role, api::Role::teller);
    EXPECT_TRUE(flag);
}

TEST(BodyReader, RefusesForeignWordsAndFlags) {
    std::string body = R"({"role":"Teller","is_disabled":1})";
    auto const padded = body + std::string(body_padding, '\0');
    BodyReader reader(std::string_view(padded).substr(0, body.size()));
    auto role = api::Role::customer;
    bool flag = false;
    reader.word("role", api::type_of<api::Role>(), &role, Presence::required);
    reader.boolean("is_disabled", flag);
    auto const problem = reader.finish();
    ASSERT_TRUE(problem);
    EXPECT_EQ(problem->errors.size(), 2U);
    EXPECT_EQ(role, api::Role::customer);
    EXPECT_FALSE(flag);
}

TEST(BodyReader, ReadsObjectsOfAnArrayEachForItself) {
    std::string const body = R"({"list":[{"n":1},{"n":2,"x":3},{}],"n":7})";
    auto const padded = body + std::string(body_padding, 'x');
    BodyReader reader(std::string_view(padded).substr(0, body.size()));
    std::vector<std::int64_t> numbers;
    reader.objects("list", {.maximum = 3}, [&] {
        reader.integer("n", numbers.emplace_back(), {.minimum = 1, .maximum = 9});
    });
    std::int64_t outer = 0;
    reader.integer("n", outer, {.maximum = 9});
    auto const problem = reader.finish();
    EXPECT_EQ(numbers, (std::vector<std::int64_t>{1, 2, 0}));
    EXPECT_EQ(outer, 7);
    ASSERT_TRUE(problem);
    ASSERT_EQ(problem->errors.size(), 2U);
    EXPECT_EQ(problem->errors[0].name, "/list/1/x");
    EXPECT_EQ(problem->errors[1].name, "/list/2/n");
}

TEST(BodyReader, KeepsASecretOnlyInASecret) {
    std::string body = R"({"pin":"4711"})";
    auto const padded = body + std::string(body_padding, '\0');
    Secret pin;
    {
        BodyReader reader(std::string_view(padded).substr(0, body.size()));
        reader.secret("pin", pin, {.size_max = 12});
        EXPECT_FALSE(reader.finish());
    }
    EXPECT_EQ(pin.reveal(), "4711");
}

}  // namespace
}  // namespace bank::rest
