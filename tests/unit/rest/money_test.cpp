// Holds, reversals and linked transfers, as their handlers read and answer them.
#include <gtest/gtest.h>

#include "plugins/rest/routes/dispatcher.hpp"
#include "tests/support/fake_bank_api.hpp"

namespace bank::rest {
namespace {

class RestMoney : public testing::Test {
protected:
    Response post(std::string const& path, std::string const& body) {
        RequestHead head;
        head.method = Method::post;
        head.path = path;
        head.content_type = "application/json";
        head.idempotency_key = key_;
        head.has_idempotency_key = !key_.empty();
        auto const padded = body + std::string(body_padding, '\0');
        return dispatcher_.dispatch({.head = head,
                                     .body = std::string_view(padded).substr(0, body.size()),
                                     .source_ip = "192.0.2.1",
                                     .id = {},
                                     .id_text = "request-id"});
    }
    std::string last_argument() const {
        auto const calls = host_.api.calls();
        return calls.empty() ? "" : calls.back().argument;
    }

    test::FakeHost host_;
    StaticFiles files_;
    OwnNames own_names_{"bank.example", true};
    Dispatcher dispatcher_{host_, files_, own_names_, std::chrono::milliseconds(20)};
    std::string key_ = "k1";
};

std::string const accounts = R"("debit_account_no":"A","credit_account_no":"B")";
std::string const five = R"("amount":{"amount":"5","currency":"EUR"})";

TEST_F(RestMoney, EachMovementIsSubmittedAsWhatItIs) {
    struct Row {
        std::string path;
        std::string body;
        std::string argument;
        std::string location;
    };
    std::vector<Row> const rows{
        {"/v1/holds", "{" + accounts + "," + five + R"(,"expires_in_s":60,"pin":"4711"})",
         "k1:hold:A:B:5:4711:60", "/v1/holds/99"},
        {"/v1/holds", "{" + accounts + "," + five + "}", "k1:hold:A:B:5:", "/v1/holds/99"},
        {"/v1/holds/98/capture", "{}", "k1:capture:98:0:", "/v1/transfers/99"},
        {"/v1/holds/98/capture", "{" + five + R"(,"reference":"r"})",
         "k1:capture:98:5:", "/v1/transfers/99"},
        {"/v1/holds/98/release", "", "k1:release:98:0:", "/v1/transfers/99"},
        {"/v1/holds/98/release", R"({"reference":"r"})", "k1:release:98:0:", "/v1/transfers/99"},
        {"/v1/transfers/97/reversal", "{}", "k1:reversal:97:0:", "/v1/transfers/99"},
        {"/v1/transfers/97/reversal", "{" + five + R"(,"pin":"4711"})", "k1:reversal:97:5:4711",
         "/v1/transfers/99"},
    };
    for (auto const& row : rows) {
        auto const response = post(row.path, row.body);
        EXPECT_EQ(response.status, 201) << row.path << response.body;
        EXPECT_EQ(response.location, row.location);
        EXPECT_EQ(last_argument(), row.argument);
    }
}

TEST_F(RestMoney, WhatIsNotAsItShouldBeDoesNotReachTheBank) {
    struct Row {
        std::string path;
        std::string body;
        std::string pointer;
    };
    std::vector<Row> const rows{
        {"/v1/holds", "{" + accounts + "}", "/amount"},
        {"/v1/holds", "{" + accounts + "," + five + R"(,"expires_in_s":0})", "/expires_in_s"},
        {"/v1/holds", "{" + accounts + "," + five + R"(,"expires_in_s":2678401})", "/expires_in_s"},
        {"/v1/holds", "{" + accounts + "," + five + R"(,"expires_in_s":null})", "/expires_in_s"},
        {"/v1/transfers", "{" + accounts + "," + five + R"(,"expires_in_s":60})", "/expires_in_s"},
        {"/v1/holds/98/capture", "", ""},
        {"/v1/holds/98/capture", R"({"amount":null})", "/amount"},
        {"/v1/holds/98/capture", R"({"amount":{"amount":"0","currency":"EUR"}})", "/amount/amount"},
        {"/v1/holds/98/capture", R"({"pin":"4711"})", "/pin"},
        {"/v1/holds/98/release", "{" + five + "}", "/amount"},
        {"/v1/transfers/97/reversal", R"({"origin_id":"5"})", "/origin_id"},
        {"/v1/transfers", "", ""},
    };
    for (auto const& row : rows) {
        auto const response = post(row.path, row.body);
        EXPECT_EQ(response.status, 400) << row.path << row.body;
        EXPECT_NE(response.body.find("\"pointer\":\"" + row.pointer + "\""), std::string::npos)
            << row.path << response.body;
    }
    EXPECT_TRUE(host_.api.calls().empty());
}

TEST_F(RestMoney, EachMovementNeedsAKey) {
    for (auto const* const key : {"", "a b", "\x7f"}) {
        key_ = key;
        for (auto const* const path : {"/v1/holds", "/v1/holds/98/capture", "/v1/holds/98/release",
                                       "/v1/transfers/97/reversal", "/v1/linked-transfers"}) {
            auto const response = post(path, "{}");
            EXPECT_EQ(response.status, 400) << path;
            EXPECT_NE(response.body.find(R"("header":"Idempotency-Key")"), std::string::npos);
        }
        EXPECT_EQ(post("/v1/holds/98/release", "").status, 400);
    }
    EXPECT_TRUE(host_.api.calls().empty());
}

TEST_F(RestMoney, AMissingOriginIsNotFound) {
    host_.api.error = Error{.code = Code::origin_not_found};
    auto const response = post("/v1/holds/98/capture", "{}");
    EXPECT_EQ(response.status, 404);
    EXPECT_NE(response.body.find(R"("code":"origin_not_found")"), std::string::npos);
}

TEST_F(RestMoney, ARefusedCaptureCarriesItsTransfer) {
    host_.api.transfer_status = Code::hold_expired;
    auto const response = post("/v1/holds/98/capture", "{}");
    EXPECT_EQ(response.status, 422);
    EXPECT_NE(response.body.find(R"("transfer":{"id":"99")"), std::string::npos);
}

TEST_F(RestMoney, LinkedTransfersMayBeOfAllKinds) {
    auto const body = R"({"transfers":[{)" + accounts + "," + five + R"(,"pin":"4711"},)" +
                      R"({"kind":"deposit","account_no":"C",)" + five + "}," +
                      R"({"kind":"withdrawal","account_no":"D",)" + five + "}," +
                      R"({"kind":"hold",)" + accounts + "," + five + R"(,"expires_in_s":60},)" +
                      R"({"kind":"capture","origin_id":"1"},{"kind":"release","origin_id":"2"},)" +
                      R"({"kind":"reversal","origin_id":"3",)" + five + "}]}";
    auto const response = post("/v1/linked-transfers", body);
    EXPECT_EQ(response.status, 201) << response.body;
    EXPECT_EQ(response.body.rfind(R"({"transfers":[{"id":"99")", 0), 0U);
    EXPECT_TRUE(response.location.empty());
    EXPECT_EQ(last_argument(),
              "k1 A:B:5:4711 :C:5: D::5: hold:A:B:5::60 capture:1:0: release:2:0: reversal:3:5:");
}

TEST_F(RestMoney, ABadLinkedTransferIsNamed) {
    struct Row {
        std::string transfers;
        std::string pointer;
    };
    auto const good = "{" + accounts + "," + five + "}";
    std::vector<Row> const rows{
        {"[]", "/transfers"},
        {"{}", "/transfers"},
        {"[5]", "/transfers/0"},
        {"[" + good + ",{" + accounts + "}]", "/transfers/1/amount"},
        {"[" + good + R"(,{"kind":"expiry","origin_id":"1"}])", "/transfers/1/kind"},
        {R"([{"kind":"capture"}])", "/transfers/0/origin_id"},
        {R"([{"kind":"capture","origin_id":"0"}])", "/transfers/0/origin_id"},
        {R"([{"kind":"release","origin_id":"1",)" + five + "}]", "/transfers/0/amount"},
        {R"([{"origin_id":"1",)" + accounts + "," + five + "}]", "/transfers/0/origin_id"},
        {R"([{"kind":"deposit",)" + accounts + "," + five + "}]", "/transfers/0/account_no"},
        {R"([{"kind":null,)" + accounts + "," + five + "}]", "/transfers/0/kind"},
    };
    for (auto const& row : rows) {
        auto const response =
            post("/v1/linked-transfers", R"({"transfers":)" + row.transfers + "}");
        EXPECT_EQ(response.status, 400) << row.transfers;
        EXPECT_NE(response.body.find("\"pointer\":\"" + row.pointer + "\""), std::string::npos)
            << row.transfers << response.body;
    }
    EXPECT_TRUE(host_.api.calls().empty());
}

TEST_F(RestMoney, ThereAreAtMostAHundredLinkedTransfers) {
    std::string transfers;
    for (int i = 0; i < 100; ++i) transfers += R"({"kind":"release","origin_id":"1"},)";
    auto const hundred = transfers.substr(0, transfers.size() - 1);
    EXPECT_EQ(post("/v1/linked-transfers", R"({"transfers":[)" + hundred + "]}").status, 201);
    auto const more = transfers + R"({"kind":"release","origin_id":"1"})";
    EXPECT_EQ(post("/v1/linked-transfers", R"({"transfers":[)" + more + "]}").status, 400);
}

TEST_F(RestMoney, ARefusedGroupSaysWhichOfItAndWhy) {
    host_.api.transfer_status = Code::insufficient_funds;
    auto const response =
        post("/v1/linked-transfers", R"({"transfers":[{"kind":"release","origin_id":"1"},)"
                                     R"({"kind":"release","origin_id":"2"}]})");
    EXPECT_EQ(response.status, 422);
    EXPECT_EQ(response.content_type, "application/problem+json");
    EXPECT_NE(response.body.find(R"("code":"insufficient_funds")"), std::string::npos);
    EXPECT_NE(response.body.find(R"("refused_index":1,"transfers":[{"id":"99")"),
              std::string::npos);
}

TEST_F(RestMoney, AnErrorOfAGroupKeepsThePointerOfTheCore) {
    host_.api.error = Error{.code = Code::invalid_field, .field = "/transfers/2/amount"};
    auto const response =
        post("/v1/linked-transfers", R"({"transfers":[{"kind":"release","origin_id":"1"}]})");
    EXPECT_EQ(response.status, 400);
    EXPECT_NE(response.body.find(R"("pointer":"/transfers/2/amount")"), std::string::npos);
}

TEST_F(RestMoney, AReplayedGroupIsMarked) {
    host_.api.is_replay = true;
    auto const response =
        post("/v1/linked-transfers", R"({"transfers":[{"kind":"release","origin_id":"1"}]})");
    EXPECT_EQ(response.status, 201);
    EXPECT_TRUE(response.is_replay);
}

}  // namespace
}  // namespace bank::rest
