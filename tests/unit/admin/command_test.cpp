// The commands of the admin channel.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <fstream>
#include <sstream>

#include "core/api/users.hpp"
#include "core/operations/list.hpp"
#include "plugins/admin/command.hpp"
#include "plugins/admin/wire/message.hpp"
#include "tests/unit/admin/answer.hpp"

namespace bank::admin {
namespace {

TEST(Commands, AreOneOperationOrHaveAHandler) {
    for (auto const& spec : wire::vocabulary()) {
        auto const own = std::any_of(commands().begin(), commands().end(),
                                     [&](Command const& c) { return c.words == spec.words; });
        EXPECT_TRUE(own || spec.operation != nullptr) << spec.words;
    }
    for (auto const& command : commands()) {
        EXPECT_NE(wire::find_command(command.words), nullptr) << command.words;
        EXPECT_NE(command.run, nullptr);
    }
}

TEST(Commands, ThatAreOneOperationAreForThisFrontEnd) {
    for (auto const* const operation : operations::all()) {
        auto const& facts = operation->facts;
        if (facts.command.words.empty()) continue;
        EXPECT_TRUE(operations::may_call(facts.callers, api::FrontEnd::admin)) << facts.name;
        EXPECT_FALSE(facts.is_streamed) << facts.name;
    }
}

TEST_F(Answer, PassesThePeerOnAndNothingElse) {
    ASSERT_TRUE(ask("status", "{}").is_ok);
    auto const asked = host_.recording.asked();
    ASSERT_EQ(asked.size(), 1U);
    auto const& caller = asked[0].caller;
    ASSERT_TRUE(caller.local_peer.has_value());
    EXPECT_EQ(caller.local_peer->uid, 1000U);
    EXPECT_EQ(caller.local_peer->gid, 100U);
    EXPECT_EQ(caller.local_peer->pid, 4711);
    EXPECT_EQ(caller.access_token, "");
    EXPECT_EQ(caller.source_ip, "");
    EXPECT_EQ(caller.user_agent, "bankctl");
}

TEST_F(Answer, CarriesTheRequestIdThatTheCoreSaw) {
    auto const reply = ask("status", "{}");
    EXPECT_EQ(reply.request_id, to_string(host_.recording.asked()[0].caller.request_id));
    EXPECT_NE(reply.request_id, ask("status", "{}").request_id);
}

TEST_F(Answer, FindsAUserByTheWholeNameOverSeveralPages) {
    ASSERT_TRUE(ask("user disable", R"({"user_name":"bob"})").is_ok);
    EXPECT_EQ(
        host_.recording.words_asked(),
        (std::vector<std::string>{"list_users bob", "list_users bob", "set_user_disabled 3 true"}));
}

TEST_F(Answer, ToAnUnknownUserChangesNobody) {
    auto const reply = ask("user role", R"({"user_name":"bo","role":"admin"})");
    EXPECT_EQ(reply.code, Code::user_not_found);
    for (auto const& user : host_.recording.users) EXPECT_EQ(user.role, api::Role::customer);
}

TEST_F(Answer, TakesAnAccountByNumberWithBlanksOrById) {
    EXPECT_TRUE(ask("account show", R"({"account":"17"})").is_ok);
    EXPECT_TRUE(ask("account show", R"({"account":"de68 2105 0170 0012 3456 78"})").is_ok);
    EXPECT_EQ(ask("account show", R"({"account":"DE68210501700012345679"})").code,
              Code::invalid_field);
    EXPECT_EQ(ask("account show", R"({"account":"99"})").code, Code::account_not_found);
}

TEST_F(Answer, IsARefusalWithTheWaitWhenTheBudgetIsSpent) {
    host_.recording.rate = api::RateDecision{.is_admitted = false, .retry_after_s = 9};
    auto const reply =
        ask("user add", R"({"user_name":"eve","role":"admin","password":"correct horse"})");
    EXPECT_EQ(reply.code, Code::rate_limited);
    EXPECT_EQ(reply.retry_after_s, 9U);
    EXPECT_TRUE(host_.recording.asked().empty());
    EXPECT_EQ(host_.recording.users.size(), 3U);
}

TEST_F(Answer, KeepsTheConfigurationFromThoseWhoMayNotSeeTheSystem) {
    EXPECT_NE(ask("config show", "{}").result.find("country = DE"), std::string::npos);
    host_.recording.refusal = Error{.code = Code::permission_denied};
    for (auto const* command : {"config show", "config check"}) {
        auto const reply = ask(command, "{}");
        EXPECT_EQ(reply.code, Code::permission_denied);
        EXPECT_EQ(reply.result, "");
    }
}

TEST_F(Answer, ToStatusSaysThatTheDatabaseIsAway) {
    host_.recording.refusal = Error{.code = Code::storage_unavailable};
    host_.recording.state = api::Readiness::database_away;
    auto const reply = ask("status", "{}");
    ASSERT_TRUE(reply.is_ok);
    EXPECT_EQ(reply.result.find(R"({"readiness":"database_away","requests":"0")"), 0U)
        << reply.result;
}

TEST_F(Answer, ToStatusRefusesStrangersAlsoWhileTheDatabaseIsAway) {
    host_.recording.refusal = Error{.code = Code::permission_denied};
    host_.recording.state = api::Readiness::database_away;
    EXPECT_EQ(ask("status", "{}").code, Code::permission_denied);
}

TEST_F(Answer, ToTailIsInTheOrderOfALog) {
    for (auto const* action : {"login", "deposit", "logout"})
        host_.recording.append({.action = action});
    auto const newest = ask("audit tail", R"({"limit":2})").result;
    EXPECT_LT(newest.find("deposit"), newest.find("logout"));
    EXPECT_EQ(newest.find("login"), std::string::npos);
    EXPECT_NE(newest.find(R"("last":"3")"), std::string::npos);
    auto const none = ask("audit tail", R"({"after":3})").result;
    EXPECT_EQ(none, R"({"items":[],"has_more":false,"last":"3"})");
}

TEST_F(Answer, ToSearchPassesAllFiltersOn) {
    ASSERT_TRUE(ask("audit search",
                    R"({"actor":"bob","action":"login","outcome":"ok","ip":"::1","request_id":"r",)"
                    R"("account":"17","from":"2026-03-01","until":"2026-03-02T00:00:00Z"})")
                    .is_ok);
    auto const& request = host_.recording.last_audit;
    EXPECT_EQ(request.actor, "bob");
    EXPECT_EQ(request.action, "login");
    EXPECT_EQ(request.outcome, "ok");
    EXPECT_EQ(request.ip, "::1");
    EXPECT_EQ(request.request_id, "r");
    EXPECT_EQ(request.account_id, AccountId{17});
    EXPECT_EQ(*request.until - *request.from, std::chrono::hours{24});
    EXPECT_EQ(ask("audit search", R"({"from":"yesterday"})").field, "/arguments/from");
}

TEST_F(Answer, ToSearchForAWordThatTheLogDoesNotHaveIsARefusal) {
    EXPECT_EQ(ask("audit search", R"({"action":"nonsense"})").field, "/arguments/action");
    EXPECT_EQ(ask("audit search", R"({"outcome":"nonsense"})").field, "/arguments/outcome");
    EXPECT_TRUE(host_.recording.asked().empty());
    EXPECT_TRUE(ask("audit search", R"({"action":"close_account","outcome":"pin_wrong"})").is_ok);
}

TEST_F(Answer, ShowsTheUserOfThatNameAlone) {
    auto const reply = ask("user show", R"({"user_name":"bob"})");
    EXPECT_TRUE(reply.result.starts_with(R"({"id":"3","user_name":"bob",)")) << reply.result;
    EXPECT_EQ(ask("user show", R"({"user_name":"bo"})").code, Code::user_not_found);
}

TEST_F(Answer, LogsNoArgument) {
    ASSERT_TRUE(
        ask("user add", R"({"user_name":"eve","role":"admin","password":"correct horse"})").is_ok);
    EXPECT_EQ(host_.recording.last_secret, "correct horse");
    EXPECT_NE(host_.logged().find("\"user add\": ok"), std::string::npos);
    EXPECT_EQ(host_.logged().find("correct"), std::string::npos);
    EXPECT_EQ(host_.logged().find("eve"), std::string::npos);
}

TEST_F(Answer, TooLargeForOneFrameIsRefusedInsteadOfSent) {
    host_.recording.append({.details = "{\"x\":\"" + std::string(1'100'000, 'x') + "\"}"});
    EXPECT_EQ(ask("audit tail", "{}").code, Code::request_too_large);
}

// A sanitizer's own memory is too large to search.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)

// Searches the memory that this process has allocated, including freed parts.
std::size_t copies_of(std::string_view text) {
    std::size_t count = 0;
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
        std::istringstream fields(line);
        std::uintptr_t begin = 0;
        std::uintptr_t end = 0;
        char dash = 0;
        std::string mode, offset, device, inode, name;
        fields >> std::hex >> begin >> dash >> end >> mode >> offset >> device >> inode >> name;
        if (mode != "rw-p" || inode != "0" || (!name.empty() && name != "[heap]")) continue;
        auto const* at = reinterpret_cast<char const*>(begin);        // NOLINT
        auto const* const last = reinterpret_cast<char const*>(end);  // NOLINT
        while ((at = static_cast<char const*>(::memmem(at, static_cast<std::size_t>(last - at),
                                                       text.data(), text.size()))) != nullptr) {
            ++count;
            ++at;
        }
    }
    return count;
}

TEST_F(Answer, LeavesNoCopyOfANewPasswordBehind) {
    constexpr std::string_view password = "k7mp-x2wn-9hqe-r4tz";
    auto const before = copies_of(password);
    SendPart const send_part = [](std::string_view) -> Status { return Done{}; };
    auto reply =
        answer(host_, meters_, peer_,
               R"({"v":1,"command":"user password","arguments":{"user_name":"bob"}})", send_part);
    ASSERT_NE(reply.find(password), std::string::npos);
    EXPECT_EQ(copies_of(password), before + 1);
    wipe(reply);
    EXPECT_EQ(copies_of(password), before);
}

#endif

}  // namespace
}  // namespace bank::admin
