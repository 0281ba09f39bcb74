// bankctl's commands, from which help, parsing and requests are derived. Those of the admin
// channel follow from its vocabulary; bankctl's own are in own_commands.cpp.
#pragma once
#include <cstdint>
#include <functional>
#include <limits>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/admin/wire/vocabulary.hpp"
#include "plugins/bankctl/views.hpp"

namespace bank::bankctl {

using operations::Example;

enum class InputKind : std::uint8_t {
    text,
    integer,
    boolean,     // A flag.
    key,         // The Idempotency-Key of a transaction; bankctl generates one if none is given.
    time,        // A date or RFC 3339.
    money,       // "12.50" or "12.50 EUR", in the currency of --currency.
    count,       // bankctl's own: the number of rows, over as many pages as necessary.
    all_rows,    // bankctl's own: a flag for all rows.
    secret,      // A flag that reads the secret from standard input.
    ask_secret,  // A flag that prompts for the secret, which may be absent.
    follow,      // bankctl's own.
    own_text,    // bankctl's own: see Invocation::own.
    own_flag,    //
    seconds,     //
};

// Returns a sentence about the error in a text, or nothing.
using Check = std::string (*)(std::string_view text);

// A positional argument or an option.
struct Input {
    std::string_view argument;     // Its name in the request; empty for bankctl's own.
    std::string_view option;       // "role" for --role; empty: a positional argument.
    char letter = '\0';            // 'n' for -n.
    std::string_view placeholder;  // "ROLE"; empty for a flag.
    std::string_view meaning;
    InputKind kind = InputKind::text;
    bool is_required = false;
    std::span<std::string_view const> choices = {};
    Check check = nullptr;
    std::int64_t minimum = 0;                                         // Of an integer.
    std::int64_t maximum = std::numeric_limits<std::int64_t>::max();  //
    std::size_t size_max = 256;                                       // Characters of a text.
};

using AnyView = std::function<std::string(std::string_view result, Layout const& layout)>;

struct Invocation;
using Runner = Exit (*)(Invocation const&);
using Condition = bool (*)(Invocation const&);

struct Command {
    std::string_view words;    // "user add"
    std::string_view summary;  // One line.
    std::string_view details;  // Sentences, one line per paragraph; may be empty.
    std::vector<Input> inputs;
    std::vector<Example> examples;
    AnyView view = nullptr;
    ExitOf exit_of = nullptr;        // Null: any answer is a success.
    std::string_view question = {};  // To confirm; empty: none. "{}" is the first input.
    Runner run = nullptr;            // Not null: bankctl's own command, made of several requests.
    Condition changes = nullptr;     // Whether a confirmation is necessary; null: always.
    // Whether to ask again for the answer; null: never.
    bool (*is_pending)(std::string_view result) = nullptr;
};

struct Noun {
    std::string_view word;
    std::string_view summary;
};

// Grouped by noun, in the order of nouns().
[[nodiscard]] std::span<Command const> commands() noexcept;
[[nodiscard]] std::span<Noun const> nouns() noexcept;
[[nodiscard]] Command const* find_command(std::string_view words) noexcept;

// With the view of its output. `spec` must outlive the command.
[[nodiscard]] Command command_of(admin::wire::CommandSpec const& spec);

[[nodiscard]] constexpr std::string_view noun_of(std::string_view words) noexcept {
    return words.substr(0, words.find(' '));
}

}  // namespace bank::bankctl
