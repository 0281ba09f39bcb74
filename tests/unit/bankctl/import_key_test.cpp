// Keys that bankctl derives for the lines of a file: a line keeps its key wherever it is.
#include "plugins/bankctl/import_key.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "plugins/bankctl/transfer_file.hpp"

namespace bank::bankctl {
namespace {

#define IBAN_A "DE68210501700012345678"
#define IBAN_B "DE87999999990000000012"

using Keys = std::vector<std::string>;

constexpr std::string_view header =
    "key,kind,debit_account_no,credit_account_no,amount,currency,reference\n";

Keys keys_of(std::string_view text, FileFormat format = FileFormat::csv) {
    TransferFile file{text, format, "run"};
    Keys keys;
    for (;;) {
        auto next = file.next();
        if (std::holds_alternative<FileEnd>(next)) return keys;
        auto const* item = std::get_if<FileItem>(&next);
        EXPECT_NE(item, nullptr) << std::get_if<FileProblem>(&next)->message;
        if (item == nullptr) return keys;
        keys.push_back(item->item.key);
    }
}

std::string pay(std::string_view amount, std::string_view reference = "") {
    return ",transfer," IBAN_A "," IBAN_B "," + std::string{amount} + ",EUR," +
           std::string{reference} + "\n";
}

Keys keys_of_rows(std::string const& rows) {
    return keys_of(std::string{header} + rows);
}

TEST(ImportKey, IsMadeOfThePrefixTheContentAndACount) {
    // Pinned: another key for the same line would pay it again after an upgrade.
    EXPECT_EQ(keys_of_rows(pay("12.50", "\"rent, May\"")),
              Keys{"run-f55283754efa820164bc98cc5868da57-1"});
    EXPECT_EQ(keys_of(R"({"linked":[{"kind":"release","origin_id":"7"},)"
                      R"({"kind":"release","origin_id":"8"}]})",
                      FileFormat::jsonl),
              Keys{"run-0a05763437761798acd2d2859a303dd9-1"});
}

struct Edit {
    char const* name;
    std::string rows;
    std::vector<std::size_t> same_as;  // Of the three lines before the edit, in the order after it.
};

class ImportKeyAfterAnEdit : public testing::TestWithParam<Edit> {};

TEST_P(ImportKeyAfterAnEdit, IsTheOneBefore) {
    auto const before = keys_of_rows(pay("10.00") + pay("20.00") + pay("30.00"));
    Keys expected;
    for (auto const i : GetParam().same_as) expected.push_back(before[i]);
    EXPECT_EQ(keys_of_rows(GetParam().rows), expected);
}

INSTANTIATE_TEST_SUITE_P(
    All, ImportKeyAfterAnEdit,
    testing::Values(
        Edit{"nothing", pay("10.00") + pay("20.00") + pay("30.00"), {0, 1, 2}},
        Edit{"empty_line", "\n" + pay("10.00") + pay("20.00") + pay("30.00"), {0, 1, 2}},
        Edit{"commas", pay("10.00") + ",,,,,,\n" + pay("20.00") + pay("30.00"), {0, 1, 2}},
        Edit{"moved", pay("30.00") + pay("10.00") + pay("20.00"), {2, 0, 1}},
        Edit{"deleted", pay("10.00") + pay("30.00"), {0, 2}},
        Edit{"typed_otherwise",
             ",transfer,\"de68 2105 0170 0012 3456 78\"," IBAN_B ",10,EUR,\"\"\r\n" + pay("20.00") +
                 pay("30"),
             {0, 1, 2}}),
    [](auto const& test) { return test.param.name; });

TEST(ImportKey, OfAnInsertedOrEditedLineIsNewAndTheOthersStay) {
    auto const before = keys_of_rows(pay("10.00") + pay("20.00"));
    auto const inserted = keys_of_rows(pay("10.00") + pay("15.00") + pay("20.00"));
    EXPECT_EQ(inserted[0], before[0]);
    EXPECT_EQ(inserted[2], before[1]);
    auto const edited = keys_of_rows(pay("10.00") + pay("25.00"));
    EXPECT_EQ(edited[0], before[0]);
    for (auto const& one : {inserted[1], edited[1]}) {
        EXPECT_EQ(std::count(before.begin(), before.end(), one), 0) << one;
    }
}

TEST(ImportKey, OfTwoEqualPaymentsAreTwo) {
    auto const keys = keys_of_rows(pay("10.00") + pay("20.00") + pay("10.00"));
    EXPECT_EQ(keys[0].substr(0, keys[0].size() - 2), keys[2].substr(0, keys[2].size() - 2));
    EXPECT_TRUE(keys[0].ends_with("-1"));
    EXPECT_TRUE(keys[2].ends_with("-2"));
    // Whichever of the two is deleted, the other one was posted.
    EXPECT_EQ(keys_of_rows(pay("20.00") + pay("10.00")), (Keys{keys[1], keys[0]}));
}

TEST(ImportKey, DoesNotDependOnTheColumnsOrTheFormat) {
    auto const expected = keys_of_rows(pay("12.50", "rent"));
    EXPECT_EQ(keys_of("currency,reference,amount,kind,credit_account_no,debit_account_no\n"
                      "EUR,rent,12.50,transfer," IBAN_B "," IBAN_A "\n"),
              expected);
    EXPECT_EQ(keys_of(R"({"debit_account_no":")" IBAN_A R"(","credit_account_no":")" IBAN_B
                      R"(","amount":{"amount":"1250","currency":"EUR"},"reference":"rent"})",
                      FileFormat::jsonl),
              expected);
}

