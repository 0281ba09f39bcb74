// Whether the sandbox that the unit asks for is there: looked at from inside, at the start.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace bank::daemon {

struct Expected {
    bool has_network;  // The configuration needs one: a database over TCP.
};

// One clause for each part that is missing.
[[nodiscard]] std::vector<std::string> missing_sandbox(Expected const& expected);

// Says in the log what is missing. False: the process must not go on. `rule` is a word of
// [daemon] sandbox.
[[nodiscard]] bool judge_sandbox(std::string_view rule, Expected const& expected);

}  // namespace bank::daemon
