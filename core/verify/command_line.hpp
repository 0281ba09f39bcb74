// Parses the command line of bankd-verify; reads no files.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace bank::verify {

struct Order {
    enum class Subject : std::uint8_t { log, receipt };

    Subject subject = Subject::log;
    std::vector<std::string> files;        // At least one; "-": standard input.
    std::vector<std::string> keys;         // At least one; "@FILE": the lines of a file.
    std::vector<std::string> checkpoints;  // Files.
    bool is_json = false;
    bool is_quiet = false;
};

struct ShowHelp {};
struct ShowVersion {};
struct UsageError {
    std::string message;
};

using Parsed = std::variant<Order, ShowHelp, ShowVersion, UsageError>;

// `arguments` without the program's name.
[[nodiscard]] Parsed parse_command_line(std::vector<std::string> const& arguments);
[[nodiscard]] std::string_view help_text() noexcept;

}  // namespace bank::verify
