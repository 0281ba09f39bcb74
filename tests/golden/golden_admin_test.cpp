// For each command of the admin channel its request to the core and its answer, and for each
// command line of bankctl its request and its output, compared with expected/: codes, fields and
// values; texts may change.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include "plugins/admin/command.hpp"
#include "plugins/admin/wire/message.hpp"
#include "plugins/bankctl/command_line.hpp"
#include "tests/golden/core_host.hpp"
#include "tests/golden/mutations.hpp"

namespace bank::golden {
namespace {

struct Row {
    std::string command;
    std::string arguments;
};

std::vector<Row> rows() {
    std::string const limits =
        R"("per_transfer":"5.00","per_day":"none","per_week":"7.00","per_month":"8.00")";
    return {
        {"status", "{}"},
        {"metrics", "{}"},
        {"user list", R"({"name_prefix":"b","role":"teller","limit":5,"cursor":"c"})"},
        {"user show", R"({"user_name":"bob"})"},
        {"user add", R"({"user_name":"bob","role":"teller","password":"p"})"},
        {"user role", R"({"user_name":"bob","role":"admin"})"},
        {"user disable", R"({"user_name":"bob"})"},
        {"user enable", R"({"user_name":"bob"})"},
        {"user password", R"({"user_name":"bob"})"},
        {"user erase", R"({"user_name":"bob"})"},
        {"account list",
         R"({"owner":"bob","account_no":"DE87 9999 9999 0000 0000 12","kind":"cash","limit":5,)"
         R"("cursor":"c"})"},
        {"account show", R"({"account":"17"})"},
        {"account show", R"({"account":"DE87 9999 9999 0000 0000 12"})"},
        {"account open",
         R"({"owner":"bob","name":"n","currency":"EUR","overdraft_limit":5,"pin":"4711"})"},
        {"account lock", R"({"account":"17","reason":"lost"})"},
        {"account unlock", R"({"account":"17","reason":"found"})"},
        {"account close", R"({"account":"17"})"},
        {"account overdraft", R"({"account":"17","overdraft_limit":"5.00"})"},
        {"account overdraft", R"({"account":"17","overdraft_limit":"none"})"},
        {"account freeze", R"({"account":"17","debit":true,"credit":false,"reason":"court"})"},
        {"account unfreeze", R"({"account":"17"})"},
        {"account limits", R"({"account":"17"})"},
        {"account limits", R"({"account":"17","minimum_balance":"9.00",)" + limits + "}"},
        {"account balance", R"({"account":"17","at":"2026-03-01"})"},
        {"account history",
         R"({"account":"17","from":"2026-03-01","until":"2026-04-01","limit":5,"cursor":"c"})"},
        {"account holds", R"({"account":"17","limit":5,"cursor":"c"})"},
        {"hold show", R"({"hold_id":4})"},
        {"hold release", R"({"hold_id":4,"reference":"r","key":"k"})"},
        {"role limits", "{}"},
        {"role limits", R"({"role":"teller","currency":"EUR",)" + limits + "}"},
        {"transfer list",
         R"({"account":"17","kind":"reversal","status":"posted","limit":5,"cursor":"c"})"},
        {"transfer show", R"({"transfer_id":4})"},
        {"transfer receipt", R"({"transfer_id":4})"},
        {"transfer reverse", R"({"transfer_id":4,"amount":"1.00","reference":"r","key":"k"})"},
        {"transfer submit",
         R"({"items":[{"kind":"deposit","key":"k1","account_no":"DE87999999990000000012",)"
         R"("amount":"1.00","currency":"EUR","reference":"r"}]})"},
        {"account lookup", R"({"account_nos":"DE87999999990000000012"})"},
        {"audit tail", R"({"limit":5,"after":4})"},
        {"audit tail", R"({"limit":5})"},
        {"audit search",
         R"({"actor":"a","action":"login","outcome":"ok","ip":"192.0.2.1","request_id":"r",)"
         R"("account":"17","from":"2026-03-01","until":"2026-04-01","limit":5,"cursor":"c"})"},
        {"audit export", R"({"from":4,"resume":true})"},
        {"audit archive", R"({"before":"2026-03-01"})"},
        {"audit prune", R"({"digest":"ab"})"},
        {"ledger check", "{}"},
        {"session list", R"({"user_name":"bob","limit":5,"cursor":"c"})"},
        {"session revoke", R"({"session_id":4})"},
        {"config show", "{}"},
        {"config check", "{}"},
    };
}

// One valid command line of each command.
std::vector<std::vector<std::string>> command_lines() {
    return {
        {"status"},
        {"metrics"},
        {"user", "list", "--prefix", "b", "--role", "teller", "-n", "5"},
        {"user", "show", "bob"},
        {"user", "add", "bob", "--role", "teller", "--password-stdin"},
        {"user", "role", "bob", "admin"},
        {"user", "disable", "bob", "--yes"},
        {"user", "enable", "bob"},
        {"user", "password", "bob", "--yes"},
        {"user", "erase", "bob", "--yes"},
        {"account", "list", "--owner", "bob", "--number", "DE87999999990000000012", "--kind",
         "cash", "--all"},
        {"account", "show", "17"},
        {"account", "open", "--owner", "bob", "--name", "n", "--currency", "EUR", "--overdraft",
         "5.00", "--pin-stdin"},
        {"account", "lock", "17", "--reason", "lost", "--yes"},
        {"account", "unlock", "17", "--reason", "found"},
        {"account", "close", "17", "--yes"},
        {"account", "overdraft", "17", "5.00"},
        {"account", "freeze", "17", "--debit", "--credit", "--reason", "court", "--yes"},
        {"account", "unfreeze", "17", "--yes"},
        {"account", "limits", "17", "--per-transfer", "5.00", "--per-day", "none", "--per-week",
         "7.00", "--per-month", "8.00", "--minimum-balance", "9.00", "--yes"},
        {"account", "balance", "17", "--at", "2026-03-01"},
        {"account", "history", "17", "--since", "2026-03-01", "--until", "2026-04-01"},
        {"account", "holds", "17"},
        {"hold", "show", "4"},
        {"hold", "release", "4", "--reference", "r", "--key", "k", "--yes"},
        {"role", "limits"},
        {"role", "limits", "teller", "EUR", "--per-transfer", "5.00", "--per-day", "none", "--yes"},
        {"transfer", "list", "--account", "17", "--kind", "reversal", "--status", "posted"},
        {"transfer", "show", "4"},
        {"transfer", "receipt", "4"},
        {"transfer", "reverse", "4", "--amount", "1.00", "--reference", "r", "--key", "k", "--yes"},
        {"audit", "tail", "-n", "5"},
        {"audit", "search", "--actor", "a", "--action", "login", "--outcome", "ok", "--ip",
         "192.0.2.1", "--request-id", "00000000-0000-7000-8000-000000000000", "--account", "17",
         "--since", "2026-03-01", "--until", "2026-04-01"},
        {"audit", "export", "file", "--from", "4", "--resume"},
        {"audit", "archive", "file", "--before", "2026-03-01"},
        {"audit", "prune", std::string(64, 'a'), "--yes"},
        {"ledger", "check"},
        {"alarm", "list", "--all"},
        {"alarm", "clear", "4", "--reason", "r", "--yes"},
        {"session", "list", "bob"},
        {"session", "revoke", "4"},
        {"config", "show"},
        {"config", "check"},
    };
}

class GoldenAdmin : public testing::Test {
protected:
    admin::wire::Reply ask(std::string payload) {
        parts_.clear();
        admin::SendPart const send_part = [this](std::string_view text) -> Status {
            parts_ += text;
            return Done{};
        };
        auto reply = admin::wire::parse_reply(admin::answer(
            host_, meters_, {.uid = 1000, .gid = 100, .pid = 4711}, std::move(payload), send_part));
        EXPECT_TRUE(reply.ok());
        return std::move(reply).value();
    }

