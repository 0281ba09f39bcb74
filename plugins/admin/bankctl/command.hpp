// bankctl's commands as people type and read them. Help, parsing and the wire follow this table.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "plugins/admin/bankctl/views.hpp"

namespace bank::bankctl {

enum class InputKind : std::uint8_t {
    text,
    integer,
    boolean,   // A flag.
    key,       // The Idempotency-Key of a movement of money; bankctl makes one if none is given.
    time,      // A date or RFC 3339.
    money,     // "12.50" or "12.50 EUR", in the currency of --currency.
    count,     // bankctl's own: how many rows, over as many pages as it takes.
    all_rows,  // bankctl's own: a flag for as many rows as there are.
    password,  // bankctl's own: a flag that reads the secret from standard input.
    pin,       //
    ask_pin,   // bankctl's own: a flag that asks for the PIN.
    follow,    // bankctl's own.
    own_text,  // bankctl's own: see Invocation::own.
    own_flag,  //
    seconds,   //
};

// What is wrong with a text, in a sentence, or nothing.
using Check = std::string (*)(std::string_view text);

// One thing that may be on the command line.
struct Input {
    std::string_view argument;     // Its name on the wire; empty for bankctl's own.
    std::string_view option;       // "role" for --role; empty: by its place.
    char letter = '\0';            // 'n' for -n.
    std::string_view placeholder;  // "ROLE"; empty for a flag.
    std::string_view meaning;
    InputKind kind = InputKind::text;
    bool is_required = false;
    std::span<std::string_view const> choices = {};
    Check check = nullptr;
};

struct Example {
    std::string_view line;
    std::string_view meaning;
};

struct Invocation;
using Runner = Exit (*)(Invocation const&);
using Condition = bool (*)(Invocation const&);

struct Command {
    std::string_view words;    // "user add"
    std::string_view summary;  // One line.
    std::string_view details;  // Sentences, a line for each paragraph; may be empty.
    std::span<Input const> inputs;
    std::span<Example const> examples;
    View view = nullptr;
    Judge judge = nullptr;         // Null: an answer is a success.
    std::string_view danger = {};  // What to confirm; empty: nothing. "{}" is the first input.
    Runner run = nullptr;         // Not null: bankctl's own command, made of several of the wire's.
    Condition changes = nullptr;  // Whether there is something to confirm; null: always.
    bool (*is_pending)(std::string_view result) = nullptr;  // To be asked for again; null: never.
};

struct Noun {
    std::string_view word;
    std::string_view summary;
};

[[nodiscard]] std::span<Command const> commands() noexcept;
[[nodiscard]] std::span<Noun const> nouns() noexcept;
[[nodiscard]] Command const* find_command(std::string_view words) noexcept;

[[nodiscard]] inline std::string_view noun_of(Command const& command) noexcept {
    return command.words.substr(0, command.words.find(' '));
}

}  // namespace bank::bankctl
