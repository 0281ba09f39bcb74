// The command line of bankd.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "core/base/result.hpp"

namespace bank::daemon {

enum class Mode : std::uint8_t {
    serve,  // Core and front ends in one process.
    core,   // Only the core.
    host,   // Only one front end.
    check_config,
    migrate,
    make_keys,
    examine_copy,
    print_config_reference,
    version,
    help,
};

struct CommandLine {
    Mode mode = Mode::serve;
    std::filesystem::path config_file = "/etc/bankd/bankd.conf";
    bool is_config_given = false;
    std::string host;         // For Mode::host: the plugin.
    std::string export_file;  // For Mode::examine_copy.
};

// `arguments` without the program's name. Error: malformed_request; its detail is one sentence.
[[nodiscard]] Result<CommandLine> parse_command_line(std::vector<std::string> const& arguments);

[[nodiscard]] std::string help_text();

}  // namespace bank::daemon
