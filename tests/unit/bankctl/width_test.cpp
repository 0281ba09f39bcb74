// Every list at 80 columns: no line is longer, identifiers are complete, and programs get
// everything.
#include <gtest/gtest.h>

#include <algorithm>

#include "plugins/bankctl/backup_views.hpp"
#include "plugins/bankctl/import_check.hpp"
#include "plugins/bankctl/import_tally.hpp"
#include "plugins/bankctl/table.hpp"
#include "plugins/bankctl/views.hpp"

namespace bank::bankctl {
namespace {

constexpr Layout narrow{.is_terminal = true, .has_colour = false, .width = 80};
constexpr Layout file{};

#define IBAN "DE68210501700012345678"
#define TIME R"("2026-11-29T20:50:27.123456Z")"
#define LARGEST R"({"amount":"9007199254740991","currency":"EUR"})"
#define LIMIT R"({"amount":"100000000","currency":"EUR"})"
#define MONEY R"({"amount":"123456789","currency":"EUR"})"

struct List {
    char const* name;
    View view;
    std::string item;
    std::vector<std::string> whole;         // Complete on one line at 80 columns.
    std::vector<std::string> for_programs;  // The output to a pipe.
};

void PrintTo(List const& list, std::ostream* out) {
    *out << list.name;
}

std::vector<std::string> lines_of(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        auto const end = text.find('\n');
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(end + 1);
    }
    return lines;
}

std::string result_of(List const& list) {
    return R"({"items":[)" + list.item + "," + list.item + "]}";
}

class ListAt80Columns : public testing::TestWithParam<List> {};

TEST_P(ListAt80Columns, HasLinesOfThatWidth) {
    auto const lines = lines_of(GetParam().view(result_of(GetParam()), narrow));
    ASSERT_GE(lines.size(), 3U);
    for (auto const& line : lines) EXPECT_LE(display_width(line), 80U) << line;
    auto const is_whole = [&](std::string const& line) {
        return std::all_of(GetParam().whole.begin(), GetParam().whole.end(),
                           [&](auto const& text) { return line.find(text) != std::string::npos; });
    };
    EXPECT_TRUE(is_whole(lines[1])) << lines[1];
}

TEST_P(ListAt80Columns, IsCompleteInAPipe) {
    auto const lines = lines_of(GetParam().view(result_of(GetParam()), file));
    ASSERT_EQ(lines.size(), 3U);
    EXPECT_EQ(std::count(lines[0].begin(), lines[0].end(), '\t'),
              std::count(lines[1].begin(), lines[1].end(), '\t'));
    for (auto const& text : GetParam().for_programs) {
        EXPECT_NE(lines[1].find(text), std::string::npos) << text << " in " << lines[1];
    }
}

std::string const long_name(64, 'n');

INSTANTIATE_TEST_SUITE_P(
    All, ListAt80Columns,
    testing::Values(
        List{"users",
             view_users,
             R"({"id":"123456","user_name":")" + long_name +
                 R"(","role":"customer",)"
                 R"("is_disabled":false,"created_at":)" TIME
                 R"(,"password_state":"one_time","password_expires_at":)" TIME "}",
             {"123456", "customer", "active", "one-time", "2026-11-29 20:50:27Z"},
             {long_name, "2026-11-29T20:50:27.123456Z"}},
        List{"accounts",
             view_accounts,
             R"({"id":"123456","account_no":")" IBAN R"(","name":"Household and rent",)"
             R"("kind":"customer","owner":"bob","balance":)" MONEY R"(,"available":)" MONEY "}",
             {"123456", IBAN, "1,234,567.89 EUR", "open", "bob"},
             {"customer", "1234567.89 EUR\t1234567.89 EUR", "Household and rent"}},
        List{"own accounts",
             view_accounts,
             R"({"id":"1","account_no":")" IBAN R"(","name":"Cash EUR","kind":"cash","owner":null,)"
             R"("balance":)" MONEY
             R"(,"available":{"amount":"9007199254740991","currency":"EUR"}})",
             {"1", IBAN, "1,234,567.89 EUR", "-", "open", "Cash EUR"},
             {"90071992547409.91 EUR", "cash"}},
        List{"history",
             view_history,
             R"({"id":"123456","transfer_id":"123456","created_at":)" TIME
             R"(,"kind":"withdrawal","amount":)" MONEY R"(,"balance":)" MONEY
             R"(,"counterparty_account_no":")" IBAN R"(","reference":"rent for November 2026"})",
             {"123456", "2026-11-29 20:50:27Z", "1,234,567.89 EUR"},
             {"withdrawal", IBAN, "1234567.89 EUR\t1234567.89 EUR", "rent for November 2026"}},
        List{"transfers",
             view_transfers,
             R"({"id":"123456","kind":"withdrawal","status":"insufficient_funds","amount":)" MONEY
             R"(,"debit_account_no":")" IBAN R"(","credit_account_no":")" IBAN
             R"(","reference":"rent for November 2026","created_at":)" TIME "}",
             {"123456", "2026-11-29 20:50:27Z", "insufficient_funds", "1,234,567.89 EUR"},
             {"withdrawal", IBAN "\t" IBAN, "rent for November 2026"}},
        List{"holds",
             view_holds,
             R"({"id":"4711","amount":)" MONEY R"(,"credit_account_no":")" IBAN
             R"(","created_at":)" TIME R"(,"expires_at":)" TIME
             R"(,"reference":"a hotel room for several nights in a town"})",
             {"4711", "1,234,567.89 EUR", IBAN},
             {"a hotel room for several nights in a town", "2026-11-29T20:50:27.123456Z\t2026"}},
        List{"sessions",
             view_sessions,
             R"({"id":"4711","user_name":"bob","ip":"2001:db8:85a3:8d3:1319:8a2e:370:7348",)"
             R"("created_at":)" TIME R"(,"expires_at":)" TIME
             R"(,"user_agent":"Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/145.0"})",
             {"4711", "2001:db8:85a3:8d3:1319:8a2e:370:7348", "2026-11-29 20:50:27Z"},
             {"bob", "Firefox/145.0"}},
        List{"role limits",
             view_role_limits,
             R"({"role":"customer","currency":"EUR","per_transfer":)" LIMIT R"(,"per_day":)" LIMIT
             R"(,"per_week":)" LIMIT R"(,"per_month":)" LIMIT "}",
             {"customer", "1,000,000.00 EUR"},
             {"customer\tEUR\t1000000.00 EUR"}},
        List{"transfers in the audit log",
             view_audit,
             R"({"id":"1234","created_at":)" TIME
             R"(,"actor":"alice","action":"transfer","outcome":"posted","ip":"192.0.2.1",)"
             R"("details":{"transfer_id":"7","debit_account_id":16,"credit_account_id":20,)"
             R"("amount":"1250","currency":"EUR"}})",
             {"1234", "2026-11-29 20:50:27", "alice", "transfer", "16 -> 20  12.50 EUR"},
             {"posted", "192.0.2.1", R"({"transfer_id":"7","debit_account_id":16,)"}},
        List{"refusals in the audit log",
             view_audit,
             R"({"id":"1234","created_at":)" TIME R"(,"actor":")" + long_name +
                 R"(","action":"set_role_limits",)"
                 R"("outcome":"permission_denied","ip":"2001:db8:85a3:8d3:1319:8a2e:370:7348",)"
                 R"("details":{"role":"teller","currency":"EUR","per_day":500000}})",
             {"1234", "2026-11-29 20:50:27", "permission_denied:"},
             {long_name, "permission_denied", R"({"role":"teller","currency":"EUR",)"}},
        List{"backups",
             view_backups,
             R"({"name":"20261129T205027Z","ended_at":)" TIME
             R"(,"size_bytes":123456789,"timeline":1,"wal_begin":"000000010000000000000042",)"
             R"("wal_end":"000000010000000000000043","newest_point":)" TIME R"(,"is_whole":true})",
             {"20261129T205027Z", "123.5 MB", "yes"},
             {"000000010000000000000042 to 000000010000000000000043"}}));

