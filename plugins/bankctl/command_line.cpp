#include "plugins/bankctl/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <exception>
#include <limits>
#include <optional>
#include <utility>
#include <variant>

#include "core/base/check.hpp"
#include "core/base/text.hpp"
#include "core/base/time.hpp"
#include "core/money/money.hpp"
#include "plugins/admin/wire/amount.hpp"
#include "plugins/bankctl/suggest.hpp"

namespace bank::bankctl {
namespace {

namespace po = boost::program_options;
namespace wire = admin::wire;

constexpr std::int64_t rows_max_max = 1'000'000;
constexpr std::uint32_t rows_all = std::numeric_limits<std::uint32_t>::max();
constexpr std::int64_t timeout_max_s = 3600;
constexpr std::size_t own_text_size_max = 4096;

// The words that name a command, and the remaining arguments in order.
struct Split {
    std::vector<std::string> words;
    std::vector<std::string> rest;
};

bool is_single_word(std::string const& word) {
    return find_command(word) != nullptr;
}

Split split(std::vector<std::string> const& arguments) {
    Split out;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        auto const& token = arguments[i];
        auto const words_wanted =
            out.words.empty() || (out.words.size() == 1 && !is_single_word(out.words[0]));
        if (!words_wanted || token.starts_with('-')) {
            out.rest.push_back(token);
            auto const has_value = token == "--socket" || token == "--timeout";
            if (words_wanted && has_value && i + 1 < arguments.size())
                out.rest.push_back(arguments[++i]);
        } else {
            out.words.push_back(token);
        }
    }
    return out;
}

bool contains(std::vector<std::string> const& all, std::string_view a, std::string_view b) {
    return std::any_of(all.begin(), all.end(), [&](auto const& s) { return s == a || s == b; });
}

// The internal name of a positional argument; it cannot be typed as an option.
std::string place_name(Input const& input) {
    return fmt::format("<{}>", input.placeholder);
}

std::string key_of(Input const& input) {
    return input.option.empty() ? place_name(input) : std::string{input.option};
}

// The name that the user knows.
std::string shown(Input const& input) {
    return input.option.empty() ? std::string{input.placeholder}
                                : fmt::format("--{}", input.option);
}

void describe(po::options_description& options, std::vector<std::string> const& names) {
    for (auto const& name : names) options.add_options()(name.c_str(), "");
}

po::variables_map read_options(Command const& command, std::vector<std::string> const& rest) {
    po::options_description options;
    describe(options, {"help,h", "json", "yes,y", "version"});
    options.add_options()("socket", po::value<std::string>())("timeout", po::value<std::string>());
    po::positional_options_description places;
    for (auto const& input : command.inputs) {
        auto name = key_of(input);
        if (input.option.empty()) places.add(name.c_str(), 1);
        if (input.letter != '\0') name += fmt::format(",{}", input.letter);
        if (input.placeholder.empty()) {
            options.add_options()(name.c_str(), "");
        } else {
            options.add_options()(name.c_str(), po::value<std::string>());
        }
    }
    // Abbreviations are rejected: a new option would change their meaning.
    auto const style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    po::variables_map values;
    po::store(po::command_line_parser(rest).options(options).positional(places).style(style).run(),
              values);
    return values;
}

std::string unknown_option(Command const& command, std::string_view token) {
    // The text after '=' may be the secret that must not be here.
    auto const name = token.substr(0, token.find('='));
    auto const word = name.substr(std::min(name.find_first_not_of('-'), name.size()));
    if (word == "password" || word == "pin") {
        return fmt::format(
            "{} is not an option: others can read the command line. Leave it out to be "
            "prompted, or pass the secret on standard input with --{}-stdin.",
            name, word);
    }
    std::vector<std::string> known{"--help", "--json", "--socket", "--timeout"};
    if (!command.question.empty()) known.emplace_back("--yes");
    for (auto const& input : command.inputs) {
        if (!input.option.empty()) known.push_back(shown(input));
    }
    std::vector<std::string_view> const candidates{known.begin(), known.end()};
    return fmt::format("{}: unknown option {}.{}", command.words, name,
                       did_you_mean(name, candidates));
}

std::optional<std::int64_t> integer_within(std::string_view text, std::int64_t minimum,
                                           std::int64_t maximum) {
    auto const value = parse_int64(text);
    return value && *value >= minimum && *value <= maximum ? value : std::nullopt;
}

std::string between(Input const& input, std::int64_t minimum, std::int64_t maximum) {
    return maximum == std::numeric_limits<std::int64_t>::max()
               ? fmt::format("{} must be a whole number of at least {}.", shown(input), minimum)
               : fmt::format("{} must be a whole number from {} to {}.", shown(input), minimum,
                             maximum);
}

// Converts "12.50" or "12.50 EUR" to minor units in `currency`, or returns the error.
std::variant<std::int64_t, std::string> minor_units(std::string_view text,
                                                    std::string_view currency) {
    auto const parsed = money::parse_currency(currency);
    if (!parsed) return fmt::format("the currency {} is unknown.", currency);
    if (auto const blank = text.find(' '); blank != std::string_view::npos) {
        auto const named = text.substr(blank + 1);
        if (named != currency) return fmt::format("{} is not {}.", named, currency);
        text = text.substr(0, blank);
    }
    return wire::read_amount(text, *parsed, 0);
}

// Stores one value in its argument, or returns a sentence about the error.
class Reader {
public:
    Reader(Invocation& invocation, po::variables_map const& values)
        : invocation_(invocation), values_(values) {}

