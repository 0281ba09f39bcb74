// A key of the configuration with its constraints and description. The core's table is in
// core_settings.cpp; each plugin exports its own.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "plugins/api/abi.h"

namespace bank::daemon {

enum class Kind : std::uint8_t {
    text,
    integer,     // minimum..maximum.
    boolean,     // yes or no.
    path,        // Absolute.
    word,        // One of `words`.
    connection,  // libpq key=value pairs; never quoted in a mistake.
};

enum class Restart : std::uint8_t { needed, not_needed, unsaid };

// One clause saying why `value` is invalid; empty: it is valid.
using Check = std::string (*)(std::string_view value);

struct Setting {
    std::string section;
    std::string key;
    Kind kind = Kind::text;
    std::string default_value;
    std::int64_t minimum = 0;
    std::int64_t maximum = 0;
    std::vector<std::string> words;
    bool may_be_empty = true;  // For text and path.
    Check check = nullptr;     // In addition to the kind's check.
    Restart restart = Restart::unsaid;
    std::string description;  // Sentences.
};

// The core's settings, in the order of the reference.
[[nodiscard]] std::vector<Setting> core_settings();

// A plugin's settings. Precondition: the strings of `entry` are set.
[[nodiscard]] std::vector<Setting> plugin_settings(bankd_plugin_entry const& entry);

// One clause saying why `value` is invalid for `setting`; empty: it is valid.
[[nodiscard]] std::string problem_of(Setting const& setting, std::string_view value);

// Splits "a, b,c" into items; an empty text has none. Empty items are kept for the check.
[[nodiscard]] std::vector<std::string> split_list(std::string_view text);

// [a-z][a-z0-9-]*, at most 32: the name is also used for the file, the section and the log
// category.
[[nodiscard]] bool is_plugin_name(std::string_view name) noexcept;

}  // namespace bank::daemon