TEST(ImportKey, DiffersInEachField) {
    std::vector<std::string> const lines{
        R"({"kind":"release","origin_id":"7"})",
        R"({"kind":"release","origin_id":"7","reference":"a"})",
        R"({"kind":"release","origin_id":"8"})",
        R"({"kind":"reversal","origin_id":"7"})",
        R"({"linked":[{"kind":"release","origin_id":"7"}]})",
        R"({"kind":"reversal","origin_id":"7","amount":{"amount":"5","currency":"EUR"}})",
        R"({"kind":"reversal","origin_id":"7","amount":{"amount":"6","currency":"EUR"}})",
        R"({"kind":"reversal","origin_id":"7","amount":{"amount":"5","currency":"USD"}})",
        R"({"kind":"hold","debit_account_no":")" IBAN_A R"(","credit_account_no":")" IBAN_B
        R"(","amount":{"amount":"5","currency":"EUR"}})",
        R"({"kind":"hold","debit_account_no":")" IBAN_B R"(","credit_account_no":")" IBAN_A
        R"(","amount":{"amount":"5","currency":"EUR"}})",
        R"({"kind":"hold","debit_account_no":")" IBAN_B R"(","credit_account_no":")" IBAN_A
        R"(","amount":{"amount":"5","currency":"EUR"},"expires_in_s":60})"};
    std::string text;
    for (auto const& line : lines) text += line + "\n";
    auto const keys = keys_of(text, FileFormat::jsonl);
    EXPECT_EQ(std::set<std::string>(keys.begin(), keys.end()).size(), lines.size());
}

TEST(ImportKey, OfTheUserStays) {
    EXPECT_EQ(keys_of_rows("mine" + pay("10.00")), Keys{"mine"});
}

TEST(ImportKey, HasAPrefixThatLeavesRoom) {
    EXPECT_TRUE(is_key_prefix(std::string(key_prefix_size_max, 'p')));
    for (auto const& wrong : {std::string{}, std::string{"a b"}, std::string{"caf\xc3\xa9"},
                              std::string(key_prefix_size_max + 1, 'p')}) {
        EXPECT_FALSE(is_key_prefix(wrong)) << wrong;
    }
}

}  // namespace
}  // namespace bank::bankctl
