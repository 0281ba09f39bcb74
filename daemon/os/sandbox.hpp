// Checks at start, from inside, that the unit's sandbox is active.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace bank::daemon {

struct Expected {
    bool has_network;  // The configuration needs one: a database over TCP.
};

// One clause per missing part.
[[nodiscard]] std::vector<std::string> missing_sandbox(Expected const& expected);

// Logs missing parts. False: the process must stop. `rule` is a word of [daemon] sandbox.
[[nodiscard]] bool check_sandbox(std::string_view rule, Expected const& expected);

}  // namespace bank::daemon
