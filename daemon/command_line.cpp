#include "daemon/command_line.hpp"

#include <fmt/format.h>

#include <array>
#include <boost/program_options.hpp>

#include "daemon/config/suggest.hpp"

namespace bank::daemon {
namespace {

namespace options = boost::program_options;

struct ModeOption {
    char const* name;
    Mode mode;
    char const* description;
};

constexpr std::array mode_options{
    ModeOption{"core", Mode::core, "run only the core; front ends are separate processes"},
    ModeOption{"check-config", Mode::check_config,
               "report all that a start would refuse in the configuration and its files"},
    ModeOption{"migrate", Mode::migrate, "upgrade the database schema to this version"},
    ModeOption{"make-keys", Mode::make_keys, "create missing keys; existing keys are kept"},
    ModeOption{"print-config-reference", Mode::print_config_reference,
               "print every configuration key with its default"},
    ModeOption{"version", Mode::version, "print the version"},
    ModeOption{"help", Mode::help, "print this help"},
};

options::options_description describe() {
    options::options_description description("Options", 100);
    auto add = description.add_options();
    add("config", options::value<std::string>()->value_name("FILE"),
        "configuration file; conf.d/*.conf beside it is read after it");
    add("host", options::value<std::string>()->value_name("NAME"),
        "run only the front end NAME: rest or admin");
    add("examine-copy", options::value<std::string>()->value_name("FILE"),
        "check a restored copy of the database and export its audit log to FILE");
    for (auto const& option : mode_options) add(option.name, option.description);
    return description;
}

Error usage(std::string sentence) {
    return {Code::malformed_request, std::move(sentence)};
}

std::string unknown_option(std::string const& text) {
    std::vector<std::string> known{"--config", "--host", "--examine-copy"};
    for (auto const& option : mode_options) known.push_back(std::string("--") + option.name);
    auto sentence = fmt::format("Unknown option {}.", text);
    auto const meant = nearest(text, known);
    if (!meant.empty()) sentence += fmt::format(" Did you mean {}?", meant);
    return sentence;
}

Result<CommandLine> read(options::variables_map const& given) {
    CommandLine line;
    if (given.count("config") != 0) {
        line.config_file = given["config"].as<std::string>();
        line.is_config_given = true;
        if (line.config_file.empty()) return usage("--config requires a file.");
        line.config_file = std::filesystem::absolute(line.config_file).lexically_normal();
    }
    char const* first = nullptr;
    if (given.count("host") != 0) {
        line.mode = Mode::host;
        line.host = given["host"].as<std::string>();
        first = "host";
        if (line.host != "rest" && line.host != "admin") {
            return usage("--host must be rest or admin.");
        }
    }
    if (given.count("examine-copy") != 0) {
        if (first != nullptr) return usage("--host and --examine-copy cannot be combined.");
        first = "examine-copy";
        line.mode = Mode::examine_copy;
        line.export_file = given["examine-copy"].as<std::string>();
        if (line.export_file.empty()) return usage("--examine-copy requires a file.");
    }
    for (auto const& option : mode_options) {
        if (given.count(option.name) == 0) continue;
        if (first != nullptr) {
            return usage(fmt::format("--{} and --{} cannot be combined.", first, option.name));
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
        return usage(fmt::format("Unexpected argument \"{}\".", option.original_tokens.front()));
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

Without a mode, the core and its front ends run in one process; --core and --host run one part each.
bankd stays in the foreground. SIGTERM stops it; SIGHUP reloads the configuration.

)";
    auto const row = [&](std::string_view option, std::string_view meaning) {
        text += fmt::format("  {:<26}  {}\n", option, meaning);
    };
    row("--config FILE", "configuration file; conf.d/*.conf beside it is read after it");
    row("", "(default: " + CommandLine{}.config_file.string() + ")");
    row("--host NAME", "run only the front end NAME: rest or admin");
    row("--examine-copy FILE",
        "check the ledger of a restored copy of the database and export its");
    row("", "audit log to FILE for bankd-verify; this modifies the copy");
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

The check opens no port, socket or database. Only a start finds a port in use or an unreachable
database.

Exit codes:
   0  Success
   1  --examine-copy: the ledger of the copy is inconsistent
  64  Usage error
  69  A service is unavailable, for example the database
  70  Internal error
  73  A file cannot be created
  78  Configuration error, missing key, or incomplete sandbox
)";
    return text;
}

}  // namespace bank::daemon