    std::optional<std::string> read(Input const& input) {
        auto const key = key_of(input);
        if (values_.count(key) == 0) {
            invocation_.needs_key |= input.kind == InputKind::key;
            if (!input.is_required) return std::nullopt;
            auto const value = input.option.empty() || input.placeholder.empty()
                                   ? std::string{}
                                   : fmt::format(" {}", input.placeholder);
            return fmt::format("{}{} is missing.", shown(input), value);
        }
        switch (input.kind) {
        case InputKind::secret: invocation_.reads_secret = true; return std::nullopt;
        case InputKind::ask_secret: invocation_.asks_secret = true; return std::nullopt;
        case InputKind::follow: invocation_.follows = true; return std::nullopt;
        case InputKind::all_rows: invocation_.rows_max = rows_all; return std::nullopt;
        case InputKind::boolean:
            invocation_.arguments.set(input.argument, true);
            return std::nullopt;
        case InputKind::own_flag: invocation_.own.set(input.option, true); return std::nullopt;
        case InputKind::own_text:
        case InputKind::text:
        case InputKind::key:
        case InputKind::time: return read_text(input, values_[key].as<std::string>());
        case InputKind::money: return read_money(input, values_[key].as<std::string>());
        case InputKind::seconds: return read_seconds(input, values_[key].as<std::string>());
        case InputKind::integer:
        case InputKind::count: return read_integer(input, values_[key].as<std::string>());
        }
        BANK_UNREACHABLE();
    }

private:
    std::optional<std::string> read_text(Input const& input, std::string const& text) {
        auto const is_own = input.kind == InputKind::own_text;
        auto const size_max = is_own ? own_text_size_max : input.size_max;
        if (text.empty()) return fmt::format("{} is empty.", shown(input));
        if (!is_utf8(text)) return fmt::format("{} is not UTF-8.", shown(input));
        auto const size = count_characters(text);
        if (size > size_max) {
            return fmt::format("{} has {} characters; at most {} are allowed.", shown(input), size,
                               size_max);
        }
        if (!is_plain_text(text)) {
            return fmt::format("{} contains a control character.", shown(input));
        }
        if (input.is_required && !has_visible_text(text)) {
            return fmt::format("{} must contain at least one visible character.", shown(input));
        }
        if (input.kind == InputKind::time && !parse_timestamp(text)) {
            return fmt::format("{} must be a date (2026-03-01) or a time (2026-03-01T12:00:00Z).",
                               shown(input));
        }
        if (input.check != nullptr) {
            auto problem = input.check(text);
            if (!problem.empty()) return fmt::format("{}: {}", shown(input), problem);
        }
        auto const is_choice =
            input.choices.empty() ||
            std::find(input.choices.begin(), input.choices.end(), text) != input.choices.end();
        if (!is_choice) {
            return fmt::format("{} must be one of {}, not {}.{}", shown(input),
                               fmt::join(input.choices, ", "), text,
                               did_you_mean(text, input.choices));
        }
        if (invocation_.first_input.empty()) invocation_.first_input = text;
        if (is_own) {
            invocation_.own.set(input.option.empty() ? input.placeholder : input.option, text);
        } else {
            invocation_.arguments.set(input.argument, text);
        }
        return std::nullopt;
    }

