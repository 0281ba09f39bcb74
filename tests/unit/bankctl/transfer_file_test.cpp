#include "plugins/bankctl/transfer_file.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "plugins/bankctl/csv_reader.hpp"
#include "plugins/bankctl/import_survey.hpp"

namespace bank::bankctl {
namespace {

using Fields = std::vector<std::string>;

// ---- CSV itself.

std::vector<CsvRecord> records_of(std::string_view text) {
    CsvReader reader{text};
    std::vector<CsvRecord> records;
    for (CsvRecord record; reader.next(record);) records.push_back(record);
    EXPECT_EQ(reader.problem(), "");
    return records;
}

TEST(Csv, HasQuotesDoubledQuotesAndLineBreaksInside) {
    auto const records = records_of("a,\"b,\"\"c\"\"\",\r\n\"x\ny\",,\"\"\n\n\r\nlast");
    ASSERT_EQ(records.size(), 3U);
    EXPECT_EQ(records[0].fields, (Fields{"a", "b,\"c\"", ""}));
    EXPECT_EQ(records[0].line, 1U);
    EXPECT_EQ(records[1].fields, (Fields{"x\ny", "", ""}));
    EXPECT_EQ(records[1].line, 2U);
    EXPECT_EQ(records[2].fields, (Fields{"last"}));
    EXPECT_EQ(records[2].line, 6U);
}

TEST(Csv, OfNothingHasNoRecords) {
    for (auto const* text : {"", "\n", "\r\n\r\n"}) EXPECT_TRUE(records_of(text).empty());
}

TEST(Csv, ThatBreaksTheRulesNamesTheLineAndEnds) {
    struct {
        char const* text;
        std::size_t line;
    } const rows[] = {{"a\n\"b", 2},         {"a\nb\"c", 2}, {"a\n\"b\"c\n", 2},
                      {"a\n\n\"b\nc\nd", 3}, {"a\rb\n", 1},  {"a\n\"b\"\rc", 2}};
    for (auto const& row : rows) {
        CsvReader reader{row.text};
        CsvRecord record;
        while (reader.next(record)) {
        }
        EXPECT_NE(reader.problem(), "") << row.text;
        EXPECT_EQ(reader.problem_line(), row.line) << row.text;
        EXPECT_FALSE(reader.next(record)) << row.text;
    }
}

// ---- Files of transfers.

#define IBAN_A "DE68210501700012345678"
#define IBAN_B "DE87999999990000000012"

constexpr std::string_view header =
    "key,kind,debit_account_no,credit_account_no,amount,currency,reference\n";
constexpr std::string_view long_header =
    "key,kind,debit_account_no,credit_account_no,amount,currency,reference,origin_id,expires_in_s,"
    "linked\n";

std::string csv(std::string_view rows) {
    return std::string{header} + std::string{rows};
}
std::string long_csv(std::string_view rows) {
    return std::string{long_header} + std::string{rows};
}

struct Read {
    std::vector<FileItem> items;
    std::vector<FileProblem> problems;
};

Read read(std::string_view text, FileFormat format, std::string_view key_prefix = "") {
    TransferFile file{text, format, key_prefix};
    Read out;
    for (;;) {
        auto next = file.next();
        if (std::holds_alternative<FileEnd>(next)) return out;
        if (auto* problem = std::get_if<FileProblem>(&next)) {
            out.problems.push_back(std::move(*problem));
        } else {
            out.items.push_back(std::move(*std::get_if<FileItem>(&next)));
        }
    }
}

admin::wire::ItemTransfer one_transfer() {
    return {.kind = "transfer",
            .debit_account_no = IBAN_A,
            .credit_account_no = IBAN_B,
            .amount = 1250,
            .currency = "EUR",
            .reference = "rent, May"};
}

TEST(TransferFile, ReadsTheSameFromBothFormats) {
    auto const a =
        read(csv("k1,transfer," IBAN_A "," IBAN_B ",12.50,EUR,\"rent, May\"\r\n"), FileFormat::csv);
    auto const b = read(R"({"key":"k1","kind":"transfer","debit_account_no":")" IBAN_A
                        R"(","credit_account_no":")" IBAN_B
                        R"(","amount":{"amount":"1250","currency":"EUR"},"reference":"rent, May"})",
                        FileFormat::jsonl);
    ASSERT_EQ(a.items.size(), 1U);
    ASSERT_EQ(b.items.size(), 1U);
    EXPECT_EQ(a.items[0].item, b.items[0].item);
    EXPECT_EQ(a.items[0].item.key, "k1");
    EXPECT_EQ(a.items[0].item.transfers.front(), one_transfer());
    EXPECT_EQ(a.items[0].line, 2U);
    EXPECT_EQ(b.items[0].line, 1U);
}