    std::string asked() {
        std::string asked;
        std::istringstream lines(core_.take_asked());
        for (std::string line; std::getline(lines, line);) {
            asked += (line.starts_with("  asks admit ") ? "  asks admit" : line) + "\n";
        }
        return asked;
    }

    // Of a success, the result too if `has_result`.
    std::string told(Row const& row, bool has_result) {
        auto const reply = ask(
            fmt::format(R"({{"v":1,"command":"{}","arguments":{}}})", row.command, row.arguments));
        auto const text = asked();
        if (reply.is_ok) return text + "  " + (has_result ? escaped(reply.result) : "ok") + "\n";
        return text +
               fmt::format("  {} {} {}\n", reply.code_word, reply.field, reply.retry_after_s);
    }

    StubCore core_;
    CoreHost host_{core_, api::FrontEnd::admin};
    admin::Meters meters_;
    std::string parts_;
};

TEST_F(GoldenAdmin, EveryCommandAsksAndAnswersAsBefore) {
    std::string actual;
    for (auto const& row : rows()) {
        actual += fmt::format("== {} {}\n", row.command, row.arguments);
        for (auto const sample : {Sample::full, Sample::bare, Sample::declined, Sample::refused}) {
            core_.answer_with(sample);
            actual += told(row, true);
        }
    }
    EXPECT_EQ(difference_from("admin", actual), "");
}

TEST_F(GoldenAdmin, EachFaultOfAnArgumentIsToldAsBefore) {
    std::string actual;
    for (auto const& row : rows()) {
        actual += fmt::format("== {} {}\n", row.command, row.arguments);
        for (auto const& mutation : mutations_of(row.arguments)) {
            actual += fmt::format("{}:{}\n", mutation.what,
                                  in_one_line(told({row.command, mutation.text}, false)));
        }
    }
    EXPECT_EQ(difference_from("admin-arguments", actual), "");
}

// The request that bankctl sends, or its rejection.
std::string understood(std::vector<std::string> const& words) {
    auto const parsed = bankctl::parse_command_line(words, "");
    auto const* invocation = std::get_if<bankctl::Invocation>(&parsed);
    if (invocation == nullptr) {
        return std::holds_alternative<bankctl::UsageError>(parsed) ? "usage" : "help";
    }
    auto text = admin::wire::encode_request(invocation->command->words, invocation->arguments);
    for (auto const& own : invocation->own.items()) text += " own " + own.name;
    text += fmt::format(" rows {}{}{}{}{}{}", invocation->rows_max,
                        invocation->is_json ? " json" : "", invocation->is_confirmed ? " yes" : "",
                        invocation->needs_key ? " needs-key" : "",
                        invocation->reads_secret ? " reads-secret" : "",
                        invocation->asks_secret ? " asks-pin" : "");
    return text;
}

TEST_F(GoldenAdmin, EveryCommandLineSendsAsBefore) {
    std::string actual;
    for (auto const& line : command_lines()) {
        actual += fmt::format("== {}\n  {}\n", fmt::join(line, " "), escaped(understood(line)));
        for (std::size_t i = 1; i < line.size(); ++i) {
            auto without = line;
            without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
            actual +=
                fmt::format("{}:  {}\n", fmt::join(without, " "), escaped(understood(without)));
            for (auto const* other : {"", "???", "-1", "0"}) {
                auto changed = line;
                changed[i] = other;
                actual +=
                    fmt::format("{}:  {}\n", fmt::join(changed, " "), escaped(understood(changed)));
            }
        }
    }
    EXPECT_EQ(difference_from("bankctl-lines", actual), "");
}

TEST_F(GoldenAdmin, EveryAnswerIsShownAsBefore) {
    bankctl::Layout const terminal{.is_terminal = true, .has_colour = false, .width = 80};
    bankctl::Layout const file{};
    std::string actual;
    for (auto const& row : rows()) {
        auto const* const command = bankctl::find_command(row.command);
        if (command == nullptr || command->view == nullptr) continue;
        for (auto const sample : {Sample::full, Sample::bare, Sample::declined}) {
            core_.answer_with(sample);
            auto const reply = ask(fmt::format(R"({{"v":1,"command":"{}","arguments":{}}})",
                                               row.command, row.arguments));
            static_cast<void>(asked());
            if (!reply.is_ok) continue;
            auto const exit =
                command->exit_of == nullptr ? 0 : static_cast<int>(command->exit_of(reply.result));
            actual += fmt::format("== {} {} exit {}\n{}{}", row.command, row.arguments, exit,
                                  command->view(reply.result, terminal),
                                  command->view(reply.result, file));
        }
    }
    EXPECT_EQ(difference_from("bankctl-views", actual), "");
}

}  // namespace
}  // namespace bank::golden
