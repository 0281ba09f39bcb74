#include "plugins/rest/routes/dispatcher.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "tests/support/fake_bank_api.hpp"

namespace bank::rest {
namespace {

using test::FakeHost;

class DispatcherTest : public testing::Test {
protected:
    struct Options {
        std::string body = {};
        std::string authorization = "Bearer token-text";
        std::string key = {};
        std::string type = "application/json";
    };

    Response ask(Method method, std::string const& target, Options const& options) {
        RequestHead head;
        head.method = method;
        auto const question = target.find('?');
        path_ = target.substr(0, question);
        query_ = question == std::string::npos ? "" : target.substr(question + 1);
        head.path = path_;
        head.query = query_;
        head.content_type = options.type;
        head.authorization = options.authorization;
        head.idempotency_key = options.key;
        head.has_idempotency_key = !options.key.empty();
        head.user_agent = "agent";
        auto const padded = options.body + std::string(body_padding, '\0');
        return dispatcher_.dispatch(
            {.head = head,
             .body = std::string_view(padded).substr(0, options.body.size()),
             .source_ip = "192.0.2.1",
             .id = {},
             .id_text = "request-id"});
    }
    Response ask(Method method, std::string const& target) { return ask(method, target, {}); }
    Response send(Method method, std::string const& target, std::string const& body) {
        return ask(method, target, {.body = body});
    }
    Response move(std::string const& target, std::string const& body) {
        return ask(Method::post, target, {.body = body, .key = "k1"});
    }

