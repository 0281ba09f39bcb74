// Many transactions at once: their handling by the plugin, and the counts of bankctl.
#include <gtest/gtest.h>

#include "core/api/transfers.hpp"
#include "plugins/admin/wire/transfer_item.hpp"
#include "plugins/bankctl/import_check.hpp"
#include "plugins/bankctl/import_tally.hpp"
#include "tests/unit/admin/answer.hpp"

namespace bank::admin {
namespace {

#define IBAN_A "DE68210501700012345678"
#define IBAN_B "DE41210501700012345679"
#define EUR_5 R"("amount":{"amount":"500","currency":"EUR"})"

std::string deposit(std::string const& key) {
    return R"({"key":")" + key + R"(","kind":"deposit","account_no":")" IBAN_A R"(",)" EUR_5 "}";
}

class Import : public Answer {
protected:
    wire::Reply submit(std::string const& items) {
        return ask("transfer submit", R"({"items":)" + items + "}");
    }
};

TEST_F(Import, AnswersEachItemInItsOrder) {
    host_.recording.decide = [](api::TransferRequest const& request) -> Result<api::Transfer> {
        if (request.idempotency_key == "poor")
            return api::Transfer{.status = Code::insufficient_funds};
        if (request.idempotency_key == "busy") {
            return Error{.code = Code::overloaded, .detail = "queue", .retry_after_s = 3};
        }
        return api::Transfer{};
    };
    auto const reply =
        submit("[" + deposit("a") + "," + deposit("poor") + "," + deposit("busy") + "]");
    ASSERT_TRUE(reply.is_ok) << reply.message;
    auto const& text = reply.result;
    auto const first = text.find(R"({"key":"a","status":"posted","transfer":{)");
    auto const second = text.find(R"({"key":"poor","status":"insufficient_funds","transfer":{)");
    auto const third = text.find(R"({"key":"busy","status":"overloaded","detail":)"
                                 R"("The bank is busy. Try again shortly.","retry_after":3})");
    EXPECT_LT(first, second) << text;
    EXPECT_LT(second, third) << text;
    EXPECT_NE(third, std::string::npos) << text;
    EXPECT_EQ(text.find("queue"), std::string::npos);
    EXPECT_NE(submit("[" + deposit("a") + "]").result.find(R"("status":"posted","is_replay":true)"),
              std::string::npos);
}

TEST_F(Import, SubmitsAGroupAsOne) {
    host_.recording.decide = [](api::TransferRequest const& request) -> Result<api::Transfer> {
        return api::Transfer{.status = request.kind == api::TransferKind::transfer
                                           ? Code::insufficient_funds
                                           : Code::linked_transfer_refused};
    };
    auto const reply = submit(R"([{"key":"g","linked":[{"kind":"release","origin_id":"7"},)"
                              R"({"debit_account_no":")" IBAN_A R"(","credit_account_no":")" IBAN_B
                              R"(",)" EUR_5 "}]}]");
    EXPECT_EQ(host_.recording.words_asked(), (std::vector<std::string>{"submit_linked g 2"}));
    EXPECT_NE(reply.result.find(R"("key":"g","status":"linked_transfer_refused")"),
              std::string::npos)
        << reply.result;
    EXPECT_NE(reply.result.find(R"("refused_index":0)"), std::string::npos);
}

TEST_F(Import, NamesTheFieldOfAGroupAsTheItemDoes) {
    host_.recording.decide = [](api::TransferRequest const&) -> Result<api::Transfer> {
        return Error{.code = Code::origin_not_found, .field = "/transfers/0/origin_id"};
    };
    auto const reply = submit(R"([{"key":"g","linked":[{"kind":"release","origin_id":"7"}]}])");
    EXPECT_NE(reply.result.find(R"("field":"/linked/0/origin_id")"), std::string::npos)
        << reply.result;
}

TEST_F(Import, WaitsForAllBeforeItAnswersAndForNoneBetween) {
    // A bank that answers the first request only after it has the last.
    class SlowBank : public test::RecordingBank {
    public:
        SlowBank() {
            on_reply<operations::Submit>([this](auto&, auto, auto reply) {
                replies.push_back(std::move(reply));
                if (replies.size() < 3) return;
                for (auto i = replies.rbegin(); i != replies.rend(); ++i) (*i)(api::Transfer{});
            });
        }
        std::vector<ReplyOf<operations::Submit>> replies;
    };
    class SlowHost : public test::RecordingHost {
    public:
        operations::BankApi& bank() override { return slow; }
        SlowBank slow;
    } host;
    auto const text = answer(host, meters_, peer_,
                             R"({"v":1,"command":"transfer submit","arguments":)"
                             R"({"items":[)" +
                                 deposit("a") + "," + deposit("b") + "," + deposit("c") + "]}}",
                             {});
    EXPECT_LT(text.find(R"("key":"a")"), text.find(R"("key":"c")")) << text;
}

struct WrongItems {
    std::string items;
    Code code;
    std::string field;
};

