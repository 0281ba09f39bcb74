#include "plugins/bankctl/command_line.hpp"

#include <gtest/gtest.h>

#include "plugins/admin/wire/words.hpp"
#include "plugins/bankctl/output.hpp"
#include "plugins/bankctl/run.hpp"
#include "plugins/bankctl/suggest.hpp"

namespace bank::bankctl {
namespace {

using Words = std::vector<std::string>;

Invocation understood(Words const& words, std::string_view environment = "") {
    auto parsed = parse_command_line(words, environment);
    auto* invocation = std::get_if<Invocation>(&parsed);
    if (invocation == nullptr) {
        auto const* error = std::get_if<UsageError>(&parsed);
        ADD_FAILURE() << (error != nullptr ? error->message : "no command");
        return {};
    }
    return std::move(*invocation);
}

TEST(CommandLine, TakesOptionsBeforeBetweenAndAfterTheWords) {
    for (auto const& words : {Words{"--json", "--socket", "/s", "user", "list"},
                              Words{"user", "--socket=/s", "list", "--json"},
                              Words{"user", "list", "--json", "--socket", "/s"}}) {
        auto const invocation = understood(words);
        EXPECT_TRUE(invocation.is_json);
        EXPECT_EQ(invocation.socket, "/s");
    }
}

TEST(CommandLine, PrefersTheOptionToTheEnvironmentToTheDefault) {
    EXPECT_EQ(understood({"status"}).socket, default_socket);
    EXPECT_EQ(understood({"status"}, "/e").socket, "/e");
    EXPECT_EQ(understood({"status", "--socket", "/o"}, "/e").socket, "/o");
}

TEST(CommandLine, ReadsMoneyInTheAccountsCurrency) {
    auto const open = [](std::string const& currency, std::string const& overdraft) {
        return parse_command_line({"account", "open", "--owner", "bob", "--name", "n", "--currency",
                                   currency, "--overdraft", overdraft},
                                  "");
    };
    auto const units = [&](std::string const& currency, std::string const& overdraft) {
        auto const parsed = open(currency, overdraft);
        auto const* invocation = std::get_if<Invocation>(&parsed);
        return invocation == nullptr ? std::nullopt
                                     : invocation->arguments.integer("overdraft_limit");
    };
    EXPECT_EQ(units("EUR", "12.50 EUR"), 1250);
    EXPECT_EQ(units("EUR", "12.50"), 1250);
    EXPECT_EQ(units("EUR", "12"), 1200);
    EXPECT_EQ(units("JPY", "12"), 12);
    for (auto const* wrong :
         {"12,50", "12.5", "12.50 USD", "-1.00", "1e3", "", "12.50  EUR", "12.50 EUR "}) {
        EXPECT_EQ(units("EUR", wrong), std::nullopt) << wrong;
    }
    EXPECT_EQ(units("XYZ", "1.00"), std::nullopt);
}

TEST(CommandLine, TakesFlagsAndPlacesThatMayBeLeftOut) {
    auto const freeze =
        understood({"account", "freeze", "17", "--credit", "--reason", "fraud", "-y"});
    EXPECT_TRUE(freeze.arguments.boolean("credit"));
    EXPECT_FALSE(freeze.arguments.has("debit"));
    EXPECT_EQ(freeze.first_input, "17");
    EXPECT_FALSE(understood({"role", "limits"}).arguments.has("role"));
    auto const one = understood({"role", "limits", "teller", "EUR", "--per-day", "none"});
    EXPECT_EQ(one.arguments.text("role"), "teller");
    EXPECT_EQ(one.arguments.text("currency"), "EUR");
    EXPECT_EQ(one.arguments.text("per_day"), "none");
}

// Otherwise a forgotten value would be "--yes", in the audit log or as an account's name.
TEST(CommandLine, TakesNoOptionForTheValueOfAnother) {
    for (auto const& option : {"--json", "--yes", "-y", "--socket", "--reason", "--jsno"}) {
        for (auto const& words : {Words{"account", "lock", "17", "--reason", option},
                                  Words{"account", "rename", "17", "--name", option},
                                  Words{"account", "lock", "--reason", option, "17"}}) {
            auto const parsed = parse_command_line(words, "");
            auto const* error = std::get_if<UsageError>(&parsed);
            ASSERT_NE(error, nullptr) << option;
            EXPECT_NE(error->message.find("is missing"), std::string::npos) << error->message;
        }
    }
    EXPECT_TRUE(std::holds_alternative<UsageError>(
        parse_command_line({"user", "list", "-n", "--json"}, "")));
    for (auto const* reason : {"-5", "-- urgent", "-", "- see the note", "-x"}) {
        EXPECT_EQ(
            understood({"account", "lock", "17", "--reason", reason}).arguments.text("reason"),
            reason);
    }
    EXPECT_EQ(understood({"account", "lock", "17", "--reason=--yes"}).arguments.text("reason"),
              "--yes");
}

TEST(CommandLine, PrintsAnErrorAsJsonOnlyForTheOption) {
    testing::internal::CaptureStderr();
    EXPECT_EQ(run({"account", "show", "--", "--json"}, "1"), Exit::usage);
    auto const text = testing::internal::GetCapturedStderr();
    EXPECT_TRUE(text.starts_with("bankctl: ACCOUNT: --json is not a valid IBAN")) << text;
}

TEST(CommandLine, KnowsWhenAMovementNeedsANewKey) {
    EXPECT_TRUE(understood({"transfer", "reverse", "9"}).needs_key);
    auto const again = understood({"transfer", "reverse", "9", "--key", "k1"});
    EXPECT_FALSE(again.needs_key);
    EXPECT_EQ(again.arguments.text("key"), "k1");
    EXPECT_EQ(again.first_input, "9");
    EXPECT_FALSE(understood({"transfer", "show", "9"}).needs_key);
}

struct Wrong {
    Words words;
    std::string message_part;
};

class CommandLineRefuses : public testing::TestWithParam<Wrong> {};

TEST_P(CommandLineRefuses, AndSaysWhatIsMeant) {
    auto const parsed = parse_command_line(GetParam().words, "");
    auto const* error = std::get_if<UsageError>(&parsed);
    ASSERT_NE(error, nullptr);
    EXPECT_NE(error->message.find(GetParam().message_part), std::string::npos) << error->message;
}

INSTANTIATE_TEST_SUITE_P(
    All, CommandLineRefuses,
    testing::Values(Wrong{{}, "missing"}, Wrong{{"usr", "list"}, "Did you mean user?"},
                    Wrong{{"user", "lst"}, "Did you mean list?"},
                    Wrong{{"user"}, "list, show, add, disable"},
                    Wrong{{"status", "now"}, "status: unexpected argument 'now'"},
                    Wrong{{"user", "frobnicate"}, "Commands: list, show, add, disable"},
                    Wrong{{"frobnicate"}, "Commands: help, version, status"},
                    Wrong{{"user", "list", "--jsno"},
                          "user list: unknown option --jsno. Did you mean --json?"},
                    Wrong{{"user", "add", "bob"}, "--role ROLE is missing."},
                    Wrong{{"user", "add", "--role", "admin"}, "USER is missing"},
                    Wrong{{"user", "add", "bob", "--role", "tellr"}, "Did you mean teller?"},
                    Wrong{{"user", "add", "bob", "--role"}, "--role"},
                    Wrong{{"user", "add", "bob", "--role", "admin", "--role", "teller"}, "role"},
                    Wrong{{"user", "add", "bob", "--rol", "admin"}, "Did you mean --role?"},
                    Wrong{{"user", "add", "b\nb", "--role", "admin"}, "control character"},
                    Wrong{{"account", "unlock", "17", "--reason", " "},
                          "--reason must contain at least one visible character"},
                    Wrong{{"account", "lock", "17", "--reason", "\xc2\xa0\xe2\x80\x8b"},
                          "--reason must contain at least one visible character"},
                    Wrong{{"backup", "accept-loss", "--missing", "1", "--reason", " "},
                          "--reason must contain at least one visible character"},
                    Wrong{{"transfer", "show", "0"}, "whole number"},
                    Wrong{{"transfer", "show", "1x"}, "whole number"},
                    Wrong{{"audit", "tail", "-n", "101"}, "1 to 100"},
                    Wrong{{"user", "list", "-n", "0"}, "--limit"},
                    Wrong{{"audit", "search", "--since", "yesterday"}, "must be a date"},
                    Wrong{{"status", "--timeout", "0"}, "--timeout"},
                    Wrong{{"account", "freeze", "17", "--debit"}, "--reason TEXT is missing."},
                    Wrong{{"account", "freeze", "17", "--debit=yes", "--reason", "x"}, "debit"},
                    Wrong{{"account", "balance", "17", "--at", "noon"}, "must be a date"},
                    Wrong{{"hold", "release", "none"}, "whole number"},
                    Wrong{{"role", "limits", "boss", "EUR"}, "ROLE must be one of"},
                    Wrong{{"role", "limits", "teller", "EUR", "--per-day", "1", "x"},
                          "role limits: unexpected argument 'x'"},
                    Wrong{{"transfer", "reverse"}, "TRANSFER is missing"},
                    Wrong{{"account", "open", "--owner", "b", "--name", "n", "--currency", "EUR",
                           "--ask-pin", "--pin-stdin"},
                          "mutually exclusive"}));

// Rejected before anything is sent: values that no bank accepts, and words that no search would
// find.
INSTANTIATE_TEST_SUITE_P(
    Values, CommandLineRefuses,
    testing::Values(
        Wrong{{"audit", "search", "--action", "nonsense"}, "--action: nonsense is not an action."},
        Wrong{{"audit", "search", "--action", "logn"}, "Did you mean login?"},
        Wrong{{"audit", "search", "--outcome", "nonsense"}, "--outcome: nonsense is not"},
        Wrong{{"audit", "search", "--ip", "localhost"}, "--ip: localhost is not an IP address."},
        Wrong{{"audit", "search", "--request-id", "7"}, "--request-id: 7 is not a UUID"},
        Wrong{{"audit", "search", "--account", "DE00"}, "--account: DE00 is not a valid IBAN"},
        Wrong{{"audit", "prune", "abc"}, "SHA256: abc is not a SHA-256 digest"},
        Wrong{{"account", "show", "DE68210501700012345679"},
              "ACCOUNT: DE68210501700012345679 is not a valid IBAN or account id."},
        Wrong{{"account", "show", "0"}, "ACCOUNT: 0 is not a valid IBAN"},
        Wrong{{"account", "list", "--number", "17"}, "--number: 17 is not a valid IBAN."},
        Wrong{{"account", "list", "--kind", "csh"}, "Did you mean cash?"},
        Wrong{{"account", "open", "--owner", "b", "--name", "n", "--currency", "eur"},
              "--currency: eur is not a currency code"},
        Wrong{{"account", "open", "--owner", "b", "--name", "n", "--currency", "EUR", "--overdraft",
               "12.5"},
              "--overdraft: 12.5 has one decimal; EUR needs two."},
        Wrong{{"account", "limits", "17", "--per-day", "12,50"},
              "--per-day: 12,50 is not an amount"},
        Wrong{{"account", "limits", "17", "--minimum-balance", "-5"},
              "--minimum-balance: -5 is not an amount"},
        Wrong{{"role", "limits", "teller", "EURO"}, "CURRENCY"},
        Wrong{{"transfer", "reverse", "9", "--amount", "1e3"}, "--amount: 1e3 is not an amount"},
        Wrong{{"transfer", "reverse", "9", "--amount", "none"}, "--amount: none is not an amount"},
        Wrong{{"backup", "accept-loss", "--missing", "many", "--reason", "fire"},
              "--missing: many is not a number of records or unknown."}));

TEST(CommandLine, TakesEveryValueThatTheBankKnows) {
    for (auto const action : admin::wire::audit_actions()) {
        EXPECT_EQ(understood({"audit", "search", "--action", std::string{action}})
                      .arguments.text("action"),
                  action);
    }
    for (auto const* outcome : {"ok", "posted", "pin_wrong", "insufficient_funds"}) {
        understood({"audit", "search", "--outcome", outcome});
    }
    for (auto const* ip : {"192.0.2.1", "::1"}) understood({"audit", "search", "--ip", ip});
    understood({"account", "show", "de68 2105 0170 0012 3456 78"});
    understood({"account", "limits", "17", "--per-day", "none", "--per-week", "12.50"});
    EXPECT_GT(understood({"user", "list", "--all"}).rows_max, 1'000'000U);
}

TEST(CommandLine, PrintsItsVersionWhereverItIsAskedFor) {
    for (auto const& words : {Words{"--version"}, Words{"version"}, Words{"--json", "version"},
                              Words{"user", "list", "--version"}}) {
        EXPECT_TRUE(std::holds_alternative<ShowVersion>(parse_command_line(words, "")));
    }
}

TEST(CommandLine, TakesNoSecretAndRepeatsNone) {
    for (auto const& words :
         {Words{"user", "add", "bob", "--role", "admin", "--password=hunter2"},
          Words{"user", "add", "bob", "--role", "admin", "--password", "hunter2"},
          Words{"account", "open", "--pin=hunter2"},
          Words{"user", "add", "bob", "--role", "admin", "--password-stdin=hunter2"},
          Words{"user", "add", "bob", "--role", "admin", "--json=hunter2"}}) {
        auto const parsed = parse_command_line(words, "");
        auto const* error = std::get_if<UsageError>(&parsed);
        ASSERT_NE(error, nullptr);
        EXPECT_EQ(error->message.find("hunter2"), std::string::npos) << error->message;
    }
}

TEST(CommandLine, ShowsHelpWhereverItIsAskedFor) {
    auto const topic = [](Words const& words) {
        auto const parsed = parse_command_line(words, "");
        auto const* help = std::get_if<ShowHelp>(&parsed);
        return help == nullptr ? "none" : help->topic;
    };
    EXPECT_EQ(topic({"--help"}), "");
    EXPECT_EQ(topic({"help"}), "");
    EXPECT_EQ(topic({"user", "-h"}), "user");
    EXPECT_EQ(topic({"user", "add", "--help"}), "user add");
    EXPECT_EQ(topic({"help", "user", "add"}), "user add");
    EXPECT_EQ(topic({"help", "user", "add", "--json"}), "user add");
    EXPECT_EQ(topic({"--json", "help"}), "");
    EXPECT_EQ(topic({"--socket", "/s", "help", "status"}), "status");
    EXPECT_EQ(topic({"help", "no", "such", "thing"}), "no such thing");
}

TEST(Nearest, FindsTypingMistakesOnly) {
    std::vector<std::string_view> const words{"list", "add", "role", "disable", "enable"};
    EXPECT_EQ(nearest("lsit", words), "list");
    EXPECT_EQ(nearest("disabel", words), "disable");
    EXPECT_EQ(nearest("dis", words), "disable");
    EXPECT_EQ(nearest("zzzzzz", words), "");
    EXPECT_EQ(nearest("", words), "");
    EXPECT_EQ(nearest(std::string(100'000, 'x'), words), "");
}

admin::wire::Reply refusal(Code code) {
    admin::wire::Reply reply;
    reply.code = code;
    reply.code_word = word(code);
    reply.title = title(code);
    return reply;
}

TEST(ExitCode, FollowsTheKindOfTheCode) {
    EXPECT_EQ(exit_of(refusal(Code::user_name_taken)), Exit::refused);
    EXPECT_EQ(exit_of(refusal(Code::permission_denied)), Exit::refused);
    EXPECT_EQ(exit_of(refusal(Code::rate_limited)), Exit::try_later);
    EXPECT_EQ(exit_of(refusal(Code::storage_unavailable)), Exit::try_later);
    EXPECT_EQ(exit_of(refusal(Code::internal_error)), Exit::internal);
    admin::wire::Reply newer;
    newer.code_word = "moon_phase";
    EXPECT_EQ(exit_of(newer), Exit::refused);
    admin::wire::Reply good;
    good.is_ok = true;
    EXPECT_EQ(exit_of(good), Exit::ok);
}

TEST(Explanation, SaysWhatWhereAndWhatNext) {
    auto reply = refusal(Code::invalid_field);
    reply.field = "/arguments/overdraft_limit";
    reply.message = "Too \x1b[31mmuch.";
    reply.request_id = "r-1";
    auto const open = find_command("account open");
    auto const text = text_of(explain(reply, open));
    EXPECT_TRUE(text.starts_with("bankctl: --overdraft: Too ?[31mmuch. [invalid_field]\n")) << text;
    EXPECT_NE(text.find("[invalid_field]"), std::string::npos);
    EXPECT_NE(text.find("--help"), std::string::npos);
    EXPECT_NE(text.find("r-1"), std::string::npos);
    auto throttled = refusal(Code::rate_limited);
    throttled.retry_after_s = 7;
    EXPECT_NE(text_of(explain(throttled, nullptr)).find("7 seconds"), std::string::npos);
}

// An administrator asked: a user who is none gets a message.
TEST(Explanation, BlamesTheObjectForWhatNobodyMayDo) {
    auto const text = text_of(explain(refusal(Code::permission_denied), nullptr));
    EXPECT_NE(text.find("The bank's own accounts"), std::string::npos) << text;
    EXPECT_EQ(text.find("[admin-access]"), std::string::npos) << text;
}

TEST(Explanation, AddsNoGuessToWhatTheBankSaysIsNotPermitted) {
    auto reply = refusal(Code::permission_denied);
    reply.message = "Nobody can reset their own password. Change it instead.";
    auto const text = text_of(explain(reply, find_command("user password")));
    EXPECT_NE(text.find("their own password"), std::string::npos) << text;
    EXPECT_EQ(text.find("own accounts"), std::string::npos) << text;
}

TEST(Explanation, NamesTheFieldOfTheCoreAsItWasTyped) {
    auto reply = refusal(Code::invalid_field);
    reply.message = "Too short.";
    struct {
        char const* field;
        char const* command;
        char const* shown;
    } const rows[] = {{"/user_name", "user add", "bankctl: USER: Too short."},
                      {"/role", "user role", "bankctl: ROLE: Too short."},
                      {"/role", "user add", "bankctl: --role: Too short."},
                      {"/arguments/account", "account show", "bankctl: ACCOUNT: Too short."},
                      {"/per_day/amount", "account limits", "bankctl: per_day.amount: Too short."}};
    for (auto const& row : rows) {
        reply.field = row.field;
        auto const text = text_of(explain(reply, find_command(row.command)));
        EXPECT_TRUE(text.starts_with(row.shown)) << text;
    }
}

TEST(Explanation, HidesNothingFromAdministrators) {
    for (auto const code : {Code::not_found, Code::account_not_found, Code::origin_not_found}) {
        auto const text = text_of(explain(refusal(code), nullptr));
        EXPECT_EQ(text.find("yours"), std::string::npos) << text;
    }
}

TEST(Explanation, IsAnObjectForPrograms) {
    auto reply = refusal(Code::rate_limited);
    reply.request_id = "r-1";
    reply.retry_after_s = 7;
    EXPECT_EQ(json_of(explain(reply, nullptr)),
              R"({"code":"rate_limited","title":"Too many requests. Wait, then try again.",)"
              R"("what_to_do":"Try again in 7 seconds.","request_id":"r-1","exit_code":75})"
              "\n");
}

}  // namespace
}  // namespace bank::bankctl