TEST(AuditAt80Columns, TellsAllOfTheDetailsInAsManyLinesAsItTakes) {
    constexpr auto json =
        R"({"items":[{"id":"9","created_at":"2026-11-29T20:50:27Z","actor":"os:0",)"
        R"("action":"lock_account","outcome":"ok","details":{"account_id":"17",)"
        R"("reason":"reported stolen by the owner on the telephone"}}]})";
    auto const lines = lines_of(view_audit(json, narrow));
    ASSERT_GE(lines.size(), 3U);
    auto const place = lines[0].find("details");
    std::string told;
    for (std::size_t i = 1; i < lines.size(); ++i) told += lines[i].substr(place) + " ";
    EXPECT_EQ(told, "account_id 17, reason reported stolen by the owner on the telephone ");
}

TEST(RoleLimitsAt80Columns, BecomeRecordsWhereNothingElseFits) {
    constexpr auto json =
        R"({"items":[{"role":"customer","currency":"EUR","per_transfer":)" LARGEST
        R"(,"per_day":)" LARGEST R"(,"per_week":)" LARGEST R"(,"per_month":null}]})";
    auto const text = view_role_limits(json, narrow);
    EXPECT_NE(text.find("per_day       90,071,992,547,409.91 EUR\n"), std::string::npos) << text;
    EXPECT_NE(text.find("currency      EUR\n"), std::string::npos) << text;
    for (auto const& line : lines_of(text)) EXPECT_LE(display_width(line), 80U) << line;
}