    std::optional<std::string> read_seconds(Input const& input, std::string const& text) {
        auto const seconds = integer_within(text, 0, timeout_max_s);
        if (!seconds) return between(input, 0, timeout_max_s);
        invocation_.own.set(input.option, *seconds);
        return std::nullopt;
    }

    std::optional<std::string> read_integer(Input const& input, std::string const& text) {
        if (input.kind == InputKind::count) {
            auto const rows = integer_within(text, 1, rows_max_max);
            if (!rows) return between(input, 1, rows_max_max);
            invocation_.rows_max = static_cast<std::uint32_t>(*rows);
            return std::nullopt;
        }
        auto const value = integer_within(text, input.minimum, input.maximum);
        if (!value) return between(input, input.minimum, input.maximum);
        if (invocation_.first_input.empty()) invocation_.first_input = text;
        invocation_.arguments.set(input.argument, *value);
        return std::nullopt;
    }

    std::optional<std::string> read_money(Input const& input, std::string const& text) {
        auto const& currency = invocation_.arguments.text("currency");
        auto const units = minor_units(text, currency);
        if (auto const* problem = std::get_if<std::string>(&units)) {
            return fmt::format("{}: {}", shown(input), *problem);
        }
        invocation_.arguments.set(input.argument, *std::get_if<std::int64_t>(&units));
        return std::nullopt;
    }

