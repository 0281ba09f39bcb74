#include "plugins/admin/wire/message.hpp"

#include <gtest/gtest.h>

namespace bank::admin::wire {
namespace {

TEST(Request, KeepsItsArgumentsOverTheWire) {
    Arguments arguments;
    arguments.set("owner", std::string{"bob"});
    arguments.set("name", std::string{"Sal\"ary \u00e9"});
    arguments.set("currency", std::string{"EUR"});
    arguments.set("overdraft_limit", std::int64_t{50'000});
    arguments.set("pin", Secret{"1234"});
    auto const request = parse_request(encode_request("account open", arguments));
    ASSERT_TRUE(request.ok()) << request.error().message;
    EXPECT_EQ(request->command->words, "account open");
    EXPECT_EQ(request->arguments.text("name"), "Sal\"ary \u00e9");
    EXPECT_EQ(request->arguments.integer("overdraft_limit"), 50'000);
    EXPECT_EQ(request->arguments.secret("pin").reveal(), "1234");
}

TEST(Request, WithoutAnArgumentHasItsEmptyValue) {
    auto const request = parse_request(R"({"v":1,"command":"user list","arguments":{}})");
    ASSERT_TRUE(request.ok());
    EXPECT_FALSE(request->arguments.has("role"));
    EXPECT_EQ(request->arguments.text("role"), "");
    EXPECT_EQ(request->arguments.integer("limit"), std::nullopt);
    EXPECT_TRUE(request->arguments.secret("password").empty());
}

struct BadRequest {
    std::string payload;
    Code code;
    std::string field;
};

class RequestRefuses : public testing::TestWithParam<BadRequest> {};

TEST_P(RequestRefuses, AndNamesTheField) {
    auto const request = parse_request(GetParam().payload);
    ASSERT_FALSE(request.ok()) << GetParam().payload;
    EXPECT_EQ(request.code(), GetParam().code) << GetParam().payload;
    EXPECT_EQ(request.error().field, GetParam().field) << GetParam().payload;
    EXPECT_FALSE(request.error().message.empty());
}

std::string with(std::string const& command, std::string const& arguments) {
    return R"({"v":1,"command":")" + command + R"(","arguments":)" + arguments + "}";
}

constexpr auto malformed = Code::malformed_request;
constexpr auto invalid = Code::invalid_field;

INSTANTIATE_TEST_SUITE_P(
    All, RequestRefuses,
    testing::Values(
        BadRequest{"", malformed, ""}, BadRequest{"{", malformed, ""},
        BadRequest{"[]", malformed, ""}, BadRequest{"null", malformed, ""},
        BadRequest{"\xff\xfe", malformed, ""},
        BadRequest{with("status", "{}") + "x", malformed, ""},
        BadRequest{with("status", "{}") + with("status", "{}"), malformed, ""},
        BadRequest{std::string(60'000, '['), malformed, ""},
        BadRequest{R"({"command":"status","arguments":{}})", malformed, "/v"},
        BadRequest{R"({"v":2,"command":"status","arguments":{}})", malformed, "/v"},
        BadRequest{R"({"v":"1","command":"status","arguments":{}})", malformed, "/v"},
        BadRequest{R"({"v":1,"arguments":{}})", malformed, "/command"},
        BadRequest{R"({"v":1,"command":"status"})", malformed, "/arguments"},
        BadRequest{R"({"v":1,"command":"status","arguments":[]})", malformed, "/arguments"},
        BadRequest{R"({"v":1,"v":1,"command":"status","arguments":{}})", malformed, "/v"},
        BadRequest{R"({"v":1,"command":"status","arguments":{},"x":1})", malformed, "/x"},
        BadRequest{with("user  add", "{}"), malformed, "/command"},
        BadRequest{with("drop tables", "{}"), malformed, "/command"},
        BadRequest{with("status", R"({"x":1})"), invalid, "/arguments/x"},
        BadRequest{with("user disable", "{}"), invalid, "/arguments/user_name"},
        BadRequest{with("user disable", R"({"user_name":""})"), invalid, "/arguments/user_name"},
        BadRequest{with("user disable", R"({"user_name":1})"), invalid, "/arguments/user_name"},
        BadRequest{with("user disable", R"({"user_name":null})"), invalid, "/arguments/user_name"},
        BadRequest{with("user disable", R"({"user_name":"a\nb"})"), invalid,
                   "/arguments/user_name"},
        BadRequest{with("user disable", R"({"user_name":"a\u0000b"})"), invalid,
                   "/arguments/user_name"},
        BadRequest{with("user disable", R"({"user_name":"bob","user_name":"bob"})"), invalid,
                   "/arguments/user_name"},
        BadRequest{with("user disable", R"({"user_name":")" + std::string(65, 'a') + "\"}"),
                   invalid, "/arguments/user_name"},
        BadRequest{with("transfer show", R"({"transfer_id":0})"), invalid,
                   "/arguments/transfer_id"},
        BadRequest{with("transfer show", R"({"transfer_id":-1})"), invalid,
                   "/arguments/transfer_id"},
        BadRequest{with("transfer show", R"({"transfer_id":"1"})"), invalid,
                   "/arguments/transfer_id"},
        BadRequest{with("transfer show", R"({"transfer_id":1.0})"), invalid,
                   "/arguments/transfer_id"},
        BadRequest{with("transfer show", R"({"transfer_id":true})"), invalid,
                   "/arguments/transfer_id"},
        BadRequest{with("transfer show", R"({"transfer_id":18446744073709551615})"), invalid,
                   "/arguments/transfer_id"},
        BadRequest{with("account unlock", R"({"account":"17","reason":" "})"), invalid,
                   "/arguments/reason"},
        BadRequest{with("account lock", R"({"account":"17","reason":"\u00a0\u200b"})"), invalid,
                   "/arguments/reason"},
        BadRequest{with("account freeze", R"({"account":"17","reason":"\u202e"})"), invalid,
                   "/arguments/reason"},
        BadRequest{with("user disable", R"({"user_name":"\ufeff"})"), invalid,
                   "/arguments/user_name"},
        BadRequest{with("user list", R"({"limit":101})"), invalid, "/arguments/limit"}));

TEST(Request, NeverRepeatsASecretInItsRefusal) {
    auto const request = parse_request(
        with("user add", R"({"user_name":"bob","role":"admin","password":"hun\u0007ter2"})"));
    ASSERT_FALSE(request.ok());
    EXPECT_EQ(request.error().field, "/arguments/password");
    EXPECT_EQ(request.error().message.find("hun"), std::string::npos);
}

TEST(Reply, KeepsAResult) {
    auto const reply = parse_reply(encode_result(R"({"id":1,"items":["\u009b",{}]})", "r-1"));
    ASSERT_TRUE(reply.ok());
    EXPECT_TRUE(reply->is_ok);
    EXPECT_EQ(reply->request_id, "r-1");
    EXPECT_EQ(reply->result, "{\"id\":1,\"items\":[\"\u009b\",{}]}");
}

TEST(Reply, KeepsARefusalWithoutItsDetail) {
    Error const error{.code = Code::rate_limited,
                      .detail = "table users",
                      .field = "/arguments/x",
                      .message = "Slowly.",
                      .retry_after_s = 7};
    auto const payload = encode_error(error, "r-2");
    EXPECT_EQ(payload.find("table users"), std::string::npos);
    auto const reply = parse_reply(payload);
    ASSERT_TRUE(reply.ok());
    EXPECT_FALSE(reply->is_ok);
    EXPECT_EQ(reply->code, Code::rate_limited);
    EXPECT_EQ(reply->title, title(Code::rate_limited));
    EXPECT_EQ(reply->message, "Slowly.");
    EXPECT_EQ(reply->field, "/arguments/x");
    EXPECT_EQ(reply->retry_after_s, 7U);
    EXPECT_EQ(reply->request_id, "r-2");
}

TEST(Reply, OfANewerBankIsUnderstoodAsFarAsKnown) {
    auto const reply = parse_reply(R"({"ok":false,"code":"moon_phase","title":"No.","extra":1})");
    ASSERT_TRUE(reply.ok());
    EXPECT_EQ(reply->code, std::nullopt);
    EXPECT_EQ(reply->code_word, "moon_phase");
}

TEST(Reply, ThatIsNoneIsRefused) {
    for (auto const* payload : {"", "{}", "[]", R"({"ok":true})", R"({"ok":true,"result":1})",
                                R"({"ok":false})", R"({"ok":1,"result":{}})"}) {
        EXPECT_FALSE(parse_reply(payload).ok()) << payload;
    }
}

}  // namespace
}  // namespace bank::admin::wire