TEST(ImportAt80Columns, ShowsItsRefusalsAndFindings) {
    ImportTally tally;
    tally.items = 2;
    count_failed(tally, {.line = 12345,
                         .key = "salaries-2026-11-24ea716bfd765995c0587510ecdb8b1c-1",
                         .status = "storage_unavailable",
                         .what_to_do = {}});
    for (auto const& line : lines_of(view_tally(tally, narrow))) {
        EXPECT_LE(display_width(line), 80U) << line;
    }
    EXPECT_NE(view_tally(tally, file).find("salaries-2026-11-24ea716bfd765995c0587510ecdb8b1c-1"),
              std::string::npos);
    std::string const text =
        "key,kind,debit_account_no,credit_account_no,amount,currency,reference\n"
        "a,withdrawal," IBAN ",,9000000.00,EUR,\n";
    ImportCheck check;
    auto const found =
        survey({text, FileFormat::csv, ""}, [&](FileItem const& item) { check.add(item); });
    dom::parser parser;
    check.compare(IBAN, parser.parse(std::string{R"({"kind":"customer","currency":"EUR",)"
                                                 R"("available":)" MONEY "}"}));
    ASSERT_EQ(check.findings().size(), 1U);
    auto const shown = view_check(check, found, narrow);
    for (auto const& line : lines_of(shown)) EXPECT_LE(display_width(line), 80U) << line;
    for (auto const* part : {IBAN, "insufficient_funds", "9,000,000.00 EUR", "1,234,567.89 EUR"}) {
        EXPECT_NE(shown.find(part), std::string::npos) << shown;
    }
}

TEST(ProgressAt80Columns, HasWholeNumbersOnly) {
    ImportTally tally;
    tally.items = 1'200'000;
    tally.posted = 299'990;
    tally.refused = 1'010;
    for (std::size_t width = 10; width <= 120; ++width) {
        auto const line = progress_line(tally, 3000, width);
        EXPECT_LE(line.size(), width);
        if (line.find("posted") == std::string::npos) continue;
        EXPECT_TRUE(line.ends_with("  posted 299,990  refused 1,010  failed 0")) << line;
    }
    EXPECT_EQ(progress_line(tally, 3000, 79),
              "301,000 of 1,200,000  0:08 left  posted 299,990  refused 1,010  failed 0");
}

}  // namespace
}  // namespace bank::bankctl
