// Parses the configuration files into sections, keys and values, each with its file and line.
// config.hpp interprets them.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/config/report.hpp"

namespace bank::daemon {

struct IniEntry {
    std::string key;
    std::string value;
    Place place;
};

// The lines after one "[section]" line.
struct IniSection {
    std::string name;
    Place place;
    std::vector<IniEntry> entries;
};

// Grammar: ini.cpp. Adds each violation to `report` and parses the rest, so that one call finds all
// mistakes.
[[nodiscard]] std::vector<IniSection> parse_ini(std::string_view text, std::string const& file,
                                                Report& report);

// `main_file`, then *.conf of the directory "conf.d" beside it in the order of their names. Rejects
// files that others can write or that are not regular: write access to them is control of the bank.
[[nodiscard]] std::vector<IniSection> read_ini_files(std::filesystem::path const& main_file,
                                                     Report& report);

}  // namespace bank::daemon
