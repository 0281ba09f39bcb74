// Parses and validates the command line; nothing is prompted for or sent here.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "plugins/admin/wire/arguments.hpp"
#include "plugins/bankctl/command.hpp"

namespace bank::bankctl {

inline constexpr std::string_view default_socket = "/run/bankd/admin.sock";

struct Invocation {
    Command const* command = nullptr;
    admin::wire::Arguments arguments;  // Without secrets.
    std::string first_input;           // Named in the confirmation.
    bool needs_key = false;            // No key was given.
    admin::wire::Arguments own;        // bankctl's own inputs, by their option or placeholder.
    std::string socket;
    std::chrono::seconds timeout{60};
    std::uint32_t rows_max = 100;
    bool is_json = false;
    bool is_confirmed = false;
    bool follows = false;
    bool reads_secret = false;  // From standard input.
    bool asks_secret = false;
};

struct ShowHelp {
    std::string topic;  // Empty, a noun or a command.
};
struct ShowVersion {};

struct UsageError {
    std::string message;
    std::string topic;  // The topic of the help to show.
};

using Parsed = std::variant<Invocation, ShowHelp, ShowVersion, UsageError>;

// `arguments` without the program's name. `environment_socket`: BANKD_SOCKET, or empty.
[[nodiscard]] Parsed parse_command_line(std::vector<std::string> const& arguments,
                                        std::string_view environment_socket);

// The rest of the command line, after the words of `command`, which must outlive the invocation.
[[nodiscard]] Parsed parse_arguments(Command const& command, std::vector<std::string> const& rest,
                                     std::string_view environment_socket);

}  // namespace bank::bankctl
