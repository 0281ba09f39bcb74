#include "plugins/rest/routes/router.hpp"

#include <gtest/gtest.h>

#include <set>

namespace bank::rest {
namespace {

std::string_view operation(Method method, std::string_view path) {
    auto const found = match(method, path);
    return found.route == nullptr ? "-" : found.route->operation_id;
}

TEST(Router, FindsEachOfItsRoutes) {
    for (auto const& route : routes()) {
        std::string path(route.pattern);
        if (auto const at = path.find("{id}"); at != std::string::npos) path.replace(at, 4, "12");
        if (auto const at = path.find("{name}"); at != std::string::npos) path.replace(at, 6, "x");
        if (auto const at = path.find("{page...}"); at != std::string::npos) {
            path.replace(at, 9, "x/1/y");
        }
        EXPECT_EQ(match(route.method, path).route, &route) << route.pattern;
    }
}

TEST(Router, HasEachOperationOnce) {
    std::set<std::pair<Method, std::string_view>> seen;
    std::set<std::string_view> ids;
    for (auto const& route : routes()) {
        EXPECT_TRUE(seen.emplace(route.method, route.pattern).second) << route.pattern;
        if (!route.operation_id.empty()) {
            EXPECT_TRUE(ids.insert(route.operation_id).second);
        }
        EXPECT_NE(route.handler, nullptr);
    }
}

TEST(Router, NamesABudgetForEveryRequestToTheApi) {
    for (auto const& route : routes()) {
        // A constant of the program, which asks the core nothing.
        if (route.pattern == "/v1/currencies") continue;
        EXPECT_EQ(route.budget.has_value(), route.pattern.substr(0, 4) == "/v1/") << route.pattern;
    }
}

TEST(Router, ReadsIdsStrictly) {
    EXPECT_EQ(match(Method::get, "/v1/accounts/9223372036854775807").id, 9223372036854775807);
    for (auto const* const bad :
         {"0", "-1", "+1", "01", "1.0", "9223372036854775808", "x", "", "1%30", "1;a"}) {
        EXPECT_EQ(operation(Method::get, std::string("/v1/accounts/") + bad), "-") << bad;
    }
}

TEST(Router, TakesNoPathForAnother) {
    for (auto const* const path :
         {"/v1/accounts/", "//v1/accounts", "/v1//accounts", "/V1/accounts", "/v1/accounts/1/",
          "/v1/accounts/1/history/x", "/v1", "/v1/accounts/../users", "/healthz/",
          "/%76%31/accounts"}) {
        auto const found = match(Method::get, path);
        EXPECT_EQ(found.route, nullptr) << path;
        EXPECT_TRUE(found.allow.empty()) << path;
    }
}

TEST(Router, PrefersALiteralPath) {
    EXPECT_EQ(operation(Method::get, "/v1/users/me"), "who_am_i");
    EXPECT_EQ(operation(Method::get, "/v1/users/5"), "find_user");
}

TEST(Router, AnswersHeadWhereItAnswersGet) {
    EXPECT_EQ(operation(Method::head, "/healthz"), "liveness");
    EXPECT_EQ(operation(Method::head, "/v1/login"), "-");
}

TEST(Router, SaysWhichMethodsAPathHas) {
    EXPECT_EQ(match(Method::delete_, "/v1/users").allow, "GET, HEAD, POST");
    EXPECT_EQ(match(Method::get, "/v1/login").allow, "POST");
    EXPECT_EQ(match(Method::other, "/v1/sessions/3").allow, "DELETE");
    EXPECT_EQ(match(Method::get, "/v1/sessions/3").allow, "DELETE");
}

}  // namespace
}  // namespace bank::rest
