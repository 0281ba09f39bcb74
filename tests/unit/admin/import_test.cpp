// Many transactions at once.
#include <gtest/gtest.h>

#include "core/api/transfers.hpp"
#include "plugins/admin/wire/transfer_item.hpp"
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
