#include "plugins/rest/routes/web_session.hpp"

#include <gtest/gtest.h>

namespace bank::rest {
namespace {

constexpr std::string_view name = "__Secure-bankd-refresh=";

TEST(WebCookie, IsForNoScriptNoOtherSiteAndNoOtherPath) {
    auto const kept = keep_refresh_token(Secret("abc"));
    EXPECT_EQ(kept,
              "__Secure-bankd-refresh=abc; Path=/v1/web-session; Secure; HttpOnly; "
              "SameSite=Strict");
    EXPECT_EQ(forget_refresh_token(),
              "__Secure-bankd-refresh=; Path=/v1/web-session; Secure; "
              "HttpOnly; SameSite=Strict; Max-Age=0");
}

TEST(WebCookie, IsFoundAmongOthers) {
    EXPECT_EQ(refresh_token_of(std::string(name) + "abc"), "abc");
    EXPECT_EQ(refresh_token_of("a=b; " + std::string(name) + "abc; c"), "abc");
    EXPECT_EQ(refresh_token_of(std::string(name) + "a=b="), "a=b=");
}

TEST(WebCookie, IsNothingIfItIsNotThereOrTwice) {
    for (auto const* const header :
         {"", ";", ";;", "a", "bankd-refresh=x", "x__Secure-bankd-refresh=x",
          "__Secure-bankd-refresh", "__secure-bankd-refresh=x", "__Secure-bankd-device=x"}) {
        EXPECT_EQ(refresh_token_of(header), std::nullopt) << header;
    }
    for (auto const* const header :
         {"__Secure-bankd-refresh=", "__Secure-bankd-refresh=a; __Secure-bankd-refresh=b"}) {
        EXPECT_EQ(refresh_token_of(header), "") << header;
    }
}

TEST(DeviceCookie, OutlivesTheSession) {
    EXPECT_EQ(keep_device_token(Secret("abc")),
              "__Secure-bankd-device=abc; Path=/v1/web-session; Secure; HttpOnly; "
              "SameSite=Strict; Max-Age=34560000");
    EXPECT_EQ(device_token_of(std::string(name) + "r; __Secure-bankd-device=abc"), "abc");
    EXPECT_EQ(device_token_of(std::string(name) + "r"), std::nullopt);
}

struct Asking {
    std::string_view client, site, origin;
    bool is_own;
    std::string_view host = "bank.example:8443";
};

class OwnPage : public testing::TestWithParam<Asking> {};

TEST_P(OwnPage, IsWhatTheBrowserAndTheHeaderSay) {
    RequestHead head;
    head.host = GetParam().host;
    head.bankd_client = GetParam().client;
    head.sec_fetch_site = GetParam().site;
    head.origin = GetParam().origin;
    OwnNames const names("bank.example:8443", true);
    EXPECT_EQ(!check_own_page(head, names, {}).has_value(), GetParam().is_own)
        << GetParam().client << " " << GetParam().site << " " << GetParam().origin;
}

INSTANTIATE_TEST_SUITE_P(
    All, OwnPage,
    testing::Values(Asking{"web", "same-origin", "https://bank.example:8443", true},
                    Asking{"web", "", "", true}, Asking{"web", "same-origin", "", true},
                    Asking{"web", "", "https://BANK.example:8443", true},
                    Asking{"", "same-origin", "https://bank.example:8443", false},
                    Asking{"other", "same-origin", "https://bank.example:8443", false},
                    Asking{"web", "same-site", "https://bank.example:8443", false},
                    Asking{"web", "cross-site", "", false}, Asking{"web", "none", "", false},
                    Asking{"web", "", "https://bank.example", false},
                    Asking{"web", "", "https://bank.example:8443.evil.example", false},
                    Asking{"web", "", "https://evil.example/bank.example:8443", false},
                    Asking{"web", "", "https://bank.example:8443@evil.example", false},
                    Asking{"web", "", "bank.example:8443", false}, Asking{"web", "", "null", false},
                    // An attacker's name that leads here: both headers agree.
                    Asking{"web", "same-origin", "https://evil.example", false, "evil.example"},
                    Asking{"web", "same-origin", "", false, "evil.example"},
                    Asking{"web", "", "", false, ""}));

TEST(OwnPage, UnderAForeignNameHasACodeOfItsOwn) {
    OwnNames const names("bank.example", true);
    RequestHead head;
    head.bankd_client = "web";
    head.host = "evil.example";
    head.origin = "https://evil.example";
    auto const problem = check_own_page(head, names, {});
    ASSERT_TRUE(problem);
    EXPECT_EQ(problem->code, Code::foreign_host);
    EXPECT_EQ(problem->errors.at(0).name, "Host");
    head.host = "bank.example";
    EXPECT_EQ(check_own_page(head, names, {})->code, Code::invalid_field);
}

}  // namespace
}  // namespace bank::rest