TEST(TransferFile, ToleratesAByteOrderMarkAndAnyOrderOfColumns) {
    auto const out = read(
        "\xef\xbb\xbf"
        "currency,amount,kind,reference,credit_account_no,"
        "debit_account_no,key\r\n"
        "EUR,12.50,transfer,\"rent, May\",DE87 9999 9999 0000 0000 12,"
        "de68210501700012345678,k1",
        FileFormat::csv);
    ASSERT_EQ(out.items.size(), 1U);
    EXPECT_EQ(out.items[0].item.transfers.front(), one_transfer());
    EXPECT_EQ(read("\xef\xbb\xbf\n\n", FileFormat::jsonl).problems.size(), 0U);
}

TEST(TransferFile, ReadsEveryKind) {
    auto const out = read(long_csv("1,deposit,," IBAN_A ",1,JPY,,,,\n"
                                   "2,withdrawal," IBAN_A ",,0.001,KWD,,,,\n"
                                   "3,hold," IBAN_A "," IBAN_B ",5,EUR,,,60,\n"
                                   "4,capture,,,,,,77,,\n"
                                   "5,capture,,,5.00,EUR,,77,,\n"
                                   "6,release,,,,,,78,,\n"
                                   "7,reversal,,,,,back,79,,\n"),
                          FileFormat::csv);
    EXPECT_TRUE(out.problems.empty()) << out.problems.front().message;
    ASSERT_EQ(out.items.size(), 7U);
    auto const transfer = [&](std::size_t i) { return out.items[i].item.transfers.front(); };
    EXPECT_EQ(transfer(0).credit_account_no, IBAN_A);
    EXPECT_EQ(transfer(0).amount, 1);
    EXPECT_EQ(transfer(1).amount, 1);
    EXPECT_EQ(transfer(2).expires_in_s, 60);
    EXPECT_EQ(transfer(3).amount, 0);
    EXPECT_EQ(transfer(4).amount, 500);
    EXPECT_EQ(transfer(5).origin_id, 78);
    EXPECT_EQ(transfer(6).reference, "back");
}

TEST(TransferFile, PutsConsecutiveRowsOfOneGroupTogether) {
    auto const row = [](char const* group) {
        return std::string{",transfer," IBAN_A "," IBAN_B ",1.00,EUR,,,,"} + group + "\n";
    };
    auto const out = read(long_csv(row("g1") + row("g1") + row("g2") + "k" + row("") + row("g3")),
                          FileFormat::csv);
    ASSERT_EQ(out.items.size(), 4U);
    EXPECT_TRUE(out.items[0].item.is_linked);
    EXPECT_EQ(out.items[0].item.key, "g1");
    EXPECT_EQ(out.items[0].item.transfers.size(), 2U);
    EXPECT_EQ(out.items[0].line, 2U);
    EXPECT_EQ(out.items[1].item.transfers.size(), 1U);
    EXPECT_TRUE(out.items[1].item.is_linked);
    EXPECT_FALSE(out.items[2].item.is_linked);
    EXPECT_EQ(out.items[2].line, 5U);
    EXPECT_EQ(out.items[3].item.key, "g3");
}

TEST(TransferFile, ReadsAGroupFromJson) {
    auto const out =
        read(R"({"key":"g","linked":[{"kind":"deposit","account_no":")" IBAN_A
             R"(","amount":{"amount":"5","currency":"EUR"}},{"debit_account_no":")" IBAN_A
             R"(","credit_account_no":")" IBAN_B R"(","amount":{"amount":"5","currency":"EUR"}}]})",
             FileFormat::jsonl);
    ASSERT_EQ(out.items.size(), 1U) << out.problems.front().message;
    EXPECT_TRUE(out.items[0].item.is_linked);
    ASSERT_EQ(out.items[0].item.transfers.size(), 2U);
    EXPECT_EQ(out.items[0].item.transfers[0].credit_account_no, IBAN_A);
    EXPECT_EQ(out.items[0].item.transfers[1].kind, "transfer");
}

