// Reads the files of the configuration into sections, keys and values, each with its file and
// line. What the keys mean is config.hpp's.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/report.hpp"

namespace bank::daemon {

struct IniEntry {
    std::string key;
    std::string value;
    Origin origin;
};

// One run of lines under one "[section]" line.
struct IniSection {
    std::string name;
    Origin origin;
    std::vector<IniEntry> entries;
};

// The grammar is in ini.cpp. Whatever does not follow it is a mistake in `report`; the rest is
// read all the same, so that one call finds everything.
[[nodiscard]] std::vector<IniSection> parse_ini(std::string_view text, std::string const& file,
                                                Report& report);

// `main_file`, then *.conf of the directory "conf.d" beside it in the order of their names. A file
// that others may write, or that is not a regular file, is refused: who writes it owns the bank.
[[nodiscard]] std::vector<IniSection> read_ini_files(std::filesystem::path const& main_file,
                                                     Report& report);

}  // namespace bank::daemon