    FakeHost host_;
    StaticFiles files_;
    OwnNames own_names_{"bank.example", true};
    Dispatcher dispatcher_{host_, files_, own_names_, std::chrono::milliseconds(20)};
    std::string path_;
    std::string query_;
};

std::string const transfer_body =
    R"({"debit_account_no":"A","credit_account_no":"B","amount":{"amount":"5","currency":"EUR"},)"
    R"("reference":"","pin":"4711"})";

TEST_F(DispatcherTest, EachOperationAsksTheCoreForItself) {
    struct Row {
        Method method;
        std::string target;
        std::string body;
        int status;
        std::string call;
        std::string argument;
    };
    auto const get = Method::get;
    auto const put = Method::put;
    auto const post = Method::post;
    auto const del = Method::delete_;
    std::vector<Row> const rows{
        {post, "/v1/login", R"({"user_name":"alice","password":"s3cret"})", 200, "login",
         "alice:s3cret"},
        {post, "/v1/refresh", R"({"refresh_token":"r"})", 200, "refresh", "r"},
        {post, "/v1/logout", "", 204, "logout", ""},
        {get, "/v1/sessions?user_id=9", "", 200, "list_sessions", "9"},
        {del, "/v1/sessions/3", "", 204, "revoke_session", "3"},
        {get, "/v1/users/me", "", 200, "who_am_i", ""},
        {put, "/v1/users/me/password", R"({"current_password":"a","new_password":"b"})", 204,
         "change_password", "a:b"},
        {get, "/v1/users?name_prefix=al&limit=5", "", 200, "list_users", "al:5"},
        {post, "/v1/users", R"({"user_name":"bob","role":"teller","password":"p"})", 201,
         "add_user", "bob:teller"},
        {get, "/v1/users/7", "", 200, "find_user", "7"},
        {put, "/v1/users/7/role", R"({"role":"auditor"})", 200, "set_user_role", "auditor"},
        {put, "/v1/users/7/disabled", R"({"is_disabled":true})", 200, "set_user_disabled", "yes"},
        {post, "/v1/users/7/reset-password", "", 200, "reset_password", "7"},
        {post, "/v1/accounts",
         R"({"owner":"alice","name":"n","currency":"EUR","pin":"4711",)"
         R"("overdraft_limit":{"amount":"9","currency":"EUR"}})",
         201, "open_account", "alice:EUR:9"},
        {get, "/v1/accounts?owner=alice&account_no=X&kind=cash", "", 200, "list_accounts",
         "alice:X"},
        {get, "/v1/accounts/12", "", 200, "find_account", "12"},
        {post, "/v1/accounts/12/lock", R"({"reason":"lost card"})", 200, "lock_account",
         "lost card"},
        {post, "/v1/accounts/12/unlock", R"({"reason":"found"})", 200, "unlock_account", "found"},
        {post, "/v1/accounts/12/close", "", 200, "close_account", "12"},
        {put, "/v1/accounts/12/overdraft-limit",
         R"({"overdraft_limit":{"amount":"0","currency":"EUR"}})", 200, "set_overdraft", "0"},
        {put, "/v1/accounts/12/limits",
         R"({"per_transfer":{"amount":"5","currency":"EUR"},"per_day":null,)"
         R"("per_week":{"amount":"0","currency":"EUR"},)"
         R"("per_month":{"amount":"9","currency":"EUR"},)"
         R"("minimum_balance":{"amount":"7","currency":"EUR"}})",
         200, "set_limits", "5/-/0/9:7"},
        {put, "/v1/accounts/12/freeze",
         R"({"is_debit_frozen":true,"is_credit_frozen":false,"reason":"court"})", 200,
         "freeze_account", "debit:court"},
        {put, "/v1/accounts/12/freeze", R"({"is_debit_frozen":false,"is_credit_frozen":false})",
         200, "freeze_account", ""},
        {get, "/v1/role-limits", "", 200, "list_role_limits", ""},
        {put, "/v1/role-limits",
         R"({"role":"teller","currency":"EUR","per_transfer":null,)"
         R"("per_day":{"amount":"8","currency":"EUR"},)"
         R"("per_week":null,"per_month":null})",
         204, "set_role_limits", "teller:EUR:-/8/-/-"},
        {get, "/v1/accounts/12/balance", "", 200, "balance", ""},
        {get, "/v1/accounts/12/balance?at=1970-01-01T00:00:01Z", "", 200, "balance", "1000000"},
        {get, "/v1/accounts/12/holds?limit=5", "", 200, "list_holds", "12"},
        {get, "/v1/holds/98", "", 200, "find_hold", "98"},
        {put, "/v1/accounts/12/pin", R"({"new_pin":"4711"})", 204, "set_pin", "4711"},
        {post, "/v1/accounts/12/pin-authorization", R"({"pin":"4711"})", 201, "authorize_pin",
         "4711"},
        {get, "/v1/accounts/12/history?from=2026-01-01", "", 200, "history", "12"},
        {get, "/v1/transfers/99", "", 200, "find_transfer", "99"},
        {get, "/v1/transfers/99/receipt", "", 200, "receipt", "99"},
        {get, "/v1/audit-logs?actor=alice&after=4", "", 200, "audit", "alice:4"},
        {get, "/v1/audit/range?first=4&last=9", "", 200, "prove_audit", "4-9"},
        {get, "/v1/ledger/check", "", 200, "check_ledger", ""},
        {get, "/v1/system/status", "", 200, "system_status", ""},
        {get, "/v1/system/settings", "", 200, "list_settings", ""},
    };
    for (auto const& row : rows) {
        auto const response = send(row.method, row.target, row.body);
        EXPECT_EQ(response.status, row.status) << row.target << response.body;
        ASSERT_FALSE(host_.api.calls().empty());
        auto const call = host_.api.calls().back();
        EXPECT_EQ(call.name, row.call);
        EXPECT_EQ(call.argument, row.argument) << row.target;
        EXPECT_EQ(call.caller.access_token, "token-text");
        EXPECT_EQ(call.caller.source_ip, "192.0.2.1");
        EXPECT_EQ(call.caller.user_agent, "agent");
        EXPECT_FALSE(call.caller.local_peer);
    }
}

TEST_F(DispatcherTest, AnswersAOneTimePasswordOnceAndWipesItThen) {
    auto const response = send(Method::post, "/v1/users/7/reset-password", "{}");
    EXPECT_EQ(response.status, 200);
    EXPECT_NE(response.body.find(R"("password":"k7mp-x2wn-9hqe-r4tz"})"), std::string::npos)
        << response.body;
    EXPECT_TRUE(response.holds_secret);
    EXPECT_EQ(response.keeping, Keeping::never);
    EXPECT_EQ(send(Method::post, "/v1/users/7/reset-password", R"({"password":"x"})").status, 400);
}

TEST_F(DispatcherTest, TellsEverybodyThePublicFacts) {
    auto const response = send(Method::get, "/v1/bank", "");
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.body, R"({"forgotten_password_text":"Ask <b>us</b>."})");
    EXPECT_EQ(host_.api.calls().back().name, "public_facts");
}

TEST_F(DispatcherTest, WhatNoCheckpointCoversYetIsPendingAndNoFailure) {
    for (auto const* const target :
         {"/v1/transfers/99/receipt", "/v1/audit/range?first=4&last=9"}) {
        host_.api.is_signed = false;
        auto const pending = send(Method::get, target, "");
        EXPECT_EQ(pending.status, 202) << target;
        EXPECT_EQ(pending.retry_after_s, 1U);
        EXPECT_EQ(pending.body, R"({"status":"pending"})");
        EXPECT_EQ(pending.content_type, "application/json");
        host_.api.is_signed = true;
        auto const proof = send(Method::get, target, "");
        EXPECT_EQ(proof.status, 200);
        EXPECT_EQ(proof.retry_after_s, 0U);
        host_.api.error = Error{.code = Code::receipt_pending, .retry_after_s = 10};
        auto const late = send(Method::get, target, "");
        EXPECT_EQ(late.status, 503) << target;
        EXPECT_EQ(late.retry_after_s, 10U);
        host_.api.error.reset();
    }
}

TEST_F(DispatcherTest, TakesMoneyOnlyWithAKey) {
    for (auto const* const key : {"", "ä", "a\tb"}) {
        auto const response =
            ask(Method::post, "/v1/transfers", {.body = transfer_body, .key = key});
        EXPECT_EQ(response.status, 400);
        EXPECT_NE(response.body.find("Idempotency-Key"), std::string::npos);
    }
    auto const response =
        ask(Method::post, "/v1/transfers", {.body = transfer_body, .key = std::string(256, 'k')});
    EXPECT_EQ(response.status, 400);
    EXPECT_TRUE(host_.api.calls().empty());
}

TEST_F(DispatcherTest, AMissingKeyHasItsOwnCode) {
    auto const response = send(Method::post, "/v1/transfers", transfer_body);
    EXPECT_NE(response.body.find(R"("code":"idempotency_key_missing")"), std::string::npos);
}

TEST_F(DispatcherTest, PostsATransfer) {
    auto const response = move("/v1/transfers", transfer_body);
    EXPECT_EQ(response.status, 201) << response.body;
    EXPECT_EQ(response.location, "/v1/transfers/99");
    EXPECT_FALSE(response.is_replay);
    EXPECT_EQ(host_.api.calls().back().argument, "k1:A:B:5:4711");
}

TEST_F(DispatcherTest, DepositsCreditAndWithdrawalsDebit) {
    std::string const body = R"({"account_no":"A","amount":{"amount":"5","currency":"EUR"}})";
    EXPECT_EQ(move("/v1/deposits", body).status, 201);
    EXPECT_EQ(host_.api.calls().back().argument, "k1::A:5:");
    EXPECT_EQ(move("/v1/withdrawals", body).status, 201);
    EXPECT_EQ(host_.api.calls().back().argument, "k1:A::5:");
}

TEST_F(DispatcherTest, MarksAReplay) {
    host_.api.is_replay = true;
    auto const response = move("/v1/transfers", transfer_body);
    EXPECT_EQ(response.status, 201);
    EXPECT_TRUE(response.is_replay);
}

TEST_F(DispatcherTest, ARefusalOfTheLedgerCarriesItsTransfer) {
    host_.api.transfer_status = Code::insufficient_funds;
    auto const response = move("/v1/transfers", transfer_body);
    EXPECT_EQ(response.status, 422);
    EXPECT_EQ(response.content_type, "application/problem+json");
    EXPECT_NE(response.body.find(R"("code":"insufficient_funds")"), std::string::npos);
    EXPECT_NE(response.body.find(R"("transfer":{"id":"99")"), std::string::npos);
    EXPECT_TRUE(response.location.empty());
}

TEST_F(DispatcherTest, ASilentCoreLeavesTheOutcomeUnknownAndMayAnswerLater) {
    host_.api.replies = false;
    auto const response = move("/v1/transfers", transfer_body);
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(response.retry_after_s, 1U);
    EXPECT_NE(response.body.find(R"("code":"outcome_unknown")"), std::string::npos);
    host_.api.kept.front()(host_.api.transfer());  // No one is waiting; nothing breaks.
}

TEST_F(DispatcherTest, ContainsWhatAHandlerThrows) {
    host_.api.before = [](std::string const&) { throw std::runtime_error("broken"); };
    auto const response =
        send(Method::post, "/v1/login", R"({"user_name":"alice","password":"hunter2-secret"})");
    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(response.body.find("broken"), std::string::npos);
    EXPECT_NE(host_.log_text().find("broken"), std::string::npos);
    EXPECT_EQ(host_.log_text().find("hunter2-secret"), std::string::npos);
    host_.api.before = nullptr;
    EXPECT_EQ(ask(Method::get, "/v1/users/me").status, 200);
}

TEST_F(DispatcherTest, ShowsTheBudgetThatTheCoreCharged) {
    host_.api.rate = api::RateDecision{false, 30, 60, 0, 60, 7};
    EXPECT_FALSE(send(Method::post, "/v1/login", "no JSON at all").rate);
    auto const response =
        send(Method::post, "/v1/login", R"({"user_name":"alice","password":"hunter2-secret"})");
    EXPECT_EQ(response.status, 429);
    EXPECT_EQ(response.retry_after_s, 7U);
    ASSERT_TRUE(response.rate);
    EXPECT_EQ(response.rate->route, operations::Budget::login);
    EXPECT_EQ(host_.api.charged(), std::vector{operations::Budget::login});
    EXPECT_TRUE(host_.api.calls().empty());
}

TEST_F(DispatcherTest, CountsNeitherHealthNorPages) {
    for (auto const* const path :
         {"/healthz", "/readyz", "/openapi.json", "/docs/", "/problems", "/problems/pin_wrong"}) {
        EXPECT_EQ(ask(Method::get, path).status, 200) << path;
    }
    EXPECT_TRUE(host_.api.charged().empty());
}

TEST_F(DispatcherTest, WantsJson) {
    std::string const body = R"({"refresh_token":"r"})";
    for (auto const* const good :
         {"application/json", "Application/JSON", "application/json; charset=utf-8",
          "application/json;charset=UTF-8"}) {
        EXPECT_EQ(ask(Method::post, "/v1/refresh", {.body = body, .type = good}).status, 200);
    }
    auto const before = host_.api.calls().size();
    for (auto const* const bad :
         {"", "text/plain", "application/json; charset=utf-16", "application/jsonx",
          "application/x-www-form-urlencoded", "application/problem+json"}) {
        EXPECT_EQ(ask(Method::post, "/v1/refresh", {.body = body, .type = bad}).status, 415) << bad;
    }
    EXPECT_EQ(host_.api.calls().size(), before);
}

TEST_F(DispatcherTest, RefusesABodyWhereNoneBelongs) {
    EXPECT_EQ(send(Method::post, "/v1/logout", R"({"a":1})").status, 400);
    EXPECT_EQ(send(Method::post, "/v1/accounts/12/close", R"({"a":1})").status, 400);
    EXPECT_TRUE(host_.api.calls().empty());
}

TEST_F(DispatcherTest, PassesOnlyAWellFormedToken) {
    struct Row {
        std::string authorization;
        std::string token;
    };
    for (auto const& row : std::vector<Row>{{"Bearer a.b-c_d~e+/=", "a.b-c_d~e+/="},
                                            {"bearer abc", "abc"},
                                            {"Basic abc", ""},
                                            {"Bearer", ""},
                                            {"Bearer a b", ""},
                                            {"Bearer  a", ""},
                                            {"Bearer a\"b", ""},
                                            {"", ""}}) {
        ask(Method::get, "/v1/users/me", {.authorization = row.authorization});
        EXPECT_EQ(host_.api.calls().back().caller.access_token, row.token) << row.authorization;
    }
}

TEST_F(DispatcherTest, LinksToTheNextPage) {
    host_.api.next_cursor = "a b>";
    auto const response = ask(Method::get, "/v1/users?limit=2&cursor=old&name_prefix=a");
    EXPECT_EQ(response.link, "</v1/users?limit=2&name_prefix=a&cursor=a%20b%3E>; rel=\"next\"");
    EXPECT_NE(response.body.find(R"("has_more":true,"next_cursor":"a b>")"), std::string::npos);
    host_.api.next_cursor.clear();
    EXPECT_TRUE(ask(Method::get, "/v1/users").link.empty());
}

TEST_F(DispatcherTest, SaysWhyItIsNotReady) {
    host_.api.state = api::Readiness::database_away;
    auto const response = ask(Method::get, "/readyz");
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(response.body, R"({"status":"database_away"})");
    EXPECT_GT(response.retry_after_s, 0U);
    EXPECT_EQ(ask(Method::get, "/healthz").status, 200);
}

TEST_F(DispatcherTest, TellsUnknownPathsFromUnknownMethods) {
    EXPECT_EQ(ask(Method::get, "/v1/nothing").status, 404);
    auto const response = ask(Method::put, "/v1/login");
    EXPECT_EQ(response.status, 405);
    EXPECT_EQ(response.allow, "POST");
}

TEST_F(DispatcherTest, LogsAFaultWithItsDetailAndTellsNone) {
    host_.api.error = Error{.code = Code::internal_error, .detail = "relation missing"};
    auto const response = ask(Method::get, "/v1/users/me");
    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(response.body.find("relation"), std::string::npos);
    EXPECT_NE(host_.log_text().find("relation missing"), std::string::npos);
    EXPECT_NE(host_.log_text().find("request-id"), std::string::npos);
}

TEST_F(DispatcherTest, ShowsTheEntrysMoneyInTheAccountsCurrency) {
    auto const response = ask(Method::get, "/v1/accounts/12/history");
    EXPECT_NE(response.body.find(R"("amount":{"amount":"-2500","currency":"EUR"})"),
              std::string::npos);
}

TEST_F(DispatcherTest, WipesWhatHoldsTokensOnceItIsSent) {
    auto const body = R"({"user_name":"alice","password":"s3cret"})";
    EXPECT_TRUE(send(Method::post, "/v1/login", body).holds_secret);
    EXPECT_FALSE(ask(Method::get, "/v1/users/me").holds_secret);
}

TEST_F(DispatcherTest, OpensNoStreamThatTheCoreRefuses) {
    RequestHead head;
    head.method = Method::post;
    head.path = "/v1/transfer-batches";
    head.content_type = "application/x-ndjson";
    auto const open = [&] {
        return dispatcher_.open_stream({.head = head,
                                        .body = {},
                                        .source_ip = "192.0.2.1",
                                        .id = {},
                                        .id_text = "request-id"});
    };
    EXPECT_FALSE(open().refusal);
    host_.api.error = Error{Code::password_change_required};
    auto const opening = open();
    ASSERT_TRUE(opening.refusal);
    EXPECT_EQ(opening.refusal->status, 403);
    EXPECT_NE(opening.refusal->body.find("password_change_required"), std::string::npos);
}

TEST_F(DispatcherTest, LogsTheFirstForeignHostAlone) {
    auto const refresh_as = [&](std::string const& name) {
        RequestHead head;
        head.method = Method::post;
        head.path = "/v1/web-session/refresh";
        head.host = name;
        head.bankd_client = "web";
        return dispatcher_.dispatch({.head = head,
                                     .body = {},
                                     .source_ip = "192.0.2.1",
                                     .id = {},
                                     .id_text = "request-id"});
    };
    EXPECT_EQ(refresh_as("bank.example").status, 204);
    EXPECT_EQ(host_.log_text(), "");
    auto const long_name = "a\n\x1b" + std::string(300, 'b');
    EXPECT_EQ(refresh_as(long_name).status, 400);
    EXPECT_EQ(refresh_as("other.example").status, 400);
    EXPECT_EQ(host_.log_text(), "a browser opened the bank as \"a??" + std::string(97, 'b') +
                                    "\", which is none of its names; if it should be one, add it "
                                    "to own_names (logged once)\n");
}

}  // namespace
}  // namespace bank::rest
