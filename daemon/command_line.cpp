#include "daemon/command_line.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/program_options.hpp>

#include "daemon/suggest.hpp"

namespace bank::daemon {
namespace {

namespace options = boost::program_options;

struct ModeOption {
    char const* name;
    Mode mode;
    char const* description;
};

constexpr std::array mode_options{
    ModeOption{"core", Mode::core, "serve the core alone, to front ends of their own"},
    ModeOption{"check-config", Mode::check_config, "report every mistake of the configuration"},
    ModeOption{"migrate", Mode::migrate, "bring the database's schema up to this version"},
    ModeOption{"make-keys", Mode::make_keys, "make the keys that are missing, change none"},
    ModeOption{"print-config-reference", Mode::print_config_reference,
               "print every key of the configuration at its default"},
    ModeOption{"version", Mode::version, "print the version"},
    ModeOption{"help", Mode::help, "print this"},
};

options::options_description describe() {
    options::options_description description("Options", 100);
    auto add = description.add_options();
    add("config", options::value<std::string>()->value_name("FILE"),
        "the configuration; conf.d/*.conf beside it is read after it");
    add("host", options::value<std::string>()->value_name("NAME"),
        "serve the front end NAME alone, with the core's socket");
    add("examine-copy", options::value<std::string>()->value_name("FILE"),
        "check a restored copy of the database, and write its audit trail to FILE");
    for (auto const& option : mode_options) add(option.name, option.description);
    return description;
}

Error usage(std::string sentence) {
    return {Code::malformed_request, std::move(sentence)};
}

std::string unknown_option(std::string const& text) {
    std::vector<std::string> known{"--config", "--host", "--examine-copy"};
    for (auto const& option : mode_options) known.push_back(std::string("--") + option.name);
    auto sentence = fmt::format("There is no option {}.", text);
    auto const meant = nearest(text, known);
    if (!meant.empty()) sentence += fmt::format(" Did you mean {}?", meant);
    return sentence;
}

Result<CommandLine> read(options::variables_map const& given) {
    CommandLine line;
    if (given.count("config") != 0) {
        line.config_file = given["config"].as<std::string>();
        line.is_config_given = true;
        if (line.config_file.empty()) return usage("--config needs a file.");
        line.config_file = std::filesystem::absolute(line.config_file).lexically_normal();
    }
    char const* first = nullptr;
    if (given.count("host") != 0) {
        line.mode = Mode::host;
        line.host = given["host"].as<std::string>();
        first = "host";
        if (line.host != "rest" && line.host != "admin") {
            return usage("--host takes rest or admin.");
        }
    }
    if (given.count("examine-copy") != 0) {
        if (first != nullptr) return usage("--host and --examine-copy cannot go together.");
        first = "examine-copy";
        line.mode = Mode::examine_copy;
        line.export_file = given["examine-copy"].as<std::string>();
        if (line.export_file.empty()) return usage("--examine-copy needs a file.");
    }
    for (auto const& option : mode_options) {
        if (given.count(option.name) == 0) continue;
        if (first != nullptr) {
            return usage(fmt::format("--{} and --{} cannot go together.", first, option.name));
        }
        first = option.name;
        line.mode = option.mode;
    }
    return line;
}

}  // namespace

Result<CommandLine> parse_command_line(std::vector<std::string> const& arguments) try {
    auto const description = describe();
    namespace style = options::command_line_style;
    auto const parsed =
        options::command_line_parser(arguments)
            .options(description)
            .style(style::allow_long | style::long_allow_adjacent | style::long_allow_next)
            .run();
    for (auto const& option : parsed.options) {
        if (option.position_key < 0) continue;
        return usage(fmt::format("\"{}\" is not an option.", option.original_tokens.front()));
    }
    options::variables_map given;
    options::store(parsed, given);
    return read(given);
} catch (options::unknown_option const& error) {
    return usage(unknown_option(error.get_option_name()));
} catch (std::exception const& error) {
    return usage(fmt::format("{}.", error.what()));
}

std::string help_text() {
    std::string text = R"(bankd, the core of a bank

Usage: bankd [--config FILE] [MODE]

Without a mode it serves with its front ends in one process; with --core, or with --host, it serves
that part alone. In the foreground, until SIGTERM; SIGHUP reads the configuration again.

)";
    auto const row = [&](std::string_view option, std::string_view meaning) {
        text += fmt::format("  {:<26}  {}\n", option, meaning);
    };
    row("--config FILE", "the configuration; conf.d/*.conf beside it is read after it");
    row("", "(default: " + CommandLine{}.config_file.string() + ")");
    row("--host NAME", "serve the front end NAME alone, with the core's socket");
    row("--examine-copy FILE", "check a restored copy of the database: its ledger, and write its");
    row("", "audit trail to FILE for bankd-verify; it leaves traces in the copy");
    for (auto const& option : mode_options)
        row(std::string("--") + option.name, option.description);
    text += R"(
Examples:
  bankd --core
  bankd --host rest
  bankd --config /etc/bankd/bankd.conf --check-config
  bankd --make-keys
  bankd --migrate
  bankd --print-config-reference > bankd.conf

Exit codes: 0 ok, 1 the ledger of the copy is not sound, 64 usage, 69 a service is unavailable,
70 internal error, 73 cannot create a file, 78 configuration.
)";
    return text;
}

}  // namespace bank::daemon