TEST(TransferFile, MakesMissingKeysOfAPrefix) {
    auto const text = csv(",deposit,," IBAN_A ",1.00,EUR,\nk,deposit,," IBAN_A ",1.00,EUR,\n");
    auto const with = read(text, FileFormat::csv, "may");
    ASSERT_EQ(with.items.size(), 2U);
    EXPECT_EQ(with.items[0].item.key, "may-24ea716bfd765995c0587510ecdb8b1c-1");
    EXPECT_EQ(with.items[1].item.key, "k");
    auto const without = read(text, FileFormat::csv);
    ASSERT_EQ(without.problems.size(), 1U);
    EXPECT_EQ(without.problems[0].line, 2U);
    EXPECT_NE(without.problems[0].message.find("--key-prefix"), std::string::npos);
    EXPECT_EQ(without.items.size(), 1U);
}

struct WrongLine {
    std::string text;
    FileFormat format;
    std::size_t line;
    std::string message_part;
};

class TransferFileRefuses : public testing::TestWithParam<WrongLine> {};

TEST_P(TransferFileRefuses, TheLineAndSaysWhy) {
    auto const out = read(GetParam().text, GetParam().format);
    EXPECT_TRUE(out.items.empty()) << GetParam().text;
    ASSERT_EQ(out.problems.size(), 1U) << GetParam().text;
    EXPECT_EQ(out.problems[0].line, GetParam().line) << GetParam().text;
    EXPECT_NE(out.problems[0].message.find(GetParam().message_part), std::string::npos)
        << out.problems[0].message;
}

WrongLine row(std::string_view text, std::string_view message_part) {
    return {csv(text), FileFormat::csv, 2, std::string{message_part}};
}
WrongLine long_row(std::string_view text, std::string_view message_part) {
    return {long_csv(text), FileFormat::csv, 2, std::string{message_part}};
}

