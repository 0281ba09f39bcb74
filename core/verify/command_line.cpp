#include "core/verify/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/program_options.hpp>
#include <exception>

namespace bank::verify {
namespace {

namespace po = boost::program_options;
using Texts = std::vector<std::string>;

constexpr std::string_view help =
    "bankd-verify verifies a bank's audit log or a receipt with public keys alone. It needs\n"
    "neither bankd nor its database.\n"
    "\n"
    "Usage:\n"
    "  bankd-verify log EXPORT... --key KEY [--key KEY...] [--checkpoints FILE...]\n"
    "               [--json] [--quiet]\n"
    "  bankd-verify receipt FILE --key KEY [--key KEY...] [--json] [--quiet]\n"
    "\n"
    "  EXPORT              An export of the log, or consecutive archives and exports, oldest\n"
    "                      first; - for standard input\n"
    "  FILE                A receipt; - for standard input\n"
    "\n"
    "Options:\n"
    "  --key KEY           A public key of the log, as name+id+key, or @FILE with one key per\n"
    "                      line. Repeatable, for example after a change of keys\n"
    "  --checkpoints FILE  Checkpoints seen earlier, which the log must agree with.\n"
    "                      Repeatable\n"
    "  --json              Print the result as JSON\n"
    "  --quiet             Print only findings\n"
    "  --help, -h          Print this help\n"
    "  --version           Print the version\n"
    "\n"
    "Examples:\n"
    "  bankd-verify log audit.export --key @audit.pub --checkpoints seen.txt\n"
    "  zcat 2024.gz 2025.gz > old && bankd-verify log old now.export --key @audit.pub\n"
    "  bankd-verify receipt receipt.json --key bank.example/audit+1a2b3c4d+AbCd...\n"
    "\n"
    "Exit codes:\n"
    "  0  Consistent\n"
    "  1  Inconsistent; see the findings\n"
    "  2  Usage error, or a file cannot be read\n"
    "  3  No contradiction, but a part is missing\n";

po::variables_map read_options(Texts const& rest) {
    po::options_description options;
    auto const texts = [] { return po::value<Texts>()->composing(); };
    options.add_options()("help,h", "")("version", "")("json", "")("quiet", "");
    options.add_options()("key", texts())("checkpoints", texts())("<file>", texts());
    po::positional_options_description places;
    places.add("<file>", -1);
    // The meaning of abbreviations could change with a new option.
    auto const style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
    po::variables_map values;
    po::store(po::command_line_parser(rest).options(options).positional(places).style(style).run(),
              values);
    return values;
}

Texts texts_of(po::variables_map const& values, char const* name) {
    return values.count(name) == 0 ? Texts{} : values[name].as<Texts>();
}

Parsed read_order(Order::Subject subject, Texts const& rest) {
    auto const values = read_options(rest);
    if (values.count("help") != 0) return ShowHelp{};
    if (values.count("version") != 0) return ShowVersion{};
    Order order{.subject = subject,
                .files = texts_of(values, "<file>"),
                .keys = texts_of(values, "key"),
                .checkpoints = texts_of(values, "checkpoints"),
                .is_json = values.count("json") != 0,
                .is_quiet = values.count("quiet") != 0};
    auto const is_receipt = subject == Order::Subject::receipt;
    if (order.files.empty()) {
        return UsageError{is_receipt ? "Missing argument: the file of the receipt."
                                     : "Missing argument: the file of the export."};
    }
    if (is_receipt && order.files.size() > 1)
        return UsageError{"receipt: only one file is allowed."};
    if (is_receipt && !order.checkpoints.empty()) {
        return UsageError{
            "receipt: unexpected option --checkpoints; a receipt contains its checkpoint."};
    }
    if (order.keys.empty()) {
        return UsageError{"Missing option: --key with a public key of the log."};
    }
    if (std::ranges::count(order.files, "-") > 1) {
        return UsageError{"Standard input can be given only once."};
    }
    return order;
}

}  // namespace

std::string_view help_text() noexcept {
    return help;
}

Parsed parse_command_line(Texts const& arguments) {
    if (arguments.empty()) return UsageError{"Missing command: log or receipt."};
    auto const& word = arguments.front();
    if (word == "--help" || word == "-h" || word == "help") return ShowHelp{};
    if (word == "--version") return ShowVersion{};
    if (word != "log" && word != "receipt") {
        return UsageError{fmt::format("Unknown command {}. Commands: log, receipt.", word)};
    }
    auto const subject = word == "log" ? Order::Subject::log : Order::Subject::receipt;
    try {
        return read_order(subject, {arguments.begin() + 1, arguments.end()});
    } catch (po::unknown_option const& unknown) {
        return UsageError{fmt::format("{}: unknown option {}. Options: --key, {}--json, --quiet.",
                                      word, unknown.get_option_name(),
                                      word == "log" ? "--checkpoints, " : "")};
    } catch (std::exception const& wrong) {
        return UsageError{fmt::format("{}: {}.", word, wrong.what())};
    }
}

}  // namespace bank::verify
