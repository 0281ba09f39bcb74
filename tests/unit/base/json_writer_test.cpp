#include "core/base/json_writer.hpp"

#include <gtest/gtest.h>

#include <string>

namespace bank {
namespace {

TEST(JsonWriter, WritesNestedValues) {
    JsonWriter json;
    json.begin_object();
    json.key("amount").number(std::int64_t{12345});
    json.key("items").begin_array();
    json.number(INT64_MIN).number(UINT64_MAX).boolean(true).boolean(false).null();
    json.begin_object().end_object();
    json.begin_array().end_array();
    json.begin_object().key("a").text("b").end_object();
    json.end_array();
    json.key("raw").raw("[1,2]");
    json.key("last").text("");
    json.end_object();
    EXPECT_EQ(std::move(json).take(),
              R"({"amount":12345,"items":[-9223372036854775808,18446744073709551615,true,false,)"
              R"(null,{},[],{"a":"b"}],"raw":[1,2],"last":""})");
}

TEST(JsonWriter, WritesASingleValue) {
    JsonWriter json;
    json.text("alone");
    EXPECT_EQ(std::move(json).take(), R"("alone")");
}

struct TextCase {
    std::string text;
    char const* json;
};

class JsonText : public testing::TestWithParam<TextCase> {};

TEST_P(JsonText, IsEscaped) {
    JsonWriter json;
    json.text(GetParam().text);
    EXPECT_EQ(std::move(json).take(), GetParam().json);
}

INSTANTIATE_TEST_SUITE_P(
    Table, JsonText,
    testing::Values(TextCase{"", R"("")"}, TextCase{R"(a"b\c/)", R"("a\"b\\c/")"},
                    TextCase{"\n\r\t", R"("\n\r\t")"},
                    TextCase{std::string("\0\x01\x1f", 3), R"("\u0000\u0001\u001f")"},
                    TextCase{"\x7f", "\"\x7f\""}, TextCase{"\xe2\x82\xac", "\"\xe2\x82\xac\""},
                    TextCase{"a\xff\"", "\"a\xef\xbf\xbd\\\"\""},
                    TextCase{"\xc3", "\"\xef\xbf\xbd\""}));

TEST(JsonWriter, EscapesKeys) {
    JsonWriter json;
    json.begin_object().key("a\"\n").null().end_object();
    EXPECT_EQ(std::move(json).take(), R"({"a\"\n":null})");
}

TEST(JsonWriterDeathTest, EndsTheProcessOnMisuse) {
    EXPECT_DEATH(JsonWriter().end_object(), "check failed");
    EXPECT_DEATH(JsonWriter().begin_object().end_array(), "check failed");
    EXPECT_DEATH(JsonWriter().begin_array().end_object(), "check failed");
    EXPECT_DEATH(JsonWriter().key("a"), "check failed");
    EXPECT_DEATH(JsonWriter().begin_array().key("a"), "check failed");
    EXPECT_DEATH(JsonWriter().begin_object().text("a"), "check failed");
    EXPECT_DEATH(JsonWriter().begin_object().key("a").key("b"), "check failed");
    EXPECT_DEATH(JsonWriter().begin_object().key("a").end_object(), "check failed");
    EXPECT_DEATH(JsonWriter().null().null(), "check failed");
    EXPECT_DEATH((void)JsonWriter().take(), "check failed");
    EXPECT_DEATH(
        {
            JsonWriter json;
            json.begin_object();
            (void)std::move(json).take();
        },
        "check failed");
}

}  // namespace
}  // namespace bank