class ImportRefuses : public Import, public testing::WithParamInterface<WrongItems> {};

TEST_P(ImportRefuses, AndSubmitsNothing) {
    auto const reply = submit(GetParam().items);
    EXPECT_EQ(reply.code, GetParam().code) << reply.result;
    EXPECT_EQ(reply.field, GetParam().field) << reply.message;
    EXPECT_TRUE(host_.recording.asked().empty());
}

std::string many(std::size_t count) {
    std::string items = "[" + deposit("0");
    for (std::size_t i = 1; i < count; ++i) items += "," + deposit(std::to_string(i));
    return items + "]";
}

std::string groups(std::size_t count) {
    std::string group = R"(,"linked":[{"kind":"release","origin_id":"7"})";
    for (int i = 1; i < 100; ++i) group += R"(,{"kind":"release","origin_id":"7"})";
    std::string items = R"([{"key":"0")" + group + "]}";
    for (std::size_t i = 1; i < count; ++i) {
        items += R"(,{"key":")" + std::to_string(i) + "\"" + group + "]}";
    }
    return items + "]";
}

INSTANTIATE_TEST_SUITE_P(
    All, ImportRefuses,
    testing::Values(WrongItems{"[]", Code::invalid_field, "/arguments/items"},
                    WrongItems{"{}", Code::invalid_field, "/arguments/items"},
                    WrongItems{"\"[]\"", Code::invalid_field, "/arguments/items"},
                    WrongItems{"[1]", Code::invalid_field, "/arguments/items/0"},
                    WrongItems{"[" + deposit("a") + R"(,{"kind":"release","origin_id":"7"}])",
                               Code::invalid_field, "/arguments/items/1/key"},
                    WrongItems{R"([{"key":"a","kind":"release","origin_id":"7","pin":"1234"}])",
                               Code::invalid_field, "/arguments/items/0/pin"},
                    WrongItems{R"([{"key":"a","kind":"deposit","account_no":"DE00",)" EUR_5 "}]",
                               Code::invalid_field, "/arguments/items/0/credit_account_no"},
                    WrongItems{R"([{"key":"a","kind":"deposit","account_no":")" IBAN_A
                               R"(","amount":{"amount":"5","currency":"XQQ"}}])",
                               Code::unknown_currency, "/arguments/items/0/amount/currency"},
                    WrongItems{many(wire::submit_items_max + 1), Code::invalid_field,
                               "/arguments/items"},
                    WrongItems{groups(11), Code::invalid_field, "/arguments/items"}));

TEST_F(Import, TakesAsManyAsItSays) {
    EXPECT_TRUE(submit(many(wire::submit_items_max)).is_ok);
    EXPECT_TRUE(submit(groups(10)).is_ok);
}

TEST(TransferItem, KnowsTheKindsThatTheBankKnows) {
    for (auto const kind :
         {"deposit", "withdrawal", "transfer", "hold", "capture", "release", "reversal"}) {
        auto const known = api::parse_transfer_kind(kind);
        ASSERT_TRUE(known.has_value()) << kind;
        wire::ItemTransfer transfer{.kind = kind};
        if (api::has_origin(*known)) {
            transfer.origin_id = 7;
        } else {
            transfer.amount = 5;
            transfer.currency = "EUR";
        }
        if (*known != api::TransferKind::deposit && !api::has_origin(*known)) {
            transfer.debit_account_no = IBAN_A;
        }
        if (*known != api::TransferKind::withdrawal && !api::has_origin(*known)) {
            transfer.credit_account_no = IBAN_B;
        }
        wire::TransferItem const item{.key = "k", .is_linked = false, .transfers = {transfer}};
        EXPECT_TRUE(wire::check(item).ok()) << kind;
        JsonWriter json;
        wire::write(json, item);
        wire::TransferItemReader reader;
        auto const again = reader.read(std::move(json).take());
        ASSERT_TRUE(again.ok()) << kind;
        EXPECT_EQ(*again, item) << kind;
    }
}

TEST_F(Import, LooksUpAccountsInTheOrderOfTheirNumbers) {
    auto const reply = ask("account lookup", R"({"account_nos":")" IBAN_B "," IBAN_A R"("})");
    EXPECT_TRUE(reply.result.starts_with(R"({"items":[null,{"id":"17",)")) << reply.result;
    EXPECT_EQ(ask("account lookup", R"({"account_nos":"DE00"})").field, "/arguments/account_nos");
    EXPECT_EQ(ask("account lookup", R"({"account_nos":")" IBAN_A R"(,,"})").code,
              Code::invalid_field);
    std::string numbers = IBAN_A;
    for (std::size_t i = 0; i < wire::lookup_accounts_max; ++i) numbers += "," IBAN_A;
    EXPECT_EQ(ask("account lookup", R"({"account_nos":")" + numbers + "\"}").code,
              Code::invalid_field);
}

}  // namespace
}  // namespace bank::admin

namespace bank::bankctl {
namespace {

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
