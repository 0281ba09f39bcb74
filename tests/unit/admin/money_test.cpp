// Limits, freezes, holds, balances and single transactions, as a local administrator requests them.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/unit/admin/answer.hpp"

namespace bank::admin {
namespace {

using Words = std::vector<std::string>;

money::Currency currency(char const* code) {
    return *money::parse_currency(code);
}

class Money : public Answer {
protected:
    Money() {
        auto& bank = host_.recording;
        bank.accounts.push_back({.id = {18},
                                 .account_no = "DE41210501700012345679",
                                 .name = "Yen",
                                 .currency = currency("JPY"),
                                 .limits = {.per_day = 7000}});
        bank.holds = {{.id = {5},
                       .debit_account_no = "DE68210501700012345678",
                       .credit_account_no = "DE41210501700012345679",
                       .amount = {1500, currency("EUR")},
                       .reference = "hotel"}};
        bank.role_limits = {{.role = api::Role::teller,
                             .currency = currency("EUR"),
                             .limits = {.per_transfer = 100'000, .per_day = 500'000}}};
    }
    api::Account const& account(std::size_t index) { return host_.recording.accounts[index]; }
    bool was_asked(std::string_view beginning) {
        auto const asked = host_.recording.words_asked();
        return std::any_of(asked.begin(), asked.end(),
                           [&](auto const& what) { return what.starts_with(beginning); });
    }
};

TEST_F(Money, LimitsAreShownWithWhatIsSpentAndNothingChanges) {
    host_.recording.accounts[1].spending = {.today = 1, .this_week = 2, .this_month = 3};
    auto const reply = ask("account limits", R"({"account":"18"})");
    ASSERT_TRUE(reply.is_ok) << reply.message;
    EXPECT_NE(reply.result.find(R"("limits":{"per_transfer":null,)"
                                R"("per_day":{"amount":"7000","currency":"JPY"},)"
                                R"("per_week":null,"per_month":null})"),
              std::string::npos)
        << reply.result;
    EXPECT_NE(reply.result.find(R"("spending":{"today":{"amount":"1","currency":"JPY"},)"),
              std::string::npos);
    EXPECT_FALSE(was_asked("set_limits"));
}

TEST_F(Money, LimitsAreSetInTheAccountsCurrencyAndTheOthersStay) {
    ASSERT_TRUE(ask("account limits", R"({"account":"18","per_transfer":"500"})").is_ok);
    EXPECT_EQ(account(1).limits, (api::Limits{.per_transfer = 500, .per_day = 7000}));
    ASSERT_TRUE(ask("account limits", R"({"account":"17","per_week":"500.25","per_month":"1000",)"
                                      R"("minimum_balance":"50.00"})")
                    .is_ok);
    EXPECT_EQ(account(0).limits, (api::Limits{.per_week = 50'025, .per_month = 100'000}));
    EXPECT_EQ(account(0).minimum_balance, 5000);
}

TEST_F(Money, LimitsAreTakenAwayByNone) {
    ASSERT_TRUE(ask("account limits", R"({"account":"18","per_day":"none"})").is_ok);
    EXPECT_EQ(account(1).limits, api::Limits{});
    host_.recording.accounts[1].minimum_balance = 9;
    ASSERT_TRUE(ask("account limits", R"({"account":"18","minimum_balance":"none"})").is_ok);
    EXPECT_EQ(account(1).minimum_balance, 0);
}

struct WrongLimit {
    std::string arguments;
    Code code;
    std::string field;
};

class LimitsRefuse : public Money, public testing::WithParamInterface<WrongLimit> {};

TEST_P(LimitsRefuse, AndStayAsTheyAre) {
    auto const reply = ask("account limits", GetParam().arguments);
    EXPECT_EQ(reply.code, GetParam().code) << reply.message;
    EXPECT_EQ(reply.field, GetParam().field);
    EXPECT_FALSE(was_asked("set_limits"));
    EXPECT_EQ(account(1).limits, (api::Limits{.per_day = 7000}));
}

INSTANTIATE_TEST_SUITE_P(
    All, LimitsRefuse,
    testing::Values(
        WrongLimit{R"({"account":"18","per_day":"5.00"})", Code::invalid_field,
                   "/arguments/per_day"},
        WrongLimit{R"({"account":"18","per_day":"-1"})", Code::invalid_field, "/arguments/per_day"},
        WrongLimit{R"({"account":"18","per_day":"None"})", Code::invalid_field,
                   "/arguments/per_day"},
        WrongLimit{R"({"account":"18","per_day":500})", Code::invalid_field, "/arguments/per_day"},
        WrongLimit{R"({"account":"18","per_month":"9007199254740992"})", Code::invalid_field,
                   "/arguments/per_month"},
        WrongLimit{R"({"account":"18","minimum_balance":"1,000"})", Code::invalid_field,
                   "/arguments/minimum_balance"},
        WrongLimit{R"({"account":"99","per_day":"5"})", Code::account_not_found, ""},
        WrongLimit{R"({"per_day":"5"})", Code::invalid_field, "/arguments/account"}));

TEST_F(Money, AnOverdraftLimitIsSetInTheAccountsCurrency) {
    ASSERT_TRUE(ask("account overdraft", R"({"account":"18","overdraft_limit":"500"})").is_ok);
    EXPECT_EQ(account(1).overdraft_limit, 500);
    ASSERT_TRUE(ask("account overdraft", R"({"account":"17","overdraft_limit":"500.25"})").is_ok);
    EXPECT_EQ(account(0).overdraft_limit, 50'025);
    ASSERT_TRUE(ask("account overdraft", R"({"account":"17","overdraft_limit":"none"})").is_ok);
    EXPECT_EQ(account(0).overdraft_limit, 0);
    auto const wrong = ask("account overdraft", R"({"account":"18","overdraft_limit":"5.5"})");
    EXPECT_EQ(wrong.field, "/arguments/overdraft_limit");
    EXPECT_EQ(wrong.message, "5.5 has one decimal; JPY has no decimals. Or write none.");
    EXPECT_EQ(account(1).overdraft_limit, 500);
    EXPECT_EQ(ask("account overdraft", R"({"account":"18"})").field, "/arguments/overdraft_limit");
}

TEST_F(Money, AnAccountIsClosed) {
    ASSERT_TRUE(ask("account close", R"({"account":"18"})").is_ok);
    EXPECT_TRUE(account(1).is_closed);
    EXPECT_FALSE(account(0).is_closed);
    EXPECT_EQ(ask("account close", R"({"account":"99"})").code, Code::account_not_found);
}

TEST_F(Money, TheHistoryOfAnAccountIsInItsCurrency) {
    auto const reply = ask("account history", R"({"account":"17","from":"2026-03-01"})");
    ASSERT_TRUE(reply.is_ok) << reply.message;
    EXPECT_TRUE(reply.result.starts_with(
        R"({"items":[{"id":"9","transfer_id":"7","account_id":"17","kind":"transfer",)"
        R"("side":"debit","amount":{"amount":"-1250","currency":"EUR"},)"
        R"("balance":{"amount":"98750","currency":"EUR"},)"
        R"("counterparty_account_no":"DE41210501700012345679","reference":"rent",)"))
        << reply.result;
    EXPECT_TRUE(was_asked("history 17 2026-03-01T00:00:00"));
    EXPECT_EQ(ask("account history", R"({"account":"17","until":"noon"})").field,
              "/arguments/until");
}

TEST_F(Money, TransfersAreListedByAccountKindAndStatus) {
    auto const reply = ask("transfer list", R"({"account":"17","kind":"hold",)"
                                            R"("status":"insufficient_funds","limit":5})");
    ASSERT_TRUE(reply.is_ok) << reply.message;
    EXPECT_TRUE(reply.result.starts_with(R"({"items":[{"id":"7",)")) << reply.result;
    EXPECT_TRUE(was_asked("list_transfers 17 hold insufficient_funds 5"));
    ASSERT_TRUE(ask("transfer list", "{}").is_ok);
    EXPECT_TRUE(was_asked("list_transfers 0 any any"));
    EXPECT_EQ(ask("transfer list", R"({"kind":"payment"})").field, "/arguments/kind");
    // A code, but never a stored status.
    for (auto const* status : {"nonsense", "permission_denied"}) {
        auto const wrong = ask("transfer list", fmt::format(R"({{"status":"{}"}})", status));
        EXPECT_EQ(wrong.field, "/arguments/status") << status;
    }
}

TEST_F(Money, AFreezeOfOneSideLeavesTheOther) {
    ASSERT_TRUE(ask("account freeze", R"({"account":"17","debit":true,"reason":"court"})").is_ok);
    EXPECT_TRUE(account(0).is_debit_frozen);
    EXPECT_FALSE(account(0).is_credit_frozen);
    auto const both = ask("account freeze", R"({"account":"17","credit":true,"reason":"fraud"})");
    EXPECT_TRUE(account(0).is_debit_frozen);
    EXPECT_TRUE(account(0).is_credit_frozen);
    EXPECT_NE(both.result.find(R"("freeze_reason":"fraud")"), std::string::npos);
    ASSERT_TRUE(ask("account unfreeze", R"({"account":"17"})").is_ok);
    EXPECT_FALSE(account(0).is_debit_frozen || account(0).is_credit_frozen);
}

TEST_F(Money, AFreezeOfNothingIsRefused) {
    for (auto const* arguments :
         {R"({"account":"17","reason":"court"})",
          R"({"account":"17","debit":false,"credit":false,"reason":"court"})",
          R"({"account":"17","debit":"yes","reason":"court"})",
          R"({"account":"17","debit":1,"reason":"court"})"}) {
        auto const reply = ask("account freeze", arguments);
        EXPECT_EQ(reply.code, Code::invalid_field) << arguments;
        EXPECT_EQ(reply.field, "/arguments/debit") << arguments;
    }
    EXPECT_EQ(ask("account freeze", R"({"account":"17","debit":true})").field, "/arguments/reason");
    EXPECT_FALSE(was_asked("freeze_account"));
}

TEST_F(Money, ABalanceIsOfNowOrOfAnInstant) {
    host_.recording.accounts[0].balance = 4200;
    auto const now = ask("account balance", R"({"account":"17"})");
    EXPECT_EQ(now.result, R"({"account_id":"17","balance":{"amount":"4200","currency":"EUR"},)"
                          R"("entry_id":"9","at":"1970-01-01T00:00:01.000000Z"})");
    ASSERT_TRUE(ask("account balance", R"({"account":"17","at":"2026-03-01"})").is_ok);
    EXPECT_TRUE(was_asked("balance 17 2026-03-01T00:00:00.000000Z"));
    EXPECT_EQ(ask("account balance", R"({"account":"17","at":"yesterday"})").field,
              "/arguments/at");
    EXPECT_EQ(ask("account balance", R"({"account":"99"})").code, Code::account_not_found);
}

TEST_F(Money, HoldsAreListedAndShown) {
    auto const list = ask("account holds", R"({"account":"17","limit":10})");
    EXPECT_NE(list.result.find(R"("id":"5","state":"open")"), std::string::npos) << list.result;
    EXPECT_NE(list.result.find(R"("settled_by":null)"), std::string::npos);
    EXPECT_NE(ask("hold show", R"({"hold_id":5})").result.find("hotel"), std::string::npos);
    EXPECT_EQ(ask("hold show", R"({"hold_id":6})").code, Code::origin_not_found);
}

TEST_F(Money, AReleaseAndAReversalNameTheirOriginAndTheirKey) {
    auto const released = ask("hold release", R"({"hold_id":5,"key":"k1","reference":"gone"})");
    EXPECT_NE(released.result.find(R"("kind":"release","status":"posted")"), std::string::npos);
    EXPECT_NE(released.result.find(R"("origin_id":"5")"), std::string::npos) << released.result;
    EXPECT_NE(released.result.find(R"("reference":"gone")"), std::string::npos);
    ASSERT_TRUE(ask("transfer reverse", R"({"transfer_id":9,"key":"k2"})").is_ok);
    ASSERT_TRUE(ask("transfer reverse", R"({"transfer_id":9,"key":"k3","amount":"12.50"})").is_ok);
    EXPECT_EQ(host_.recording.words_asked(),
              (Words{"submit release k1 5 0", "submit reversal k2 9 0", "find_transfer 9",
                     "submit reversal k3 9 1250"}));
}

TEST_F(Money, ARefusedMovementIsAnAnswerWithItsStatus) {
    host_.recording.decide = [](api::TransferRequest const&) {
        return api::Transfer{.status = Code::already_reversed};
    };
    auto const reply = ask("transfer reverse", R"({"transfer_id":9,"key":"k"})");
    ASSERT_TRUE(reply.is_ok);
    EXPECT_NE(reply.result.find(R"("status":"already_reversed")"), std::string::npos);
}

TEST_F(Money, AMovementThatIsNotUnderstoodIsNotSubmitted) {
    for (auto const* arguments :
         {R"({"transfer_id":9,"key":"k","amount":"0.00"})",
          R"({"transfer_id":9,"key":"k","amount":"-1.00"})",
          R"({"transfer_id":9,"key":"k","amount":"1.005"})", R"({"transfer_id":9})",
          R"({"transfer_id":9000000,"key":"k","amount":"1.00"})"}) {
        EXPECT_FALSE(ask("transfer reverse", arguments).is_ok) << arguments;
    }
    EXPECT_FALSE(ask("hold release", R"({"hold_id":5})").is_ok);
    EXPECT_FALSE(ask("hold release", R"({"key":"k"})").is_ok);
    EXPECT_FALSE(was_asked("submit"));
}

TEST_F(Money, RoleLimitsAreListedShownAndChanged) {
    EXPECT_EQ(
        ask("role limits", "{}").result,
        R"({"items":[{"role":"teller","currency":"EUR",)"
        R"("per_transfer":{"amount":"100000","currency":"EUR"},)"
        R"("per_day":{"amount":"500000","currency":"EUR"},"per_week":null,"per_month":null}]})");
    EXPECT_EQ(ask("role limits", R"({"role":"teller","currency":"JPY"})").result,
              R"({"items":[{"role":"teller","currency":"JPY","per_transfer":null,)"
              R"("per_day":null,"per_week":null,"per_month":null}]})");
    EXPECT_FALSE(was_asked("set_role_limits"));
    ASSERT_TRUE(ask("role limits", R"({"role":"teller","currency":"EUR","per_day":"none",)"
                                   R"("per_week":"9000.00"})")
                    .is_ok);
    ASSERT_EQ(host_.recording.role_limits.size(), 1U);
    EXPECT_EQ(host_.recording.role_limits[0].limits,
              (api::Limits{.per_transfer = 100'000, .per_week = 900'000}));
}

TEST_F(Money, RoleLimitsWithoutTheirRoleOrCurrencyAreRefused) {
    struct {
        char const* arguments;
        Code code;
        char const* field;
    } const rows[] = {
        {R"({"role":"teller"})", Code::invalid_field, "/arguments/currency"},
        {R"({"currency":"EUR"})", Code::invalid_field, "/arguments/role"},
        {R"({"per_day":"1.00"})", Code::invalid_field, "/arguments/role"},
        {R"({"role":"boss","currency":"EUR"})", Code::invalid_field, "/arguments/role"},
        {R"({"role":"teller","currency":"XYZ"})", Code::unknown_currency, "/arguments/currency"},
        {R"({"role":"teller","currency":"EUR","per_day":"1"x})", Code::malformed_request, ""},
        {R"({"role":"teller","currency":"EUR","per_day":"1.0"})", Code::invalid_field,
         "/arguments/per_day"},
    };
    for (auto const& row : rows) {
        auto const reply = ask("role limits", row.arguments);
        EXPECT_EQ(reply.code, row.code) << row.arguments;
        EXPECT_EQ(reply.field, row.field) << row.arguments;
    }
    EXPECT_FALSE(was_asked("set_role_limits"));
}

TEST_F(Money, EveryRefusalOfTheBankReachesTheAsker) {
    host_.recording.refusal = Error{.code = Code::permission_denied};
    for (auto const& [command, arguments] :
         std::initializer_list<std::pair<char const*, char const*>>{
             {"account limits", R"({"account":"17","per_day":"1.00"})"},
             {"account freeze", R"({"account":"17","debit":true,"reason":"x"})"},
             {"account unfreeze", R"({"account":"17"})"},
             {"account balance", R"({"account":"17"})"},
             {"account holds", R"({"account":"17"})"},
             {"hold show", R"({"hold_id":5})"},
             {"hold release", R"({"hold_id":5,"key":"k"})"},
             {"role limits", "{}"},
             {"transfer reverse", R"({"transfer_id":5,"key":"k"})"}}) {
        EXPECT_EQ(ask(command, arguments).code, Code::permission_denied) << command;
    }
}

}  // namespace
}  // namespace bank::admin
