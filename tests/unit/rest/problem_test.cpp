#include "plugins/rest/json/problem.hpp"

#include <gtest/gtest.h>

#include "plugins/rest/pages/problem_pages.hpp"

namespace bank::rest {
namespace {

constexpr Incident incident{"/v1/transfers", "0192"};

TEST(Problem, HasTheStatusOfItsKind) {
    struct Row {
        Code code;
        int status;
    };
    for (auto const& row : std::initializer_list<Row>{{Code::insufficient_funds, 422},
                                                      {Code::invalid_field, 400},
                                                      {Code::request_too_large, 413},
                                                      {Code::unsupported_media_type, 415},
                                                      {Code::method_not_allowed, 405},
                                                      {Code::length_required, 411},
                                                      {Code::request_timeout, 408},
                                                      {Code::not_authenticated, 401},
                                                      {Code::login_refused, 401},
                                                      {Code::pin_wrong, 403},
                                                      {Code::account_locked, 403},
                                                      {Code::debit_account_locked, 422},
                                                      {Code::account_not_found, 404},
                                                      {Code::user_name_taken, 409},
                                                      {Code::idempotency_key_reused, 422},
                                                      {Code::idempotency_key_missing, 400},
                                                      {Code::rate_limited, 429},
                                                      {Code::outcome_unknown, 503},
                                                      {Code::internal_error, 500}}) {
        EXPECT_EQ(status_of(row.code), row.status) << word(row.code);
    }
}

TEST(Problem, NeverTellsTheDetailOfAnError) {
    Error error{.code = Code::storage_unavailable, .detail = "host=db user=bankd SQLSTATE 08006"};
    auto const response = to_response(to_problem(error), incident);
    EXPECT_EQ(response.body.find("bankd"), std::string::npos);
    EXPECT_EQ(response.body.find("08006"), std::string::npos);
}

TEST(Problem, TellsWhatToMend) {
    Error error{.code = Code::invalid_field, .field = "/amount", .message = "too \"much\""};
    auto const response = to_response(to_problem(error), incident);
    EXPECT_EQ(response.status, 400);
    EXPECT_EQ(response.content_type, "application/problem+json");
    EXPECT_EQ(response.body,
              R"({"type":"/problems/invalid_field","title":"A field has an invalid value.",)"
              R"("status":400,"code":"invalid_field","detail":"too \"much\"",)"
              R"("instance":"/v1/transfers","request_id":"0192",)"
              R"("errors":[{"pointer":"/amount","message":"too \"much\""}]})");
}

TEST(Problem, SaysWhenToComeBack) {
    auto const told =
        to_response(to_problem(Error{.code = Code::rate_limited, .retry_after_s = 17}), incident);
    EXPECT_EQ(told.retry_after_s, 17U);
    EXPECT_NE(told.body.find(R"("retry_after":17)"), std::string::npos);
    auto const guessed = to_response(to_problem(Error{.code = Code::overloaded}), incident);
    EXPECT_EQ(guessed.retry_after_s, 1U);
    auto const never = to_response(to_problem(Error{.code = Code::not_found}), incident);
    EXPECT_EQ(never.retry_after_s, 0U);
}

TEST(Problem, ChallengesWhoIsNotLoggedIn) {
    EXPECT_EQ(
        to_response(to_problem(Error{.code = Code::not_authenticated}), incident).www_authenticate,
        "Bearer");
    EXPECT_EQ(to_response(to_problem(Error{.code = Code::session_ended}), incident)
                  .www_authenticate.substr(0, 6),
              "Bearer");
    EXPECT_TRUE(
        to_response(to_problem(Error{.code = Code::pin_wrong}), incident).www_authenticate.empty());
}

TEST(ProblemPages, ExplainEveryCode) {
    auto const all = problems_page();
#define BANK_CODE(number, word_, kind_, title_)                                     \
    if (kind(Code::word_) != CodeKind::done) {                                      \
        EXPECT_NE(all.find("/problems/" #word_ "\""), std::string::npos) << #word_; \
    }                                                                               \
    EXPECT_NE(problem_page(Code::word_).find(title_), std::string::npos) << #word_; \
    EXPECT_EQ(std::string_view(title_).find_first_of("<>&"), std::string_view::npos);
#include "core/base/codes.def"
#undef BANK_CODE
}

TEST(ProblemPages, HaveNoScriptAndNoInlineStyle) {
    for (auto const& html :
         {problems_page(), problem_page(Code::pin_wrong), docs_page_without_ui()}) {
        EXPECT_EQ(html.find("<script"), std::string::npos);
        EXPECT_EQ(html.find("style=\""), std::string::npos);
        EXPECT_NE(html.find("<html lang=\"en\">"), std::string::npos);
        EXPECT_NE(html.find("<title>"), std::string::npos);
    }
}

}  // namespace
}  // namespace bank::rest