INSTANTIATE_TEST_SUITE_P(
    Csv, TransferFileRefuses,
    testing::Values(
        WrongLine{"", FileFormat::csv, 1, "header line is missing"},
        WrongLine{"key,kind\n1,deposit\n", FileFormat::csv, 1, "lacks the column"},
        WrongLine{csv("").substr(0, header.size() - 1) + ",colour\n", FileFormat::csv, 1,
                  "unknown column \"colour\""},
        WrongLine{csv("").substr(0, header.size() - 1) + ",key\n", FileFormat::csv, 1,
                  "column key twice"},
        WrongLine{"key;kind;amount\n1;deposit;5\n", FileFormat::csv, 1,
                  "Separate columns with commas"},
        WrongLine{"kind,debit_account_no,credit_account_no,amount,currency,reference\n",
                  FileFormat::csv, 1, "lacks the column key; add it, or use --key-prefix"},
        WrongLine{csv("k,deposit,," IBAN_A ",1.00,EUR,Caf\xe9\n"), FileFormat::csv, 2, "not UTF-8"},
        WrongLine{"\xff\xfek\0e\0y\0", FileFormat::csv, 1, "not UTF-8"},
        WrongLine{"key,kind\r1,deposit\r", FileFormat::csv, 1, "CR alone"},
        row("k,deposit,," IBAN_A ",1.00,EUR\n", "6 fields, the header has 7"),
        row("k,deposit,," IBAN_A ",1,000.00,EUR,\n", "8 fields, the header has 7"),
        row("k,gift,," IBAN_A ",1.00,EUR,\n", "kind: A kind is"),
        row("k,expiry,," IBAN_A ",1.00,EUR,\n", "kind: A kind is"),
        row("k,deposit," IBAN_A ",,1.00,EUR,\n", "debit_account_no: A deposit does not have it"),
        row("k,deposit,,DE68210501700012345679,1.00,EUR,\n", "not a valid IBAN"),
        row("k,transfer," IBAN_A ",,1.00,EUR,\n", "credit_account_no: A transfer requires it"),
        row("k,deposit,," IBAN_A ",12.5,EUR,\n", "amount: 12.5 has one decimal; EUR needs two."),
        row("k,deposit,," IBAN_A ",\"1,00\",EUR,\n", "amount: "),
        row("k,deposit,," IBAN_A ",-1.00,EUR,\n", "amount: "),
        row("k,deposit,," IBAN_A ",0.00,EUR,\n", "amount: "),
        row("k,deposit,," IBAN_A ",90071992547409.92,EUR,\n", "amount: "),
        row("k,deposit,," IBAN_A ",1e3,EUR,\n", "amount: "),
        row("k,deposit,," IBAN_A ",,EUR,\n", "amount: It is missing"),
        row("k,deposit,," IBAN_A ",,,\n", "amount: A deposit requires it"),
        row("k,deposit,," IBAN_A ",1.00,,\n", "currency: It is missing"),
        row("k,deposit,," IBAN_A ",1.00,eur,\n", "currency: The currency eur is unknown"),
        row("k,deposit,," IBAN_A ",1.00,XQQ,\n", "currency: "),
        row("k,deposit,," IBAN_A ",1.00,EUR,\"a\nb\"\n", "reference: Line breaks"),
        row("k,deposit,," IBAN_A ",1.00,EUR,\xff\n", "not UTF-8"),
        row("k\xc3\xa9,deposit,," IBAN_A ",1.00,EUR,\n", "printable ASCII"),
        row("a key,deposit,," IBAN_A ",1.00,EUR,\n", "without blanks"),
        row(std::string(256, 'k') + ",deposit,," IBAN_A ",1.00,EUR,\n", "255"),
        row("k,deposit,," IBAN_A ",1.00,EUR," + std::string(141, 'r') + "\n",
            "reference: It has 141 characters"),
        row("k,\"deposit\n", "never closed"),
        long_row("k,capture,,,,,,,,\n", "origin_id: A capture requires it"),
        long_row("k,capture,,,,,,0,,\n", "origin_id: It must be a whole number"),
        long_row("k,capture,,,,,,-1,,\n", "origin_id: It must be a whole number"),
        long_row("k,capture,,,,,,7x,,\n", "origin_id: It must be a whole number"),
        long_row("k,release,,,1.00,EUR,,7,,\n", "amount: A release does not have it"),
        long_row("k,deposit,," IBAN_A ",1.00,EUR,,,60,\n",
                 "expires_in_s: A deposit does not have it"),
        long_row("k,hold," IBAN_A "," IBAN_B ",1.00,EUR,,,9999999,\n", "expires_in_s: "),
        long_row(",deposit,," IBAN_A ",1.00,EUR,,,,g\n,gift,," IBAN_A ",1.00,EUR,,,,g\n",
                 "linked/1/kind")));

WrongLine json(std::string_view text, std::string_view message_part) {
    return {"\n" + std::string{text} + "\r\n", FileFormat::jsonl, 2, std::string{message_part}};
}

