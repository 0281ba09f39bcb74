#include "plugins/admin/bankctl/help.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace bank::bankctl {
namespace {

constexpr std::size_t width = 80;

constexpr std::string_view global_options =
    "Options of every command:\n"
    "  --json             Print the result as JSON; amounts are in minor units\n"
    "  --socket PATH      bankd's admin socket; else BANKD_SOCKET, else\n"
    "                     /run/bankd/admin.sock\n"
    "  --timeout SECONDS  How long to wait for an answer; 60 if not given\n"
    "  --yes, -y          Do not ask for confirmation\n"
    "  --help, -h         Explain the command\n";

constexpr std::string_view exit_codes =
    "Exit codes:\n"
    "   0  Done, or what was checked is in order\n"
    "   1  Refused by the bank, or what was checked is not in order\n"
    "  64  The command line is wrong, or a confirmation is missing\n"
    "  65  A file is wrong or cannot be read; nothing was sent\n"
    "  69  bankd cannot be reached\n"
    "  70  bankd or bankctl made a mistake\n"
    "  75  Not now: the same command may work in a moment\n";

constexpr std::string_view output_rules =
    "On a terminal bankctl prints tables, elsewhere tab-separated lines with a\n"
    "header. Data goes to standard output, everything else to standard error.\n"
    "NO_COLOR=1 turns colours off. Passwords and PINs are asked for, or read from\n"
    "standard input; they are never given on the command line.\n";

std::string wrapped(std::string_view text, std::size_t indent) {
    std::string out;
    std::string line(indent, ' ');
    for (auto rest = text; !rest.empty();) {
        auto const word = rest.substr(0, rest.find(' '));
        rest.remove_prefix(std::min(word.size() + 1, rest.size()));
        if (line.size() > indent && line.size() + 1 + word.size() > width) {
            out += line + '\n';
            line.assign(indent, ' ');
        }
        if (line.size() > indent) line += ' ';
        line += word;
    }
    return out + line + '\n';
}

std::string label(Input const& input) {
    if (input.option.empty()) return std::string{input.placeholder};
    auto text = input.letter == '\0' ? std::string{} : fmt::format("-{}, ", input.letter);
    text += fmt::format("--{}", input.option);
    if (!input.placeholder.empty()) text += fmt::format(" {}", input.placeholder);
    return text;
}

// "  label    meaning", the meaning wrapped in its own column.
std::string item(std::string_view name, std::string_view meaning, std::size_t column) {
    auto body = wrapped(meaning, column);
    auto const head = fmt::format("  {}", name);
    if (head.size() + 1 > column) return head + '\n' + body;
    return body.replace(0, head.size(), head);
}

std::string inputs_of(Command const& command, bool places) {
    std::size_t column = 0;
    for (auto const& input : command.inputs) column = std::max(column, label(input).size() + 4);
    std::string out;
    for (auto const& input : command.inputs) {
        if (input.option.empty() != places) continue;
        std::string meaning{input.meaning};
        if (!input.choices.empty())
            meaning += fmt::format(" One of: {}.", fmt::join(input.choices, ", "));
        if (input.is_required && !places) meaning += " Required.";
        out += item(label(input), meaning, column);
    }
    return out;
}

std::string commands_where(std::string_view noun) {
    std::string out;
    for (auto const& command : commands()) {
        if (noun.empty() || noun_of(command) == noun)
            out += item(command.words, command.summary, 19);
    }
    return out;
}

std::string examples_of(Command const& command) {
    std::string out;
    for (auto const& example : command.examples) {
        out += fmt::format("  {}\n{}", example.line, wrapped(example.meaning, 6));
    }
    return out;
}

}  // namespace

std::string synopsis(Command const& command) {
    auto out = fmt::format("bankctl {}", command.words);
    for (auto const& input : command.inputs) {
        auto text = input.letter == '\0' ? label(input) : label(input).substr(4);
        out += input.is_required ? fmt::format(" {}", text) : fmt::format(" [{}]", text);
    }
    return out;
}

std::string help() {
    return fmt::format(
        "bankctl: administer the bank on this machine\n\n"
        "Usage: bankctl COMMAND [ARGUMENTS] [OPTIONS]\n\n"
        "Commands:\n{}\n"
        "bankctl COMMAND --help explains one of them, with examples.\n\n"
        "{}\n{}\n{}\n"
        "Examples:\n"
        "  bankctl status\n"
        "      Is the bank open?\n"
        "  bankctl user add alice --role admin\n"
        "      The first administrator; asks for the password.\n"
        "  bankctl audit tail -f\n"
        "      Watch the bank work.\n",
        commands_where({}), global_options, output_rules, exit_codes);
}

std::string help_of_noun(std::string_view noun) {
    auto const* const found = std::find_if(nouns().begin(), nouns().end(), [&](Noun const& n) {
                                  return n.word == noun;
                              }).base();
    auto out = fmt::format(
        "{}\n\nUsage: bankctl {} COMMAND [ARGUMENTS] [OPTIONS]\n\nCommands:\n{}\nExamples:\n",
        found->summary, noun, commands_where(noun));
    for (auto const& command : commands()) {
        if (noun_of(command) == noun) out += examples_of(command);
    }
    return out;
}

std::string help_of(Command const& command) {
    auto out = fmt::format("{}\n\nUsage:\n{}", command.summary, wrapped(synopsis(command), 2));
    for (auto rest = command.details; !rest.empty();) {
        auto const paragraph = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(paragraph.size() + 1, rest.size()));
        out += "\n" + wrapped(paragraph, 0);
    }
    if (!command.danger.empty()) out += "\nAsks first; without a terminal it needs --yes.\n";
    if (auto const places = inputs_of(command, true); !places.empty())
        out += "\nArguments:\n" + places;
    if (auto const options = inputs_of(command, false); !options.empty())
        out += "\nOptions:\n" + options;
    out += fmt::format("\n{}\nExamples:\n{}\n{}", global_options, examples_of(command), exit_codes);
    return out;
}

std::optional<std::string> help_about(std::string_view topic) {
    if (topic.empty()) return help();
    if (auto const* command = find_command(topic)) return help_of(*command);
    for (auto const& noun : nouns()) {
        if (noun.word == topic) return help_of_noun(topic);
    }
    return std::nullopt;
}

}  // namespace bank::bankctl
