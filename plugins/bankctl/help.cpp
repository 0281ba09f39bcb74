#include "plugins/bankctl/help.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace bank::bankctl {
namespace {

constexpr std::size_t width = 80;

constexpr std::string_view global_options =
    "Options of every command:\n"
    "  --json             Print the result as JSON, with amounts in minor units, and an\n"
    "                     error as a JSON object on standard error\n"
    "  --socket PATH      bankd's admin socket; default: $BANKD_SOCKET, else\n"
    "                     /run/bankd/admin.sock\n"
    "  --timeout SECONDS  How long to wait for an answer; default: 60\n"
    "  --yes, -y          Skip the confirmation, where a command prompts for one\n"
    "  --help, -h         Show the help of a command\n";

// Closes the help of each command.
constexpr std::string_view pointer =
    "Every command also takes --json, --socket, --timeout and --help.\n"
    "Exits 0 on success, 1 if the bank declined, 64 or 65 on wrong input, 69, 70 or\n"
    "75 if there is no answer. See bankctl help.\n";

constexpr std::string_view exit_codes =
    "Exit codes:\n"
    "   0  Success, or the check passed\n"
    "   1  Declined by the bank, or the check failed\n"
    "  64  The command line is wrong, or a confirmation is missing; nothing was sent\n"
    "  65  A file is invalid or cannot be read; nothing was sent\n"
    "  69  bankd cannot be reached\n"
    "  70  Internal error, or the result cannot be written\n"
    "  75  Temporary failure: the same command may succeed shortly\n";

constexpr std::string_view output_rules =
    "On a terminal bankctl prints tables that fit its width, elsewhere complete\n"
    "tab-separated lines with a header. Data goes to standard output, everything\n"
    "else to standard error. With --json an error is one line of standard error:\n"
    "{\"code\":...,\"title\":...,\"exit_code\":...}, if known with detail, field,\n"
    "what_to_do and request_id. NO_COLOR=1 turns off colors. Passwords and PINs are\n"
    "prompted for, or read from standard input; they are never passed on the command\n"
    "line.\n";

// Lines of `parts`, each of which stays whole.
std::string filled(std::vector<std::string> const& parts, std::size_t indent) {
    std::string out;
    std::string line(indent, ' ');
    for (auto const& part : parts) {
        if (line.size() > indent && line.size() + 1 + part.size() > width) {
            out += line + '\n';
            line.assign(indent, ' ');
        }
        if (line.size() > indent) line += ' ';
        line += part;
    }
    return out + line + '\n';
}

std::string wrapped(std::string_view text, std::size_t indent) {
    std::vector<std::string> words;
    for (auto rest = text; !rest.empty();) {
        words.emplace_back(rest.substr(0, rest.find(' ')));
        rest.remove_prefix(std::min(words.back().size() + 1, rest.size()));
    }
    return filled(words, indent);
}

std::string label(Input const& input) {
    if (input.option.empty()) return std::string{input.placeholder};
    auto text = input.letter == '\0' ? std::string{} : fmt::format("-{}, ", input.letter);
    text += fmt::format("--{}", input.option);
    if (!input.placeholder.empty()) text += fmt::format(" {}", input.placeholder);
    return text;
}

// "  label    meaning", with the meaning wrapped in a column of its own.
std::string item(std::string_view name, std::string_view meaning, std::size_t column) {
    auto body = wrapped(meaning, column);
    auto const head = fmt::format("  {}", name);
    if (head.size() + 1 > column) return head + '\n' + body;
    return body.replace(0, head.size(), head);
}

constexpr std::string_view yes_label = "-y, --yes";

std::string lines_of(Command const& command, bool places) {
    std::size_t column = command.question.empty() ? 0 : yes_label.size() + 4;
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
    if (!places && !command.question.empty())
        out += item(yes_label, "Skip the confirmation.", column);
    return out;
}

// One that it cannot do without.
bool requires_secret(Command const& command) {
    auto const takes = [&](InputKind kind) {
        return std::any_of(command.inputs.begin(), command.inputs.end(),
                           [&](Input const& input) { return input.kind == kind; });
    };
    return takes(InputKind::secret) && !takes(InputKind::ask_secret);
}

std::string commands_where(std::string_view noun) {
    std::string out;
    for (auto const& command : commands()) {
        if (noun.empty() || noun_of(command.words) == noun)
            out += item(command.words, command.summary, 21);
    }
    return out;
}

std::string examples_of(Command const& command) {
    std::string out;
    for (auto const& example : command.examples) {
        out += fmt::format("  {}\n{}", example.line, wrapped(example.text, 6));
    }
    return out;
}

// The command, then each input.
std::vector<std::string> parts_of_synopsis(Command const& command) {
    std::vector<std::string> parts{fmt::format("bankctl {}", command.words)};
    for (auto const& input : command.inputs) {
        auto text = input.letter == '\0' ? label(input) : label(input).substr(4);
        parts.push_back(input.is_required ? std::move(text) : fmt::format("[{}]", text));
    }
    return parts;
}

}  // namespace

std::string synopsis(Command const& command) {
    return fmt::format("{}", fmt::join(parts_of_synopsis(command), " "));
}

std::string help() {
    return fmt::format(
        "bankctl: administer the bank on this machine\n\n"
        "Usage: bankctl COMMAND [ARGUMENTS] [OPTIONS]\n\n"
        "Commands:\n{}\n"
        "bankctl help COMMAND, or COMMAND --help, describes a command, with examples;\n"
        "bankctl version prints the version.\n\n"
        "{}\n{}\n{}\n"
        "Examples:\n"
        "  bankctl status\n"
        "      Is the bank open?\n"
        "  bankctl user add alice --role admin\n"
        "      The first administrator; prompts for the password.\n"
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
        if (noun_of(command.words) == noun) out += examples_of(command);
    }
    return out;
}

std::string help_of(Command const& command) {
    auto out =
        fmt::format("{}\n\nUsage:\n{}", command.summary, filled(parts_of_synopsis(command), 2));
    for (auto rest = command.details; !rest.empty();) {
        auto const paragraph = rest.substr(0, rest.find('\n'));
        rest.remove_prefix(std::min(paragraph.size() + 1, rest.size()));
        out += "\n" + wrapped(paragraph, 0);
    }
    if (!command.question.empty()) {
        out += command.changes == nullptr
                   ? "\nPrompts for confirmation; --yes skips it.\n"
                   : "\nPrompts for confirmation before a change; --yes skips it.\n";
    }
    if (requires_secret(command)) {
        out += "\n" + wrapped(
                          "Prompts for the secret twice without echo, or reads it from standard "
                          "input; never from the command line, where others can read it.",
                          0);
    }
    if (auto const places = lines_of(command, true); !places.empty())
        out += "\nArguments:\n" + places;
    if (auto const options = lines_of(command, false); !options.empty())
        out += "\nOptions:\n" + options;
    out += fmt::format("\nExamples:\n{}\n{}", examples_of(command), pointer);
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
