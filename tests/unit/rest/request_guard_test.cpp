#include "plugins/rest/http/request_guard.hpp"

#include <gtest/gtest.h>

#include <string>

namespace bank::rest {
namespace {

constexpr BodyBounds bounds{
    .size_max = 1000, .streamed_size_max = 5000, .streamed_target = "/v1/stream"};

// As a connection calls it: 200 means that the request is admitted.
int status_of(std::string const& bytes) {
    HeadScanner scanner;
    auto const size = scanner.find_end(bytes);
    if (scanner.refusal()) return scanner.refusal()->status;
    if (!size) return 0;  // Incomplete.
    RequestHead head;
    auto const refusal = read_head(std::string_view(bytes).substr(0, *size), bounds, head);
    return refusal ? refusal->status : 200;
}

struct Probe {
    std::string name;
    std::string bytes;
    int status;
};

void PrintTo(Probe const& probe, std::ostream* out) {
    *out << probe.name;
}

std::string get(std::string const& headers) {
    return "GET /healthz HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n";
}
std::string post(std::string const& headers) {
    return "POST /v1/login HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n";
}
std::string many_headers(int count) {
    std::string text;
    for (int i = 0; i < count; ++i) text += "X-A" + std::to_string(i) + ": b\r\n";
    return text;
}

std::string stream(std::string const& headers) {
    return "POST /v1/stream HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n";
}
std::string chunked_to(std::string const& line) {
    return line + "\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
}

class GuardJudges : public testing::TestWithParam<Probe> {};

TEST_P(GuardJudges, AsTheTableSays) {
    EXPECT_EQ(status_of(GetParam().bytes), GetParam().status);
}

std::vector<Probe> const probes{
    {"plain get", get(""), 200},
    {"post with body", post("Content-Length: 2\r\n"), 200},
    {"post without body", post(""), 200},
    {"tab in a value", get("X: a\tb\r\n"), 200},
    {"http 1.0", "GET / HTTP/1.0\r\nHost: a\r\n\r\n", 200},
    {"http 1.0 without host", "GET / HTTP/1.0\r\n\r\n", 200},
    {"empty host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", 200},
    {"incomplete", "GET / HTTP/1.1\r\nHost: a\r\n", 0},

    {"length and transfer coding", post("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"),
     411},
    {"transfer coding and length", post("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n"),
     411},
    {"encoded word as coding", post("Transfer-Encoding: =?utf-8?q?chunked?=\r\n"), 411},
    {"chunked", post("Transfer-Encoding: chunked\r\n"), 411},
    {"xchunked", post("transfer-encoding: xchunked\r\n"), 411},
    {"gzip, chunked", post("TRANSFER-ENCODING: gzip, chunked\r\n"), 411},
    {"identity", get("Transfer-Encoding: identity\r\n"), 411},
    {"blank before the colon", post("Transfer-Encoding : chunked\r\n"), 400},
    {"vertical tab in the name", post("Transfer-Encoding\x0b: chunked\r\n"), 400},

    {"stream in chunks", stream("Transfer-Encoding: chunked\r\n"), 200},
    {"stream in Chunks", stream("transfer-encoding:\tChunked \r\n"), 200},
    {"stream with length", stream("Content-Length: 5000\r\n"), 200},
    {"stream beyond its bound", stream("Content-Length: 5001\r\n"), 413},
    {"stream, length and coding", stream("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n"),
     400},
    {"stream, coding and length", stream("Transfer-Encoding: chunked\r\nContent-Length: 4\r\n"),
     400},
    {"stream, coding and length 0", stream("Transfer-Encoding: chunked\r\nContent-Length: 0\r\n"),
     400},
    {"stream, two codings", stream("Transfer-Encoding: gzip, chunked\r\n"), 400},
    {"stream, chunked twice", stream("Transfer-Encoding: chunked, chunked\r\n"), 400},
    {"stream, two headers", stream("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
     400},
    {"stream, identity too",
     stream("Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n"), 400},
    {"stream, parameter", stream("Transfer-Encoding: chunked;q=1\r\n"), 400},
    {"stream, quoted", stream("Transfer-Encoding: \"chunked\"\r\n"), 400},
    {"stream, xchunked", stream("Transfer-Encoding: xchunked\r\n"), 400},
    {"stream, empty coding", stream("Transfer-Encoding:\r\n"), 400},
    {"stream, trailing comma", stream("Transfer-Encoding: chunked,\r\n"), 400},
    {"stream, vertical tab",
     stream("Transfer-Encoding: \x0b"
            "chunked\r\n"),
     400},
    {"stream, blank before the colon", stream("Transfer-Encoding : chunked\r\n"), 400},
    {"stream, folded", stream("Transfer-Encoding:\r\n chunked\r\n"), 400},
    {"stream, encoded body", stream("Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n"),
     415},
    {"chunks to HTTP/1.0", chunked_to("POST /v1/stream HTTP/1.0"), 411},
    {"chunks with a query", chunked_to("POST /v1/stream?a=b HTTP/1.1"), 411},
    {"chunks with an empty query", chunked_to("POST /v1/stream? HTTP/1.1"), 411},
    {"chunks with a slash", chunked_to("POST /v1/stream/ HTTP/1.1"), 411},
    {"chunks with an escape", chunked_to("POST /v1/%73tream HTTP/1.1"), 411},
    {"chunks with a longer path", chunked_to("POST /v1/streams HTTP/1.1"), 411},
    {"chunks with a get", chunked_to("GET /v1/stream HTTP/1.1"), 411},
    {"chunks with a put", chunked_to("PUT /v1/stream HTTP/1.1"), 411},
    {"chunks with two blanks", chunked_to("POST  /v1/stream HTTP/1.1"), 411},
    {"chunks to a host", chunked_to("POST http://a/v1/stream HTTP/1.1"), 411},

    {"two lengths", post("Content-Length: 4\r\nContent-Length: 5\r\n"), 400},
    {"two equal lengths", post("Content-Length: 4\r\nContent-Length: 4\r\n"), 400},
    {"length with sign", post("Content-Length: +5\r\n"), 400},
    {"negative length", post("Content-Length: -1\r\n"), 400},
    {"length with comma", post("Content-Length: 0,5\r\n"), 400},
    {"length list", post("Content-Length: 5, 5\r\n"), 400},
    {"hexadecimal length", post("Content-Length: 0x5\r\n"), 400},
    {"empty length", post("Content-Length:\r\n"), 400},
    {"length beyond 64 bits", post("Content-Length: 18446744073709551617\r\n"), 400},
    {"length beyond the bound", post("Content-Length: 1001\r\n"), 413},
    {"get with body", get("Content-Length: 4\r\n"), 400},
    {"delete with body", "DELETE /v1/sessions/1 HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n",
     400},
    {"head with body", "HEAD / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n", 400},

    {"two hosts", get("Host: b\r\n"), 400},
    {"no host", "GET / HTTP/1.1\r\n\r\n", 400},
    {"two hosts of http 1.0", "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n", 400},
    {"bare line feeds", "GET / HTTP/1.1\nHost: a\n\n", 400},
    {"bare line feed in the middle", "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400},
    {"bare carriage return", get("X: a\rY: b\r\n"), 400},
    {"folded header", get("X: a\r\n b\r\n"), 400},
    {"folded first header", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
    {"NUL in a value", get(std::string("X: a\0b\r\n", 8)), 400},
    {"escape in a value", get("X: a\x1b[31m\r\n"), 400},
    {"delete in a value", get("X: a\x7f\r\n"), 400},
    {"encoded CRLF stays as it is", get("X-Request-Id: =?utf-8?q?a=0D=0ASet-Cookie:_x=3D1?=\r\n"),
     200},
    {"name with a blank", get("X Y: a\r\n"), 400},
    {"name with a bracket", get("X(: a\r\n"), 400},
    {"no name", get(": a\r\n"), 400},
    {"no colon", get("X\r\n"), 400},
    {"empty line first", "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n", 400},

    {"two tokens", get("Authorization: Bearer a\r\nAuthorization: Bearer b\r\n"), 400},
    {"two keys", post("Idempotency-Key: a\r\nidempotency-key: b\r\n"), 400},
    {"two types", post("Content-Type: application/json\r\nContent-Type: text/plain\r\n"), 400},
    {"coded body", post("Content-Encoding: gzip\r\nContent-Length: 4\r\n"), 415},
    {"expectation", post("Expect: 100-continue\r\nContent-Length: 2\r\n"), 200},
    {"other expectation", post("Expect: magic\r\nContent-Length: 2\r\n"), 417},

    {"version 2", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 400},
    {"preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\n", 400},
    {"version 0.9", "GET /\r\n\r\n", 400},
    {"lower-case version", "GET / http/1.1\r\nHost: a\r\n\r\n", 400},
    {"two blanks", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"absolute target", "GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"asterisk target", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"authority target", "CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"fragment", "GET /#a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"bracket in the target", "GET /<a> HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"high byte in the target", "GET /\xc3\xa4 HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"long target", "GET /" + std::string(4096, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 413},
    {"longest target", "GET /" + std::string(4095, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 200},
    {"large header", get("X: " + std::string(17'000, 'a') + "\r\n"), 413},
    {"endless header", "GET / HTTP/1.1\r\nX: " + std::string(17'000, 'a'), 413},
    {"many headers", get(many_headers(64)), 413},
    {"as many as allowed", get(many_headers(63)), 200},
    {"noise", "\x16\x03\x01\x02 a TLS hello", 400},
};

INSTANTIATE_TEST_SUITE_P(Probes, GuardJudges, testing::ValuesIn(probes));

TEST(HeadScanner, FindsTheEndByteByByte) {
    auto const bytes = get("X: y\r\n") + "next";
    HeadScanner scanner;
    std::optional<std::size_t> size;
    std::size_t given = 0;
    while (!size && given < bytes.size()) {
        size = scanner.find_end(std::string_view(bytes).substr(0, ++given));
    }
    EXPECT_EQ(size, bytes.size() - 4);
    EXPECT_EQ(given, bytes.size() - 4);
}

TEST(HeadScanner, RefusesABareLineFeedWithoutWaitingForTheEnd) {
    HeadScanner scanner;
    EXPECT_FALSE(scanner.find_end("GET / HTTP/1.1\n"));
    EXPECT_TRUE(scanner.refusal().has_value());
}

TEST(ReadHead, KeepsWhatHandlersNeed) {
    std::string const bytes =
        "PUT /v1/users/7/role?a=b HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n"
        "Authorization: Bearer t\r\nIdempotency-Key: k\r\nUser-Agent: u\r\n"
        "Content-Type: application/json\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n";
    RequestHead head;
    ASSERT_FALSE(read_head(bytes, bounds, head));
    EXPECT_EQ(head.method, Method::put);
    EXPECT_EQ(head.path, "/v1/users/7/role");
    EXPECT_EQ(head.query, "a=b");
    EXPECT_EQ(head.content_length, 9U);
    EXPECT_EQ(head.authorization, "Bearer t");
    EXPECT_EQ(head.idempotency_key, "k");
    EXPECT_EQ(head.user_agent, "u");
    EXPECT_TRUE(head.expects_continue);
    EXPECT_FALSE(head.keeps_alive);
}

TEST(ReadHead, AnUnknownMethodIsNoneOfOurs) {
    RequestHead head;
    ASSERT_FALSE(read_head("BREW / HTTP/1.1\r\nHost: a\r\n\r\n", bounds, head));
    EXPECT_EQ(head.method, Method::other);
    EXPECT_TRUE(head.keeps_alive);
}

}  // namespace
}  // namespace bank::rest
