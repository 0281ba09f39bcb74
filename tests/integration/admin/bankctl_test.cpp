// bankctl as scripts and people run it.
#include <fstream>

#include "tests/integration/admin/fixture.hpp"
#include "tests/integration/admin/typist.hpp"

namespace bank::admin {
namespace {

// ---- bankctl against it.

TEST_F(AdminSocket, WithoutADaemonEndsWith69AndOneClearSentence) {
    auto const absent = run({"status"});
    EXPECT_EQ(absent.exit, 69);
    EXPECT_EQ(absent.out, "");
    EXPECT_NE(absent.err.find("no socket " + path_ + ": is bankd running?"), std::string::npos)
        << absent.err;
    start();
    ASSERT_EQ(::rename(path_.c_str(), (path_ + ".kept").c_str()), 0);
    auto const stale = bound_socket(path_);
    ::close(stale);
    auto const deaf = run({"status"});
    EXPECT_EQ(deaf.exit, 69);
    EXPECT_NE(deaf.err.find("No process listens on " + path_), std::string::npos) << deaf.err;
}

TEST_F(AdminSocket, ClosedToTheUserEndsWith69AndSaysWhoseItIs) {
    start();
    std::optional<uid_t> uid;
    if (::geteuid() == 0) {
        uid = nobody;
    } else {
        ASSERT_EQ(::chmod(path_.c_str(), 0), 0);
    }
    auto const outcome =
        run({"user", "add", "eve", "--role", "admin", "--password-stdin"}, "hunter2hunter2\n", uid);
    EXPECT_EQ(outcome.exit, 69);
    EXPECT_NE(outcome.err.find("Permission denied on " + path_), std::string::npos) << outcome.err;
    EXPECT_NE(outcome.err.find("mode 0"), std::string::npos) << outcome.err;
    EXPECT_TRUE(host_.recording.asked().empty());
}

TEST_F(AdminSocket, TellsTheBankWhoThePeerIs) {
    host_.settings["socket_mode"] = "0666";
    start();
    auto const uid = ::geteuid() == 0 ? nobody : ::geteuid();
    ASSERT_EQ(run({"status"}, "", uid).exit, 0);
    auto const asked = host_.recording.asked();
    ASSERT_EQ(asked.size(), 1U);
    ASSERT_TRUE(asked[0].caller.local_peer.has_value());
    EXPECT_EQ(asked[0].caller.local_peer->uid, uid);
    EXPECT_GT(asked[0].caller.local_peer->pid, 0);
    EXPECT_NE(asked[0].caller.local_peer->pid, ::getpid());
}

TEST_F(AdminSocket, ListsAllPagesAsTabSeparatedLinesWithoutControls) {
    start();
    auto const outcome = run({"user", "list"});
    EXPECT_EQ(outcome.exit, 0) << outcome.err;
    EXPECT_TRUE(outcome.out.starts_with(
        "id\tname\trole\tstate\tpassword\tcreated\n1\talice\tadmin\tactive\tnone\t"))
        << outcome.out;
    EXPECT_NE(outcome.out.find("\n2\tbob?[31m\t"), std::string::npos) << outcome.out;
    EXPECT_NE(outcome.out.find("\n3\tcarol\t"), std::string::npos) << outcome.out;
    EXPECT_EQ(outcome.err, "");
    auto const first = run({"user", "list", "-n", "1", "--json"});
    EXPECT_NE(first.out.find("alice"), std::string::npos);
    EXPECT_EQ(first.out.find("carol"), std::string::npos);
    EXPECT_NE(first.out.find("\"has_more\":true"), std::string::npos);
    EXPECT_NE(first.err.find("more"), std::string::npos);
}

TEST_F(AdminSocket, ShowsARefusalWithItsCodeAndTheNextStep) {
    start();
    host_.recording.locked()->refusal =
        Error{.code = Code::permission_denied, .detail = "sqlstate 42501"};
    auto const outcome = run({"user", "list"});
    EXPECT_EQ(outcome.exit, 1);
    EXPECT_EQ(outcome.out, "");
    EXPECT_NE(outcome.err.find("[permission_denied]"), std::string::npos);
    EXPECT_NE(outcome.err.find("The bank's own accounts"), std::string::npos);
    EXPECT_EQ(outcome.err.find("42501"), std::string::npos);
    host_.recording.locked()->refusal = Error{.code = Code::storage_unavailable};
    EXPECT_EQ(run({"user", "list"}).exit, 75);
    host_.recording.locked()->refusal = Error{.code = Code::internal_error};
    EXPECT_EQ(run({"user", "list"}).exit, 70);
}

TEST_F(AdminSocket, RunsNothingDangerousUnconfirmed) {
    start();
    for (auto const& words :
         {std::vector<std::string>{"user", "disable", "carol"},
          std::vector<std::string>{"user", "password", "carol"},
          std::vector<std::string>{"account", "lock", "17", "--reason", "stolen"},
          std::vector<std::string>{"account", "freeze", "17", "--debit", "--reason", "court"},
          std::vector<std::string>{"hold", "release", "5"},
          std::vector<std::string>{"role", "limits", "teller", "EUR", "--per-day", "5.00"},
          std::vector<std::string>{"transfer", "reverse", "9"}}) {
        auto const refused = run(words, "y\n");
        EXPECT_EQ(refused.exit, 64);
        EXPECT_NE(refused.err.find("--yes"), std::string::npos) << refused.err;
    }
    EXPECT_TRUE(host_.recording.asked().empty());
    EXPECT_EQ(run({"user", "disable", "carol", "--yes"}).exit, 0);
    EXPECT_EQ(run({"account", "lock", "17", "--reason", "stolen", "-y"}).exit, 0);
    EXPECT_TRUE(host_.recording.locked()->users[2].is_disabled);
    EXPECT_EQ(host_.recording.locked()->accounts[0].lock_reason, "stolen");
}

TEST_F(AdminSocket, PrintsAOneTimePasswordOnceAndLogsNone) {
    start();
    auto const set = run({"user", "password", "carol", "--yes"});
    EXPECT_EQ(set.exit, 0) << set.err;
    EXPECT_NE(set.out.find("k7mp-x2wn-9hqe-r4tz"), std::string::npos) << set.out;
    EXPECT_NE(set.out.find("carol"), std::string::npos) << set.out;
    EXPECT_NE(set.out.find("1970-01-01"), std::string::npos) << set.out;
    EXPECT_EQ(host_.recording.words_asked().back(), "reset_password 3");
    auto const json = run({"user", "password", "carol", "--yes", "--json"});
    EXPECT_NE(json.out.find(R"("password":"k7mp-x2wn-9hqe-r4tz")"), std::string::npos) << json.out;
    auto const shown = run({"user", "show", "carol"});
    EXPECT_NE(shown.out.find("one-time"), std::string::npos) << shown.out;
    EXPECT_EQ(shown.out.find("k7mp"), std::string::npos) << shown.out;
    EXPECT_EQ(host_.logged().find("k7mp"), std::string::npos);
    EXPECT_EQ(run({"user", "password", "nobody", "--yes"}).exit, 1);
}

TEST_F(AdminSocket, WaitsUntilAReceiptIsSigned) {
    start();
    host_.recording.locked()->unsigned_receipts = 2;
    auto const printed = run({"transfer", "receipt", "4711"});
    EXPECT_EQ(printed.exit, 0) << printed.err;
    EXPECT_TRUE(printed.out.starts_with(R"({"record":"transfer/1)")) << printed.out;
    EXPECT_EQ(printed.err, "") << "progress is for a terminal";
    EXPECT_EQ(host_.recording.asked().size(), 3U);

    host_.recording.locked()->unsigned_receipts = 1'000'000;
    auto const pending = run({"transfer", "receipt", "4711", "--timeout", "1"});
    EXPECT_EQ(pending.exit, 75);
    EXPECT_EQ(pending.out, "");
    EXPECT_NE(pending.err.find("Nothing was signed within 1 seconds."), std::string::npos)
        << pending.err;

    // The bank announces a longer wait itself: bankctl does not wait for that.
    host_.recording.locked()->refusal = Error{.code = Code::receipt_pending, .retry_after_s = 10};
    auto const before = host_.recording.asked().size();
    EXPECT_EQ(run({"transfer", "receipt", "4711"}).exit, 75);
    EXPECT_EQ(host_.recording.asked().size(), before + 1);
}

TEST_F(AdminSocket, EndsChecksWithTheirVerdict) {
    start();
    host_.recording.locked()->report = {.is_sound = false, .findings = {{"Account 7 is off."}}};
    auto const broken = run({"ledger", "check"});
    EXPECT_EQ(broken.exit, 1);
    EXPECT_NE(broken.out.find("Account 7 is off."), std::string::npos);
    host_.recording.locked()->report = {.is_sound = true};
    EXPECT_EQ(run({"ledger", "check"}).exit, 0);
    EXPECT_EQ(run({"config", "check"}).exit, 0);
    host_.set_findings({{"bankd.conf:7: unknown key"}, {"[rest] was not checked"}});
    auto const wrong = run({"config", "check"});
    EXPECT_EQ(wrong.exit, 1);
    EXPECT_EQ(wrong.out, "[rest] was not checked\nbankd.conf:7: unknown key\n");
    host_.recording.locked()->state = api::Readiness::database_away;
    EXPECT_EQ(run({"status"}).exit, 75);
}

TEST_F(AdminSocket, NamesTheKeyOfAMovementWhoseOutcomeIsNotKnown) {
    start();
    host_.recording.locked()->refusal = Error{.code = Code::outcome_unknown};
    auto const lost = run({"transfer", "reverse", "9", "--yes"});
    EXPECT_EQ(lost.exit, 75);
    auto const place = lost.err.find("--key ");
    ASSERT_NE(place, std::string::npos) << lost.err;
    auto const key = lost.err.substr(place + 6, 36);
    host_.recording.locked()->refusal.reset();
    EXPECT_EQ(run({"transfer", "reverse", "9", "--yes", "--key", key}).exit, 0);
    auto const words = host_.recording.words_asked();
    ASSERT_EQ(words.size(), 2U);
    EXPECT_EQ(words[0], "submit reversal " + key + " 9 0");
    EXPECT_EQ(words[1], words[0]);
}

TEST_F(AdminSocket, EndsWith1WhenAMovementIsRefused) {
    start();
    host_.recording.locked()->decide = [](api::TransferRequest const&) {
        return api::Transfer{.status = Code::hold_settled};
    };
    auto const outcome = run({"hold", "release", "5", "-y"});
    EXPECT_EQ(outcome.exit, 1);
    EXPECT_NE(outcome.out.find("hold_settled\tThe hold is already captured or released."),
              std::string::npos)
        << outcome.out;
}

TEST_F(AdminSocket, WritesErrorsAsJsonOnStandardErrorIfAsked) {
    start();
    struct {
        std::vector<std::string> words;
        int exit;
        char const* error;
    } const rows[] = {
        {{"user", "list", "--jsno", "--json"}, 64, R"({"code":"usage","title":"user list: )"},
        {{"user", "lst", "--json"}, 64, R"({"code":"usage","title":"user has no command lst.)"},
        {{"account", "show", "99", "--json"}, 1, R"({"code":"account_not_found","title":)"},
        {{"user", "disable", "carol", "--json"}, 64, R"({"code":"usage","title":)"},
        {{"transfer", "import", "/absent.csv", "--json"}, 65, R"({"code":"bad_input","title":)"},
        {{"--socket", "/absent", "status", "--json"}, 69, R"({"code":"unreachable","title":)"}};
    for (auto const& row : rows) {
        auto const outcome = bankctl(joined({"--socket", path_}, row.words));
        auto const is_other = row.words.front() == "--socket";
        auto const shown = is_other ? bankctl(row.words) : outcome;
        EXPECT_EQ(shown.exit, row.exit) << shown.err;
        EXPECT_EQ(shown.out, "");
        EXPECT_TRUE(shown.err.starts_with(row.error)) << shown.err;
        EXPECT_TRUE(shown.err.ends_with("\"exit_code\":" + std::to_string(row.exit) + "}\n"))
            << shown.err;
        EXPECT_EQ(std::count(shown.err.begin(), shown.err.end(), '\n'), 1) << shown.err;
    }
}

TEST_F(AdminSocket, ListsAllRowsIfAsked) {
    start();
    for (int i = 10; i < 260; ++i) {
        host_.recording.locked()->users.push_back(
            {.id = {i}, .user_name = "u" + std::to_string(i)});
    }
    auto const some = run({"user", "list"});
    EXPECT_EQ(std::count(some.out.begin(), some.out.end(), '\n'), 101);
    EXPECT_NE(some.err.find("--all shows all"), std::string::npos) << some.err;
    auto const all = run({"user", "list", "--all"});
    EXPECT_EQ(std::count(all.out.begin(), all.out.end(), '\n'), 254);
    EXPECT_EQ(all.err, "");
}

TEST_F(AdminSocket, ShowsLimitsOfARoleWithoutAsking) {
    start();
    EXPECT_EQ(run({"role", "limits"}).exit, 0);
    EXPECT_EQ(run({"role", "limits", "teller", "EUR"}).exit, 0);
    EXPECT_EQ(run({"role", "limits", "teller", "EUR", "--per-day", "5.00", "--yes"}).exit, 0);
}

TEST_F(AdminSocket, AnswersHelpAndVersionWithoutADaemon) {
    for (auto const& words :
         {std::vector<std::string>{"help"}, std::vector<std::string>{"help", "user", "add"},
          std::vector<std::string>{"--json", "help", "user"},
          std::vector<std::string>{"version"}}) {
        auto const outcome = run(words);
        EXPECT_EQ(outcome.exit, 0) << outcome.err;
        EXPECT_NE(outcome.out, "");
    }
    EXPECT_EQ(run({"help", "moon"}).exit, 64);
}

// ---- Secrets.

std::string file_text(std::string const& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

TEST_F(AdminSocket, KeepsAPasswordOutOfTheCommandLineTheEnvironmentAndTheLog) {
    start();
    std::string seen;
    host_.recording.locked()->before = [&](std::string const& what) {
        if (!what.starts_with("add_user")) return;
        auto const all = std::filesystem::directory_iterator{"/proc"};
        for (auto const& entry : all) {
            auto const name = entry.path().filename().string();
            if (name.find_first_not_of("0123456789") != std::string::npos) continue;
            auto const command = file_text("/proc/" + name + "/cmdline");
            if (command.starts_with("bankctl"))
                seen += command + file_text("/proc/" + name + "/environ");
        }
    };
    auto const outcome = run({"user", "add", "eve", "--role", "teller", "--password-stdin"},
                             "hunter2hunter2\nrest\n");
    EXPECT_EQ(outcome.exit, 0) << outcome.err;
    EXPECT_EQ(host_.recording.locked()->last_secret, "hunter2hunter2");
    EXPECT_NE(seen.find("--password-stdin"), std::string::npos);
    for (auto const& text : {seen, outcome.out, outcome.err, host_.logged()}) {
        EXPECT_EQ(text.find("hunter2"), std::string::npos);
    }
}

TEST_F(AdminSocket, TakesAPinFromStandardInput) {
    start();
    auto const outcome = run({"account", "open", "--owner", "carol", "--name", "Shop", "--currency",
                              "EUR", "--overdraft", "500.00 EUR", "--pin-stdin"},
                             "4711\n");
    EXPECT_EQ(outcome.exit, 0) << outcome.err;
    EXPECT_EQ(host_.recording.locked()->last_secret, "4711");
    EXPECT_EQ(host_.recording.words_asked().back(), "open_account carol Shop EUR 50000");
}

TEST_F(AdminSocket, WithoutTerminalOrOptionAsksNobodyForAPassword) {
    start();
    auto const outcome = run({"user", "add", "eve", "--role", "teller"}, "hunter2hunter2\n");
    EXPECT_EQ(outcome.exit, 64);
    EXPECT_NE(outcome.err.find("--password-stdin"), std::string::npos) << outcome.err;
    EXPECT_TRUE(host_.recording.asked().empty());
}

TEST_F(AdminSocket, AsksAtATerminalTwiceWithoutEcho) {
    start();
    Typist typist{{"--socket", path_, "user", "add", "eve", "--role", "teller"}};
    ASSERT_TRUE(typist.sees("New password: "));
    EXPECT_FALSE(typist.echoes());
    typist.types("hunter2hunter2\n");
    ASSERT_TRUE(typist.sees("Repeat the "));
    EXPECT_FALSE(typist.echoes());
    typist.types("hunter2hunter2\n");
    EXPECT_EQ(typist.ends(), 0) << typist.screen();
    EXPECT_EQ(host_.recording.locked()->last_secret, "hunter2hunter2");
    EXPECT_EQ(typist.screen().find("hunter2"), std::string::npos) << typist.screen();
    EXPECT_NE(typist.screen().find("teller"), std::string::npos) << typist.screen();
}

TEST_F(AdminSocket, AddsNobodyWhenTheTwoPasswordsDiffer) {
    start();
    Typist typist{{"--socket", path_, "user", "add", "eve", "--role", "teller"}};
    ASSERT_TRUE(typist.sees("New password: "));
    typist.types("hunter2hunter2\n");
    ASSERT_TRUE(typist.sees("Repeat the "));
    typist.types("hunter3hunter3\n");
    EXPECT_EQ(typist.ends(), 64);
    EXPECT_TRUE(host_.recording.asked().empty());
}

TEST_F(AdminSocket, GivesTheEchoBackWhenThePromptIsInterrupted) {
    start();
    Typist typist{{"--socket", path_, "user", "add", "eve", "--role", "teller"}};
    ASSERT_TRUE(typist.sees("New password: "));
    ASSERT_FALSE(typist.echoes());
    typist.types("hunt\x03");
    EXPECT_EQ(typist.ends(), 128 + SIGINT);
    EXPECT_TRUE(typist.echoes());
    EXPECT_TRUE(host_.recording.asked().empty());
}

TEST_F(AdminSocket, AsksAtATerminalBeforeSomethingDangerous) {
    start();
    {
        Typist typist{{"--socket", path_, "user", "disable", "carol"}};
        ASSERT_TRUE(typist.sees("Disable user carol"));
        typist.types("\n");
        EXPECT_EQ(typist.ends(), 64);
        EXPECT_TRUE(host_.recording.asked().empty());
    }
    Typist typist{{"--socket", path_, "user", "disable", "carol"}};
    ASSERT_TRUE(typist.sees("[y/N]"));
    typist.types("y\n");
    EXPECT_EQ(typist.ends(), 0) << typist.screen();
    EXPECT_NE(typist.screen().find("\x1b[1;31mdisabled"), std::string::npos) << typist.screen();
}

TEST_F(AdminSocket, FollowsTheTrailWithoutItsOwnSteps) {
    start();
    host_.recording.append({.action = "login", .outcome = "ok"});
    // As a core that records each reading of the log.
    Typist typist{{"--socket", path_, "audit", "tail", "-f"}};
    ASSERT_TRUE(typist.sees("login"));
    auto const asked = host_.recording.asked();
    host_.recording.append(
        {.action = "view_audit", .request_id = to_string(asked[0].caller.request_id)});
    host_.recording.append({.action = "deposit", .outcome = "posted"});
    ASSERT_TRUE(typist.sees("deposit"));
    EXPECT_EQ(typist.screen().find("view_audit"), std::string::npos) << typist.screen();
    typist.types("\x03");
    EXPECT_EQ(typist.ends(), 128 + SIGINT);
}

}  // namespace
}  // namespace bank::admin
