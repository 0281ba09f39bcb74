#include "plugins/rest/http/response.hpp"

#include <gtest/gtest.h>

#include "plugins/rest/http/compression.hpp"
#include "plugins/rest/http/connection_table.hpp"

namespace bank::rest {
namespace {

std::string text_of(Response const& response, Framing framing) {
    framing.request_id = "id";
    framing.date = "Sun, 01 Mar 2026 12:00:00 GMT";
    std::string out;
    append_response(out, response, framing);
    return out;
}

bool has(std::string const& text, std::string_view line) {
    return text.find("\r\n" + std::string(line) + "\r\n") != std::string::npos;
}

TEST(Response, CarriesTheHeadersThatProtectABrowser) {
    Response response;
    response.body = "{}";
    auto const text = text_of(response, {.is_secure = true});
    EXPECT_TRUE(has(text, "X-Request-Id: id"));
    EXPECT_TRUE(has(text, "Cache-Control: no-store"));
    EXPECT_TRUE(has(text, "X-Content-Type-Options: nosniff"));
    EXPECT_TRUE(has(text, "Referrer-Policy: no-referrer"));
    EXPECT_TRUE(has(text, "Cross-Origin-Opener-Policy: same-origin"));
    EXPECT_TRUE(has(text, "Strict-Transport-Security: max-age=31536000"));
    EXPECT_TRUE(has(text, "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'"));
    EXPECT_TRUE(has(text, "Content-Length: 2"));
    EXPECT_EQ(text.find("Server:"), std::string::npos);
    EXPECT_EQ(text.find("Access-Control"), std::string::npos);
    EXPECT_EQ(text.substr(text.size() - 6), "\r\n\r\n{}");
}

TEST(Response, PromisesTlsOnlyOverTls) {
    EXPECT_EQ(text_of({}, {}).find("Strict-Transport"), std::string::npos);
}

TEST(Response, ToHeadHasTheLengthButNoBody) {
    Response response;
    response.body = "12345";
    auto const text = text_of(response, {.is_head = true});
    EXPECT_TRUE(has(text, "Content-Length: 5"));
    EXPECT_EQ(text.substr(text.size() - 4), "\r\n\r\n");
}

TEST(Response, WithoutContentHasNoLength) {
    Response response;
    response.status = 204;
    EXPECT_EQ(text_of(response, {}).find("Content-Length"), std::string::npos);
}

TEST(Response, ShowsTheBudget) {
    Response response;
    response.rate = RateHeaders{operations::Budget::read, {true, 600, 60, 599, 1, 0}};
    auto const text = text_of(response, {});
    EXPECT_TRUE(has(text, "RateLimit-Policy: \"read\";q=600;w=60"));
    EXPECT_TRUE(has(text, "RateLimit: \"read\";r=599;t=1"));
    response.rate->decision.quota = 0;
    EXPECT_EQ(text_of(response, {}).find("RateLimit"), std::string::npos);
}

TEST(Response, AllowsNoPageInlineCode) {
    for (auto const policy : {PagePolicy::nothing, PagePolicy::own_style, PagePolicy::docs_ui,
                              PagePolicy::web_client}) {
        Response response;
        response.page_policy = policy;
        auto const text = text_of(response, {});
        EXPECT_EQ(text.find("unsafe"), std::string::npos);
        EXPECT_NE(text.find("default-src 'none'"), std::string::npos);
        EXPECT_NE(text.find("frame-ancestors 'none'"), std::string::npos);
    }
}

TEST(Response, OfTheWebClientTrustsOnlyItsOwnFiles) {
    Response response;
    response.page_policy = PagePolicy::web_client;
    EXPECT_TRUE(has(text_of(response, {}),
                    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src "
                    "'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; "
                    "form-action 'self'; frame-ancestors 'none'; "
                    "require-trusted-types-for 'script'"));
}

TEST(Response, SaysHowLongItMayBeKept) {
    Response response;
    response.keeping = Keeping::immutable;
    EXPECT_TRUE(has(text_of(response, {}), "Cache-Control: public, max-age=31536000, immutable"));
    EXPECT_TRUE(has(text_of(response, {}), "Vary: Accept-Encoding"));
    response.keeping = Keeping::asking;
    EXPECT_TRUE(has(text_of(response, {}), "Cache-Control: no-cache"));
}

TEST(Accepts, AsTheHeaderSays) {
    EXPECT_TRUE(accepts("gzip, deflate, br", "br"));
    EXPECT_FALSE(accepts("gzip, br;q=0", "br"));
    EXPECT_TRUE(accepts("gzip, deflate, br", "gzip"));
    EXPECT_TRUE(accepts("br;q=1.0, GZIP;q=0.5", "gzip"));
    EXPECT_FALSE(accepts("", "gzip"));
    EXPECT_FALSE(accepts("br", "gzip"));
    EXPECT_FALSE(accepts("gzip;q=0", "gzip"));
    EXPECT_FALSE(accepts("xgzip", "gzip"));
}

TEST(ConnectionTable, BoundsEachSourceAndAll) {
    ConnectionTable table(3, 2);
    EXPECT_TRUE(table.admit("a"));
    EXPECT_TRUE(table.admit("a"));
    EXPECT_FALSE(table.admit("a"));
    EXPECT_TRUE(table.admit("b"));
    EXPECT_FALSE(table.admit("c"));
    EXPECT_EQ(table.refused(), 2U);
    table.leave("a");
    EXPECT_TRUE(table.admit("c"));
    EXPECT_FALSE(table.admit("a"));
}

TEST(ConnectionTable, AdmitsNobodyWhileItDrains) {
    ConnectionTable table(3, 3);
    table.drain(std::chrono::milliseconds(0));
    EXPECT_FALSE(table.admit("a"));
}

}  // namespace
}  // namespace bank::rest