    Invocation& invocation_;
    po::variables_map const& values_;
};

bool is_named(Input const& input, std::string const& token) {
    return !input.option.empty() &&
           (token == shown(input) ||
            (input.letter != '\0' && token == std::string{'-', input.letter}));
}

// Whether the next word is the value of the option `token`.
bool takes_value(Command const& command, std::string const& token) {
    if (token == "--socket" || token == "--timeout") return true;
    return std::any_of(command.inputs.begin(), command.inputs.end(), [&](Input const& input) {
        return is_named(input, token) && !input.placeholder.empty();
    });
}

// "--json", also misspelt, and "-y"; not "-5", nor a text such as "-- urgent".
bool is_option(Command const& command, std::string const& token) {
    if (token == "-y" || token == "-h") return true;
    auto const is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
    if (token.size() > 2 && token.starts_with("--")) return is_letter(token[2]);
    return std::any_of(command.inputs.begin(), command.inputs.end(),
                       [&](Input const& input) { return is_named(input, token); });
}

// Why an option has no value: the next word is another option, which the parser would take as the
// value. Empty: every one has a value.
std::string missing_value(Command const& command, std::vector<std::string> const& rest) {
    for (std::size_t i = 0; i + 1 < rest.size() && rest[i] != "--"; ++i) {
        if (!takes_value(command, rest[i])) continue;
        if (is_option(command, rest[i + 1])) {
            auto const advice =
                rest[i].starts_with("--")
                    ? fmt::format(" Write {}=VALUE for one that begins with '-'.", rest[i])
                    : std::string{};
            return fmt::format("{}: the value of {} is missing.{}", command.words, rest[i], advice);
        }
        ++i;
    }
    return {};
}

// Finds the first surplus positional word. An option's value may be among them, so those are
// removed as the options are read.
std::string unexpected_argument(Command const& command, std::vector<std::string> const& rest) {
    auto places = std::count_if(command.inputs.begin(), command.inputs.end(),
                                [](Input const& input) { return input.option.empty(); });
    for (std::size_t i = 0; i < rest.size(); ++i) {
        if (rest[i].starts_with('-') && rest[i].size() > 1) {
            if (takes_value(command, rest[i])) ++i;
        } else if (places-- == 0) {
            return fmt::format("{}: unexpected argument '{}'", command.words, rest[i]);
        }
    }
    return fmt::format("{}: too many arguments", command.words);
}

// "--ask-pin and --pin-stdin"
std::string secret_options(Command const& command) {
    std::vector<std::string> options;
    for (auto const& input : command.inputs) {
        auto const is_secret =
            input.kind == InputKind::secret || input.kind == InputKind::ask_secret;
        if (is_secret) options.push_back(shown(input));
    }
    return fmt::format("{}", fmt::join(options, " and "));
}

Parsed read_invocation(Command const& command, std::vector<std::string> const& rest,
                       std::string_view environment_socket) {
    auto const refuse = [&](std::string message) {
        return UsageError{.message = std::move(message), .topic = std::string{command.words}};
    };
    if (auto missing = missing_value(command, rest); !missing.empty()) {
        return refuse(std::move(missing));
    }
    auto const values = read_options(command, rest);
    if (values.count("help") != 0) return ShowHelp{std::string{command.words}};
    if (values.count("version") != 0) return ShowVersion{};
    Invocation invocation;
    invocation.command = &command;
    invocation.is_json = values.count("json") != 0;
    invocation.is_confirmed = values.count("yes") != 0;
    invocation.socket = environment_socket.empty() ? default_socket : environment_socket;
    if (values.count("socket") != 0) invocation.socket = values["socket"].as<std::string>();
    if (values.count("timeout") != 0) {
        auto const seconds = integer_within(values["timeout"].as<std::string>(), 1, timeout_max_s);
        if (!seconds)
            return refuse(fmt::format("--timeout must be 1 to {} seconds.", timeout_max_s));
        invocation.timeout = std::chrono::seconds{*seconds};
    }
    Reader reader{invocation, values};
    for (auto const& input : command.inputs) {
        if (auto problem = reader.read(input)) return refuse(*std::move(problem));
    }
    if (invocation.reads_secret && invocation.asks_secret) {
        return refuse(fmt::format("{} are mutually exclusive.", secret_options(command)));
    }
    return invocation;
}

std::vector<std::string_view> verbs_of(std::string_view noun) {
    std::vector<std::string_view> verbs;
    for (auto const& command : commands()) {
        if (noun_of(command.words) == noun && command.words.size() > noun.size()) {
            verbs.push_back(command.words.substr(noun.size() + 1));
        }
    }
    return verbs;
}

// "help user add", with options allowed in between.
std::string topic_of(Split const& typed) {
    std::vector<std::string> words{typed.words.begin() + 1, typed.words.end()};
    for (std::size_t i = 0; i < typed.rest.size(); ++i) {
        auto const& word = typed.rest[i];
        if (word == "--socket" || word == "--timeout") ++i;  // Skips its value.
        if (!word.starts_with('-')) words.push_back(word);
    }
    return fmt::format("{}", fmt::join(words, " "));
}

// The error for words that name no command.
Parsed without_command(Split const& typed) {
    auto const wants_help = contains(typed.rest, "--help", "-h");
    if (typed.words.empty()) {
        if (contains(typed.rest, "--version", "--version")) return ShowVersion{};
        if (wants_help) return ShowHelp{};
        return UsageError{.message = "A command is missing.", .topic = {}};
    }
    auto const& noun = typed.words[0];
    if (noun == "help") return ShowHelp{topic_of(typed)};
    if (noun == "version") return ShowVersion{};
    std::vector<std::string_view> known{"help", "version"};
    for (auto const& candidate : nouns()) known.push_back(candidate.word);
    if (std::find(known.begin(), known.end(), noun) == known.end()) {
        return UsageError{.message = fmt::format("There is no command {}.{} Commands: {}.", noun,
                                                 did_you_mean(noun, known), fmt::join(known, ", ")),
                          .topic = {}};
    }
    if (wants_help) return ShowHelp{noun};
    auto const verbs = verbs_of(noun);
    auto const offer = fmt::format("Commands: {}.", fmt::join(verbs, ", "));
    if (typed.words.size() == 1) {
        return UsageError{.message = fmt::format("{} needs a command. {}", noun, offer),
                          .topic = noun};
    }
    return UsageError{.message = fmt::format("{} has no command {}.{} {}", noun, typed.words[1],
                                             did_you_mean(typed.words[1], verbs), offer),
                      .topic = noun};
}

}  // namespace

Parsed parse_arguments(Command const& command, std::vector<std::string> const& rest,
                       std::string_view environment_socket) {
    try {
        return read_invocation(command, rest, environment_socket);
    } catch (po::unknown_option const& unknown) {
        return UsageError{.message = unknown_option(command, unknown.get_option_name()),
                          .topic = std::string{command.words}};
    } catch (po::too_many_positional_options_error const&) {
        return UsageError{.message = unexpected_argument(command, rest),
                          .topic = std::string{command.words}};
    } catch (std::exception const& wrong) {
        // Names the option, never its value.
        return UsageError{.message = fmt::format("{}: {}.", command.words, wrong.what()),
                          .topic = std::string{command.words}};
    }
}

Parsed parse_command_line(std::vector<std::string> const& arguments,
                          std::string_view environment_socket) {
    auto const typed = split(arguments);
    auto const* command = find_command(fmt::format("{}", fmt::join(typed.words, " ")));
    if (command == nullptr) return without_command(typed);
    return parse_arguments(*command, typed.rest, environment_socket);
}

}  // namespace bank::bankctl
