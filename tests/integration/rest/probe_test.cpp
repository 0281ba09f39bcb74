// Attacks: requests that two readers could interpret differently, bodies that a lax reader would
// fix, values that could split a response. None of it may reach the bank.
#include <fmt/format.h>

#include "tests/integration/rest/fixture.hpp"

namespace bank::test {
namespace {

std::string const smuggled = get_request("/v1/users/me");
std::string const login = R"({"user_name":"alice","password":"s3cret"})";

struct Probe {
    std::string name;
    std::string bytes;
    int status;
};

std::string head(std::string const& line, std::string const& headers) {
    return line + " HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n";
}
std::string post(std::string const& headers, std::string const& rest) {
    return head("POST /v1/login", "Content-Type: application/json\r\n" + headers) + rest;
}

// Each closes the connection, so that later bytes are never read as a request.
std::vector<Probe> const probes{
    {"length and coding", post("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
     411},
    {"coding and length", post("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n"),
     411},
    {"encoded coding", post("Transfer-Encoding: =?utf-8?q?chunked?=\r\nContent-Length: 5\r\n", ""),
     411},
    {"two lengths", post("Content-Length: 0\r\nContent-Length: 41\r\n", login), 400},
    {"length with plus", post("Content-Length: +5\r\n", "12345"), 400},
    {"negative length", post("Content-Length: -1\r\n", ""), 400},
    {"length with comma", post("Content-Length: 0,5\r\n", "12345"), 400},
    {"get with body", head("GET /v1/users/me", "Content-Length: 5\r\n") + "12345", 400},
    {"bad chunk size", post("Transfer-Encoding: chunked\r\n", "zz\r\nabc\r\n0\r\n\r\n"), 411},
    {"huge chunk size", post("Transfer-Encoding: chunked\r\n", "ffffffffffffffff\r\nabc"), 411},
    {"xchunked", post("Transfer-Encoding: xchunked\r\n", ""), 411},
    {"gzip, chunked", post("Transfer-Encoding: gzip, chunked\r\n", ""), 411},
    {"no host", "GET /healthz HTTP/1.1\r\n\r\n", 400},
    {"two hosts", head("GET /healthz", "Host: b\r\n"), 400},
    {"bare line feeds", "GET /healthz HTTP/1.1\nHost: a\n\n", 400},
    {"folded header", head("GET /healthz", "X: a\r\n b\r\n"), 400},
    {"NUL in a header", head("GET /healthz", std::string("X: a\0b\r\n", 8)), 400},
    {"other expectation", post("Content-Length: 2\r\nExpect: 200-maybe\r\n", "{}"), 417},
    {"post without length", post("", ""), 411},
    {"too long a body", post("Content-Length: 65537\r\n", std::string(65'537, ' ')), 413},
    {"far too long a body", post("Content-Length: 999999999999\r\n", std::string(70'000, 'x')),
     413},
    {"too long a path", head("GET /" + std::string(5000, 'a'), ""), 413},
    {"too long a header", head("GET /", "X: " + std::string(100'000, 'a') + "\r\n"), 413},
    {"two hundred headers",
     head("GET /",
          [] {
              std::string text;
              for (int i = 0; i < 200; ++i) text += fmt::format("X{}: a\r\n", i);
              return text;
          }()),
     413},
    {"TLS or noise", std::string("\x80\x9e\x01\x03\x01\r\n\r\n", 9), 400},
};

class RestProbes : public RestTest {};

TEST_P(RestProbes, AreRefusedAndEndTheConnection) {
    rest_.start();
    for (auto const& probe : probes) {
        auto client = rest_.connect();
        client.send(probe.bytes + smuggled);
        auto const answer = client.read();
        EXPECT_EQ(answer.status, probe.status) << probe.name << "\n" << answer.head;
        EXPECT_EQ(answer.headers.count("connection"), 1U) << probe.name;
        EXPECT_EQ(answer.headers.count("x-request-id"), 1U) << probe.name;
        EXPECT_EQ(client.read_to_end(), "") << probe.name;
    }
    EXPECT_TRUE(rest_.host.api.calls().empty());
}

TEST_P(RestProbes, EncodedLineBreaksAreNeverEchoed) {
    rest_.start();
    auto client = rest_.connect();
    std::vector<std::string> const attempts{
        get_request("/healthz", "X-Request-Id: =?utf-8?q?a=0D=0ASet-Cookie:_x=3D1?=\r\n"),
        get_request("/v1/users?cursor=a%0d%0aSet-Cookie:%20x=1"),
        get_request("/v1/users?x%0d%0aSet-Cookie:%20x=1=1"),
        get_request("/docs/%0d%0aSet-Cookie:%20x=1"),
        get_request("/problems/%0d%0aSet-Cookie:%20x=1"),
        post_request("/v1/login", R"({"user_name":"a\r\nSet-Cookie: x=1","password":"p"})"),
        post_request("/v1/login", R"({"a\r\nSet-Cookie: x=1":1})"),
    };
    for (auto const& attempt : attempts) {
        auto const answer = client.ask(attempt);
        EXPECT_NE(answer.status, 0) << attempt;
        EXPECT_EQ(answer.headers.count("set-cookie"), 0U) << attempt;
        EXPECT_EQ(answer.head.find("Set-Cookie"), std::string::npos) << attempt;
    }
}

TEST_P(RestProbes, OurRequestIdIsOurs) {
    rest_.start();
    auto client = rest_.connect();
    auto const first = client.ask(get_request("/healthz", "X-Request-Id: mine\r\n"));
    auto const second = client.ask(get_request("/healthz"));
    EXPECT_TRUE(parse_uuid(first.headers.at("x-request-id")));
    EXPECT_EQ(first.headers.at("x-request-id").at(14), '7');
    EXPECT_NE(first.headers.at("x-request-id"), second.headers.at("x-request-id"));
}

TEST_P(RestProbes, NumbersAreTakenOnlyAsTheyShouldBe) {
    rest_.start();
    auto client = rest_.connect();
    auto const ask = [&](std::string const& amount) {
        auto const body = fmt::format(
            R"({{"account_no":"A","amount":{{"amount":{},"currency":"EUR"}}}})", amount);
        return client.ask(post_request("/v1/deposits", body, "Idempotency-Key: k\r\n"));
    };
    for (auto const* const amount :
         {"1.5", "1.0", "1e3", "100", "true", "null", "\"9007199254740992\"",
          "\"9223372036854775808\"", "\"18446744073709551617\"", "\"-0\"", "\"0\"", "\"-1\"",
          "\"+1\"", "\"01\"", "\"1.0\"", "\"1\",\"amount\":\"2\"", "[\"1\"]", "1e999", "NaN"}) {
        auto const answer = ask(amount);
        EXPECT_EQ(answer.status, 400) << amount << answer.body;
        EXPECT_EQ(answer.headers.at("content-type"), "application/problem+json");
        EXPECT_NE(answer.body.find("\"pointer\""), std::string::npos) << amount;
    }
    EXPECT_TRUE(rest_.host.api.calls().empty());
    EXPECT_EQ(ask("\"9007199254740991\"").status, 201);
}

TEST_P(RestProbes, HostileBodiesAreRefused) {
    rest_.start();
    auto client = rest_.connect();
    for (auto const& body : std::vector<std::string>{
             "", " ", "null", "[]", "{", login + "x", R"({"user_name":"alice"})",
             R"({"user_name":"a\u0000","password":"p"})",
             R"({"user_name":"a","password":"p\u0000"})",
             "{\"user_name\":\"\xff\",\"password\":\"p\"}", std::string(60'000, '['),
             R"({"user_name":"a","user_name":"b","password":"p"})",
             R"({"user_name":"a","password":"p","is_admin":true})"}) {
        auto const answer = client.ask(post_request("/v1/login", body));
        EXPECT_EQ(answer.status, 400) << body.substr(0, 60);
    }
    EXPECT_TRUE(rest_.host.api.calls().empty());
}

TEST_P(RestProbes, UnreadBodiesAreNotRequests) {
    rest_.start();
    auto client = rest_.connect();
    // A body for an unknown path, and for an unsupported method: both contain a request.
    for (auto const* const target : {"/v1/nothing", "/v1/users/me"}) {
        auto const answer = client.ask(post_request(target, smuggled));
        EXPECT_TRUE(answer.status == 404 || answer.status == 405);
    }
    EXPECT_EQ(client.ask(get_request("/healthz")).body, R"({"status":"ok"})");
    EXPECT_TRUE(rest_.host.api.calls().empty());
}

TEST_P(RestProbes, SecretsStayOutOfTheLog) {
    rest_.start();
    rest_.host.api.error = Error{.code = Code::internal_error, .detail = "why"};
    auto client = rest_.connect();
    client.ask(post_request("/v1/login", R"({"user_name":"alice","password":"hunter2"})"));
    client.ask(get_request("/v1/users/me?token=tok3n", "Authorization: Bearer t0ken\r\n"));
    client.ask(post_request("/v1/accounts/1/pin", R"({"new_pin":"471147"})"));
    client.ask(post_request("/v1/login", R"({"user_name":"alice","password":"hunter2)"));
    auto const log = rest_.host.log_text();
    for (auto const* const secret : {"hunter2", "t0ken", "tok3n", "471147", "alice"}) {
        EXPECT_EQ(log.find(secret), std::string::npos) << log;
    }
    EXPECT_NE(log.find("why"), std::string::npos);
}

INSTANTIATE_TEST_SUITE_P(PlainAndTls, RestProbes, testing::Bool());

}  // namespace
}  // namespace bank::test
