#include <gtest/gtest.h>

#include <algorithm>

#include "plugins/bankctl/table.hpp"
#include "plugins/bankctl/views.hpp"

namespace bank::bankctl {
namespace {

constexpr Layout terminal{.is_terminal = true, .has_colour = true, .width = 60};
constexpr Layout plain_terminal{.is_terminal = true, .has_colour = false, .width = 60};
constexpr Layout file{};

Table two_rows() {
    return {
        .columns = {{"id", true}, {"name"}, {"amount", true}, {"note"}},
        .rows = {{{"7"}, {"Zo\u00eb"}, {.text = "1,000.00 EUR", .script = "1000.00 EUR"}, {"x"}},
                 {{"42"}, {"\u9280\u884c"}, {"-5.00 EUR"}, {.text = "y", .colour = Colour::bad}}}};
}

TEST(Table, IsAlignedOnATerminalByWhatIsSeen) {
    EXPECT_EQ(render(two_rows(), plain_terminal),
              "id  name        amount  note\n"
              " 7  Zo\u00eb   1,000.00 EUR  x\n"
              "42  \u9280\u884c     -5.00 EUR  y\n");
}

TEST(Table, IsTabSeparatedElsewhere) {
    EXPECT_EQ(
        render(two_rows(), file),
        "id\tname\tamount\tnote\n7\tZo\u00eb\t1000.00 EUR\tx\n42\t\u9280\u884c\t-5.00 EUR\ty\n");
}

TEST(Table, HasColourOnlyWhereTheLayoutAllows) {
    EXPECT_NE(render(two_rows(), terminal).find("\x1b[1;31my\x1b[0m"), std::string::npos);
    EXPECT_EQ(render(two_rows(), plain_terminal).find('\x1b'), std::string::npos);
    EXPECT_EQ(render(two_rows(), file).find('\x1b'), std::string::npos);
}

TEST(Table, CutsTheLastColumnAtTheEdgeOfTheTerminal) {
    Table const table{.columns = {{"a"}, {"b"}}, .rows = {{{"1"}, {std::string(200, 'x')}}}};
    auto const text = render(table, plain_terminal);
    auto const row = text.substr(text.find('\n') + 1);
    EXPECT_EQ(display_width(row.substr(0, row.size() - 1)), 60U);
    EXPECT_TRUE(row.ends_with("x\u2026\n"));
    EXPECT_NE(render(table, file).find(std::string(200, 'x')), std::string::npos);
}

struct Hostile {
    std::string text;
    std::string shown;
};

class TextOfStrangers : public testing::TestWithParam<Hostile> {};

TEST_P(TextOfStrangers, CannotDriveTheTerminal) {
    EXPECT_EQ(clean(GetParam().text), GetParam().shown);
    Table const table{.columns = {{"a"}, {"b"}}, .rows = {{{GetParam().text}, {"end"}}}};
    for (auto const& layout : {plain_terminal, file}) {
        auto const text = render(table, layout);
        EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
        EXPECT_EQ(text.find('\x1b'), std::string::npos);
        EXPECT_NE(text.find(GetParam().shown), std::string::npos);
    }
}

INSTANTIATE_TEST_SUITE_P(
    All, TextOfStrangers,
    testing::Values(Hostile{"a\x1b[2Jb", "a?[2Jb"}, Hostile{"a\nb\tc\rd", "a?b?c?d"},
                    Hostile{"a\u009b31mb", "a?31mb"}, Hostile{"a\x7f", "a?"},
                    Hostile{"\xff\xfe", "??"}, Hostile{"lave\u202ecod", "lave?cod"},
                    Hostile{"\u2066x\u2069", "?x?"}, Hostile{"a\u2028b", "a?b"},
                    Hostile{std::string{"a\0b", 3}, "a?b"}, Hostile{"Zo\u00eb", "Zo\u00eb"}));

TEST(JsonForATerminal, EscapesWhatJsonItselfWouldLetThrough) {
    EXPECT_EQ(clean_json("{\"a\":\"\u009b\x7f\u202e\u00eb\"}"),
              "{\"a\":\"\\u009b\\u007f\\u202e\u00eb\"}");
    EXPECT_EQ(clean_json("\U000e0041"), "\\udb40\\udc41");
}

TEST(Grouped, PutsACommaBetweenThousands) {
    EXPECT_EQ(grouped("1234567.50 EUR"), "1,234,567.50 EUR");
    EXPECT_EQ(grouped("-1000 JPY"), "-1,000 JPY");
    EXPECT_EQ(grouped("999.99 EUR"), "999.99 EUR");
    EXPECT_EQ(grouped("0.00 EUR"), "0.00 EUR");
}

TEST(Record, IsOneLineEachOnATerminalAndOneRowElsewhere) {
    Record const record{{{"id", {"7"}}, {"name", {"x\ty"}}}};
    EXPECT_EQ(render(record, plain_terminal), "id    7\nname  x?y\n");
    EXPECT_EQ(render(record, file), "id\tname\n7\tx?y\n");
}

constexpr auto account_json =
    R"({"id":"17","account_no":"DE01","name":"a\u001b[2Jb","kind":"customer","owner":null,)"
    R"("balance":{"amount":"-123450","currency":"EUR"},"is_locked":true,)"
    R"("created_at":"2026-03-01T12:00:00.123456Z"})";

TEST(AccountView, ShowsMoneyForPeopleAndForPrograms) {
    auto const people = view_account(account_json, plain_terminal);
    EXPECT_NE(people.find("balance        -1,234.50 EUR\n"), std::string::npos) << people;
    EXPECT_NE(people.find("state          locked\n"), std::string::npos) << people;
    EXPECT_NE(people.find("2026-03-01 12:00:00Z"), std::string::npos);
    EXPECT_EQ(people.find('\x1b'), std::string::npos);
    auto const programs = view_account(account_json, file);
    EXPECT_NE(programs.find("\t-1234.50 EUR\t"), std::string::npos) << programs;
    EXPECT_NE(programs.find("2026-03-01T12:00:00.123456Z"), std::string::npos);
}

TEST(AccountView, ShowsWhatIsHeldLimitedAndFrozen) {
    constexpr auto json =
        R"({"currency":"EUR","held":{"amount":"500","currency":"EUR"},)"
        R"("minimum_balance":{"amount":"5000","currency":"EUR"},"limits":{"per_transfer":null,)"
        R"("per_day":{"amount":"100000","currency":"EUR"}},"is_debit_frozen":true,)"
        R"("is_credit_frozen":true,"freeze_reason":"x"})";
    auto const text = view_account(json, plain_terminal);
    for (auto const* line :
         {"held           5.00 EUR\n", "minimum        50.00 EUR\n", "per_transfer   none\n",
          "per_day        1,000.00 EUR\n", "state          frozen\n",
          "frozen         debits and credits\n", "freeze_reason  x\n"}) {
        EXPECT_NE(text.find(line), std::string::npos) << line << text;
    }
}

TEST(LimitsView, ShowsWhatIsLeft) {
    constexpr auto json = R"({"currency":"EUR","minimum_balance":{"amount":"0","currency":"EUR"},)"
                          R"("limits":{"per_transfer":{"amount":"50000","currency":"EUR"},)"
                          R"("per_day":{"amount":"100000","currency":"EUR"},"per_week":null,)"
                          R"("per_month":{"amount":"100","currency":"EUR"}},)"
                          R"("spending":{"today":{"amount":"25000","currency":"EUR"},)"
                          R"("this_week":{"amount":"25000","currency":"EUR"},)"
                          R"("this_month":{"amount":"25000","currency":"EUR"}}})";
    EXPECT_EQ(view_limits(json, file),
              "limit\tamount\tspent\tleft\n"
              "per_transfer\t500.00 EUR\t\t\n"
              "per_day\t1000.00 EUR\t250.00 EUR\t750.00 EUR\n"
              "per_week\tnone\t250.00 EUR\t\n"
              "per_month\t1.00 EUR\t250.00 EUR\t0.00 EUR\n"
              "minimum_balance\t0.00 EUR\t\t\n");
}

TEST(RoleLimitsView, HasARowForEachRoleAndCurrency) {
    constexpr auto json = R"({"items":[{"role":"teller","currency":"JPY",)"
                          R"("per_transfer":{"amount":"1000","currency":"JPY"},"per_day":null}]})";
    EXPECT_EQ(view_role_limits(json, file),
              "role\tcurrency\tper_transfer\tper_day\tper_week\tper_month\n"
              "teller\tJPY\t1000 JPY\tnone\tnone\tnone\n");
}

TEST(TransferView, SaysWhyItWasRefusedAndWhereItComesFrom) {
    constexpr auto refused =
        R"({"id":"7","kind":"capture","status":"hold_expired","origin_id":"5","expires_at":null})";
    auto const text = view_transfer(refused, plain_terminal);
    EXPECT_NE(text.find("why        The hold has expired"), std::string::npos) << text;
    EXPECT_NE(text.find("origin     5\n"), std::string::npos) << text;
    EXPECT_EQ(exit_of_transfer(refused), Exit::refused);
    constexpr auto hold =
        R"({"id":"5","kind":"hold","status":"posted","expires_at":"2026-03-01T12:00:00.000000Z"})";
    EXPECT_NE(view_transfer(hold, plain_terminal).find("expires    2026-03-01 12:00:00Z"),
              std::string::npos);
    EXPECT_EQ(exit_of_transfer(hold), Exit::ok);
    EXPECT_EQ(exit_of_transfer("{}"), Exit::refused);
}

TEST(Views, SurviveAResultOfAnotherShape) {
    for (auto const view : {view_status, view_users, view_user, view_accounts, view_account,
                            view_transfer, view_transfers, view_limits, view_balance, view_holds,
                            view_hold, view_role_limits, view_audit, view_ledger, view_sessions,
                            view_revoked, view_text, view_configuration_findings}) {
        for (auto const* result : {"", "{}", "[]", "1", R"({"items":1})", R"({"items":[1,null]})",
                                   R"({"balance":7,"sums":{},"findings":[1]})"}) {
            static_cast<void>(view(result, terminal));
        }
    }
}

TEST(LedgerView, ShowsSumsAndFindings) {
    constexpr auto broken =
        R"({"is_sound":false,"sums":[{"currency":"EUR","entries":{"amount":"1","currency":"EUR"},)"
        R"("balances":{"amount":"0","currency":"EUR"}}],"accounts":"3",)"
        R"("transfers":"2","entries":"5","findings":["Account 7 is off by 0.01 EUR."]})";
    auto const text = view_ledger(broken, plain_terminal);
    EXPECT_NE(text.find("NOT CONSISTENT"), std::string::npos);
    EXPECT_NE(text.find("0.01 EUR"), std::string::npos);
    EXPECT_NE(text.find("Account 7 is off"), std::string::npos);
    EXPECT_EQ(exit_of_ledger(broken), Exit::refused);
    EXPECT_EQ(exit_of_ledger(R"({"is_sound":true})"), Exit::ok);
    EXPECT_EQ(exit_of_ledger("{}"), Exit::refused);
}

constexpr auto troubled = R"({"readiness":"ready","version":"1.2.3","requests":"70","faults":"2",)"
                          R"("transfer_p99_us":"25000","lockouts":"1","throttled":"0",)"
                          R"("connections_refused":"3","operations_refused":"0",)"
                          R"("ledger_alarms":"1","front_ends":{"rest":false,"admin":true}})";

TEST(StatusView, ShowsWhatWasCounted) {
    auto const text = view_status(troubled, plain_terminal);
    for (auto const* line : {"requests             70\n", "faults               2\n",
                             "transfer_p99         within 25 ms\n", "lockouts             1\n",
                             "connections_refused  3\n", "ledger_alarms        1\n",
                             "front_ends_up        admin\n", "front_ends_down      rest\n"}) {
        EXPECT_NE(text.find(line), std::string::npos) << line << text;
    }
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(StatusView, ColoursWhatShouldNotBeOnATerminalAlone) {
    auto const text = view_status(troubled, terminal);
    EXPECT_NE(text.find("\x1b[1;31m2"), std::string::npos) << text;     // Faults.
    EXPECT_NE(text.find("\x1b[33m3"), std::string::npos) << text;       // Rejected connections.
    EXPECT_NE(text.find("\x1b[1;31mrest"), std::string::npos) << text;  // A front end that is down.
    EXPECT_EQ(text.find("\x1b[1;31m0"), std::string::npos) << text;
    EXPECT_EQ(view_status(troubled, {}).find('\x1b'), std::string::npos);
}

TEST(StatusView, ShowsTheFiguresAlsoWithoutTheDatabase) {
    auto const text =
        view_status(R"({"readiness":"database_away","requests":"7","faults":"0"})", plain_terminal);
    EXPECT_NE(text.find("database_away"), std::string::npos);
    EXPECT_NE(text.find("requests             7\n"), std::string::npos) << text;
    EXPECT_EQ(text.find("version"), std::string::npos) << text;
}

TEST(ExitCodes, TurnAStateIntoAnExitCode) {
    EXPECT_EQ(exit_of_status(R"({"readiness":"ready"})"), Exit::ok);
    EXPECT_EQ(exit_of_status(R"({"readiness":"starting"})"), Exit::try_later);
    EXPECT_EQ(exit_of_status(R"({"readiness":"draining"})"), Exit::try_later);
    EXPECT_EQ(exit_of_status(R"({"readiness":"database_away"})"), Exit::try_later);
    EXPECT_EQ(exit_of_status(R"({"readiness":"storage_full"})"), Exit::try_later);
    EXPECT_EQ(exit_of_status(R"({"readiness":"schema_mismatch"})"), Exit::refused);
    EXPECT_EQ(exit_of_configuration(R"({"is_valid":true})"), Exit::ok);
    EXPECT_EQ(exit_of_configuration(R"({"is_valid":false,"findings":["x"]})"), Exit::refused);
}

}  // namespace
}  // namespace bank::bankctl