INSTANTIATE_TEST_SUITE_P(
    Json, TransferFileRefuses,
    testing::Values(
        json("{", "not a JSON object"), json("{}\r{}", "CR alone"),
        json("[]", "object is required"), json("{} {}", "not a JSON object"),
        json("\xff", "not UTF-8"),
        json(R"({"key":"k","kind":"deposit"})", "account_no: A deposit requires it"),
        json(R"({"kind":"release","origin_id":"7"})", "--key-prefix"),
        json(R"({"key":"k","kind":"release","origin_id":"7","x":1})", "x: It is unknown"),
        json(R"({"key":"k","key":"k","kind":"release","origin_id":"7"})", "key: It is given twice"),
        json(R"({"key":"k","kind":"release","origin_id":"7","origin_id":"7"})", "twice"),
        json(R"({"key":"k","kind":"release","origin_id":7})", "A string of decimal digits"),
        json(R"({"key":"k","kind":"release","origin_id":"7.0"})", "A string of decimal digits"),
        json(R"({"key":"k","kind":"release","origin_id":"+7"})", "A string of decimal digits"),
        json(R"({"key":"k","kind":"release","origin_id":"0"})", "A string of decimal digits"),
        json(R"({"key":"k","kind":"release","origin_id":"18446744073709551615"})",
             "A string of decimal digits"),
        json(R"({"key":1,"kind":"release","origin_id":"7"})", "key: Text"),
        json(R"({"key":"","kind":"release","origin_id":"7"})", "key: It is empty"),
        json(R"({"key":"k","kind":null,"origin_id":"7"})", "kind: Text"),
        json(R"({"key":"k","kind":"reversal","origin_id":"7","amount":"5"})", "amount: An object"),
        json(R"({"key":"k","kind":"reversal","origin_id":"7","amount":{"amount":"5"}})",
             "amount/currency: It is missing"),
        json(R"({"key":"k","kind":"reversal","origin_id":"7","amount":{"currency":"EUR"}})",
             "amount/amount: It is missing"),
        json(R"({"key":"k","kind":"reversal","origin_id":"7",)"
             R"("amount":{"amount":5.5,"currency":"EUR"}})",
             "amount/amount: A string of decimal digits"),
        json(R"({"key":"k","kind":"reversal","origin_id":"7",)"
             R"("amount":{"amount":"-5","currency":"EUR"}})",
             "amount/amount: It must be"),
        json(R"({"key":"k","kind":"reversal","origin_id":"7",)"
             R"("amount":{"amount":"5","currency":"euro"}})",
             "amount/currency: "),
        json(R"({"key":"k","linked":[]})", "linked: A group"),
        json(R"({"key":"k","linked":{}})", "linked: A list"),
        json(R"({"key":"k","linked":[{"kind":"release","origin_id":"7","key":"x"}]})",
             "linked/0/key: It is unknown"),
        json(R"({"key":"k","linked":[{"kind":"release","origin_id":"7"}],"kind":"release"})",
             "no other fields"),
        json(R"({"key":"k","kind":"deposit","debit_account_no":")" IBAN_A
             R"(","amount":{"amount":"5","currency":"EUR"}})",
             "account_no"),
        json(R"({"key":"k","account_no":")" IBAN_A R"("})",
             "account_no: A transfer does not have it"),
        json("\"" + std::string(70'000, 'x') + "\"", "more than 65536 bytes")));

TEST(TransferFile, GoesOnAfterAWrongLine) {
    auto const out =
        read(csv("a,gift,,,1.00,EUR,\nb,deposit,," IBAN_A ",1.00,EUR,\n,deposit,,,,,\n,,,,,,\n"),
             FileFormat::csv);
    ASSERT_EQ(out.items.size(), 1U);
    EXPECT_EQ(out.items[0].line, 3U);
    ASSERT_EQ(out.problems.size(), 2U);
    EXPECT_EQ(out.problems[1].line, 4U);
}

TEST(TransferFile, IsKnownByItsSuffix) {
    EXPECT_EQ(format_of("a.csv"), FileFormat::csv);
    EXPECT_EQ(format_of("a.jsonl"), FileFormat::jsonl);
    EXPECT_EQ(format_of("a.ndjson"), FileFormat::jsonl);
    EXPECT_EQ(format_of("a.txt"), std::nullopt);
    EXPECT_EQ(format_of("-"), std::nullopt);
}

// ---- All of a file.

TEST(Survey, FindsAKeyThatStandsThereTwice) {
    auto const deposit = [](char const* key) {
        return std::string{key} + ",deposit,," IBAN_A ",1.00,EUR,\n";
    };
    ImportSource const source{csv(deposit("a") + deposit("b") + deposit("a")), FileFormat::csv, ""};
    auto const found = survey(source, nullptr);
    EXPECT_EQ(found.problem_count, 1U);
    ASSERT_EQ(found.problems.size(), 1U);
    EXPECT_EQ(found.problems[0].line, 4U);
    EXPECT_EQ(found.problems[0].message, "Duplicate key a (first on line 2).");
}

TEST(Survey, CountsAllProblemsAndKeepsTheFirst) {
    std::string rows;
    for (int i = 0; i < 50; ++i) rows += "x\n";
    auto const found = survey({csv(rows), FileFormat::csv, ""}, nullptr);
    EXPECT_EQ(found.problem_count, 50U);
    EXPECT_EQ(found.problems.size(), Survey::problems_max);
    EXPECT_EQ(found.items, 0U);
}

}  // namespace
}  // namespace bank::bankctl
