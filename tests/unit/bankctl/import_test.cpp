// Many transactions at once: their counts, and their check before they are sent.
#include <gtest/gtest.h>

#include "plugins/bankctl/import_check.hpp"
#include "plugins/bankctl/import_tally.hpp"

namespace bank::bankctl {
namespace {

#define IBAN_A "DE68210501700012345678"
#define IBAN_B "DE41210501700012345679"

ImportTally tally_of(std::string_view answers) {
    ImportTally tally;
    Json const json{answers};
    std::size_t line = 1;
    for (auto const answer : list_at(json.root(), "items")) count(tally, ++line, answer);
    tally.items = tally.settled() + 1;
    return tally;
}

constexpr auto answers =
    R"({"items":[)"
    R"({"key":"a","status":"posted","transfer":{"kind":"deposit",)"
    R"("amount":{"amount":"500","currency":"EUR"}}},)"
    R"({"key":"b","status":"posted","is_replay":true,"transfer":{"kind":"deposit",)"
    R"("amount":{"amount":"70","currency":"EUR"}}},)"
    R"({"key":"c","status":"posted","transfer":{"kind":"hold",)"
    R"("amount":{"amount":"900","currency":"EUR"}}},)"
    R"({"key":"d","status":"insufficient_funds","is_replay":true},)"
    R"({"key":"e","status":"internal_error"},{"key":"f","status":"moon_phase"},)"
    R"({"key":"g","status":"posted","transfers":[)"
    R"({"kind":"transfer","amount":{"amount":"1","currency":"EUR"}},)"
    R"({"kind":"transfer","amount":{"amount":"2","currency":"JPY"}}]}]})";

TEST(Tally, CountsByWhatBecameOfIt) {
    auto const tally = tally_of(answers);
    EXPECT_EQ(tally.posted, 3U);
    EXPECT_EQ(tally.replayed, 1U);
    EXPECT_EQ(tally.refused, 1U);
    EXPECT_EQ(tally.failed, 2U);
    EXPECT_EQ(tally.not_sent(), 1U);
    EXPECT_EQ(tally.sums.at("EUR").posted, 501);
    EXPECT_EQ(tally.sums.at("EUR").replayed, 70);
    EXPECT_EQ(tally.sums.at("JPY").posted, 2);
    EXPECT_EQ(tally.statuses.at("posted"), 4U);
    ASSERT_EQ(tally.refusals.size(), 3U);
    EXPECT_EQ(tally.refusals[0].line, 5U);
    EXPECT_EQ(tally.refusals[0].what_to_do, "Fund the account and resubmit under a new key.");
}

TEST(Tally, IsShownAndWritten) {
    auto const tally = tally_of(answers);
    auto const text = view_tally(tally, {});
    EXPECT_NE(text.find("items\tposted\treplayed\trefused\tfailed\tnot_sent\n8\t3\t1\t1\t2\t1\n"),
              std::string::npos)
        << text;
    EXPECT_NE(text.find("EUR\t5.01 EUR\t0.70 EUR\n"), std::string::npos) << text;
    EXPECT_NE(text.find("5\td\tinsufficient_funds\tFund the account"), std::string::npos) << text;
    EXPECT_TRUE(tally_json(tally, "").starts_with(
        R"({"items":8,"posted":3,"replayed":1,"refused":1,"failed":2,"not_sent":1,)"
        R"("stopped":null,"statuses":{)"))
        << tally_json(tally, "");
    EXPECT_NE(tally_json(tally, "interrupted").find(R"("stopped":"interrupted")"),
              std::string::npos);
}

TEST(Tally, KeepsOnlyTheFirstRefusals) {
    ImportTally tally;
    for (std::size_t i = 0; i < 100; ++i) {
        count_failed(tally, {.line = i, .key = "k", .status = "overloaded", .what_to_do = {}});
    }
    EXPECT_EQ(tally.failed, 100U);
    EXPECT_EQ(tally.refusals.size(), ImportTally::refusals_max);
    EXPECT_EQ(tally.refusals[0].what_to_do, "Run the same command again.");
}

TEST(Progress, ShowsRateAndRest) {
    ImportTally tally;
    tally.items = 120'000;
    tally.posted = 29'990;
    tally.refused = 10;
    EXPECT_EQ(progress_line(tally, 3000, 0),
              "[#####...............]  30,000 of 120,000  10,000/s  0:09 left  posted 29,990  "
              "refused 10  failed 0");
    EXPECT_EQ(progress_line(tally, 3000, 30), "30,000 of 120,000  0:09 left");
    EXPECT_NE(progress_line({}, 0, 0).find("0 of 0  0/s"), std::string::npos);
}

class Check : public testing::Test {
protected:
    Check() {
        for (std::string_view const row : {"1,transfer," IBAN_A "," IBAN_B ",6.00,EUR,\n",
                                           "2,transfer," IBAN_A "," IBAN_B ",5.00,EUR,\n"}) {
            text_ += row;
        }
        survey_ = survey({text_, FileFormat::csv, ""},
                         [this](FileItem const& item) { check_.add(item); });
    }
    std::vector<std::string> found(std::string const& a, std::string const& b) {
        dom::parser parser;
        check_.compare(IBAN_A, parser.parse(a));
        dom::parser other;
        check_.compare(IBAN_B, other.parse(b));
        std::vector<std::string> codes;
        for (auto const& finding : check_.findings()) codes.push_back(finding.code);
        return codes;
    }

