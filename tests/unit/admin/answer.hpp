// The plugin's handlers in front of a bank in memory, called as the socket calls them.
#pragma once
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "plugins/admin/command.hpp"
#include "plugins/admin/wire/message.hpp"
#include "tests/support/recording_bank.hpp"

namespace bank::admin {

class Answer : public testing::Test {
protected:
    Answer() {
        auto& bank = host_.recording;
        bank.users = {{.id = {1}, .user_name = "bob1"},
                      {.id = {2}, .user_name = "bob2"},
                      {.id = {3}, .user_name = "bob"}};
        bank.accounts = {{.id = {17},
                          .account_no = "DE68210501700012345678",
                          .name = "Salary",
                          .currency = *money::parse_currency("EUR")}};
    }
    wire::Reply ask(std::string const& command, std::string const& arguments) {
        SendPart const send_part = [this](std::string_view text) -> Status {
            parts_.emplace_back(text);
            return Done{};
        };
        auto reply = wire::parse_reply(answer(
            host_, meters_, peer_,
            R"({"v":1,"command":")" + command + R"(","arguments":)" + arguments + "}", send_part));
        return std::move(reply).value();
    }

    test::RecordingHost host_;
    Meters meters_;
    std::vector<std::string> parts_;
    api::LocalPeer peer_{.uid = 1000, .gid = 100, .pid = 4711};
};

}  // namespace bank::admin
