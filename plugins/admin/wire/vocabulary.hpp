// The commands that may cross the admin socket and the arguments of each. The server's handlers
// and bankctl's help are kept next to their own code; tests hold all three together.
#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string_view>

namespace bank::admin::wire {

enum class ArgumentKind : std::uint8_t {
    text,     // Plain text: UTF-8 without control characters.
    secret,   // UTF-8; goes nowhere but into a bank::Secret.
    integer,  //
    boolean,  //
    list,     // Of JSON; the command's handler reads it.
};

struct ArgumentSpec {
    std::string_view name;
    ArgumentKind kind = ArgumentKind::text;
    bool is_required = false;
    std::int64_t minimum = 0;                                         // Of an integer.
    std::int64_t maximum = std::numeric_limits<std::int64_t>::max();  //
    std::size_t size_max = 256;                                       // Bytes of a text or secret.
};

inline constexpr std::size_t lookup_accounts_max = 200;  // In one "account lookup".

struct CommandSpec {
    std::string_view words;  // "user add"
    std::span<ArgumentSpec const> arguments;
};

[[nodiscard]] std::span<CommandSpec const> vocabulary() noexcept;

// Null if there is none.
[[nodiscard]] CommandSpec const* find_command(std::string_view words) noexcept;
[[nodiscard]] ArgumentSpec const* find_argument(CommandSpec const& command,
                                                std::string_view name) noexcept;

}  // namespace bank::admin::wire