    std::string text_ = "key,kind,debit_account_no,credit_account_no,amount,currency,reference\n";
    ImportCheck check_;
    Survey survey_;
};

constexpr auto rich =
    R"({"kind":"customer","currency":"EUR","available":{"amount":"1100","currency":"EUR"}})";
using Codes = std::vector<std::string>;

TEST_F(Check, FindsNothingWhereTheTotalIsCovered) {
    EXPECT_EQ(survey_.items, 2U);
    EXPECT_EQ(found(rich, rich), Codes{});
}

TEST_F(Check, AddsUpWhatAnAccountMustPay) {
    constexpr auto poor =
        R"({"kind":"customer","currency":"EUR","available":{"amount":"1099","currency":"EUR"}})";
    EXPECT_EQ(found(poor, rich), Codes{"insufficient_funds"});
    EXPECT_EQ(check_.findings()[0].needed, 1100);
    EXPECT_EQ(check_.findings()[0].available, 1099);
    EXPECT_EQ(check_.findings()[0].line, 2U);
    EXPECT_NE(view_check(check_, survey_, {}).find("11.00 EUR\t10.99 EUR"), std::string::npos);
    EXPECT_NE(check_json(check_, survey_).find(R"("needed":"1100","available":"1099")"),
              std::string::npos);
}

// An account with 1.00 that receives 5.00 on line 2 and pays 6.00 on line 3.
class CheckOfAnOrder : public testing::Test {
protected:
    static std::vector<CheckFinding> findings(std::string const& rows) {
        ImportCheck check;
        auto const text =
            "key,kind,debit_account_no,credit_account_no,amount,currency,reference\n" + rows;
        EXPECT_EQ(
            survey({text, FileFormat::csv, ""}, [&](FileItem const& item) { check.add(item); })
                .problem_count,
            0U);
        dom::parser parser;
        check.compare(
            IBAN_A, parser.parse(std::string{R"({"kind":"customer","currency":"EUR",)"
                                             R"("available":{"amount":"100","currency":"EUR"}})"}));
        return check.findings();
    }
    static constexpr auto deposit = "1,deposit,," IBAN_A ",5.00,EUR,\n";
    static constexpr auto payment = "2,withdrawal," IBAN_A ",,6.00,EUR,\n";
    static constexpr auto more = "3,withdrawal," IBAN_A ",,0.01,EUR,\n";
};

TEST_F(CheckOfAnOrder, SaysOnWhichLineAPaymentDepends) {
    auto const found = findings(std::string{deposit} + payment);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].code, "depends_on_line");
    EXPECT_EQ(found[0].line, 3U);
    EXPECT_EQ(found[0].depends_on, 2U);
}

TEST_F(CheckOfAnOrder, FindsWhatNoOrderCoversAndWhatComesTooLate) {
    for (auto const& rows :
         {std::string{payment} + deposit, std::string{deposit} + payment + more}) {
        auto const found = findings(rows);
        ASSERT_EQ(found.size(), 1U) << rows;
        EXPECT_EQ(found[0].code, "insufficient_funds") << rows;
        EXPECT_EQ(found[0].depends_on, 0U);
    }
}

TEST_F(CheckOfAnOrder, FailsOnlyForWhatCannotBePosted) {
    Survey const survey;
    for (auto const& [rows, is_postable] : {std::pair{std::string{deposit} + payment, true},
                                            std::pair{std::string{payment} + deposit, false}}) {
        ImportCheck check;
        auto const text =
            "key,kind,debit_account_no,credit_account_no,amount,currency,reference\n" + rows;
        static_cast<void>(bank::bankctl::survey({text, FileFormat::csv, ""},
                                                [&](FileItem const& item) { check.add(item); }));
        dom::parser parser;
        check.compare(
            IBAN_A, parser.parse(std::string{R"({"kind":"customer","currency":"EUR",)"
                                             R"("available":{"amount":"100","currency":"EUR"}})"}));
        EXPECT_EQ(check.is_postable(), is_postable);
        EXPECT_EQ(view_check(check, survey, {}).find("depends on line 2") != std::string::npos,
                  is_postable);
    }
}

TEST_F(Check, FindsAccountsThatAreMissingOrOfAnotherCurrency) {
    EXPECT_EQ(found("null", R"({"currency":"USD"})"),
              (Codes{"debit_account_not_found", "currency_mismatch"}));
}

TEST_F(Check, FindsWhatKeepsMoneyFromMoving) {
    EXPECT_EQ(found(R"({"currency":"EUR","is_locked":true,"is_debit_frozen":true})",
                    R"({"currency":"EUR","is_credit_frozen":true,"is_locked":true})"),
              (Codes{"debit_account_locked", "debit_account_frozen", "credit_account_frozen"}));
}

TEST_F(Check, FindsClosedAccounts) {
    EXPECT_EQ(
        found(R"({"currency":"EUR","is_closed":true})", R"({"currency":"EUR","is_closed":true})"),
        (Codes{"debit_account_closed", "credit_account_closed"}));
}

TEST_F(Check, LetsTheBanksOwnAccountsGoBelowZero) {
    EXPECT_EQ(
        found(R"({"kind":"cash","currency":"EUR","available":{"amount":"-9","currency":"EUR"}})",
              rich),
        Codes{});
}

}  // namespace
}  // namespace bank::bankctl
