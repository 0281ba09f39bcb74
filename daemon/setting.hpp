// One key of the configuration: what it may hold and what it is for. The core's own are the table
// in core_settings.cpp; a plugin brings its table with it.
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
    connection,  // libpq key=value pairs; never shown in a mistake.
};

enum class Restart : std::uint8_t { needed, not_needed, unsaid };

// Says in one clause why `value` cannot be used; empty: it can.
using Check = std::string (*)(std::string_view value);

struct Setting {
    std::string section;
    std::string key;
    Kind kind = Kind::text;
    std::string default_value;
    std::int64_t minimum = 0;
    std::int64_t maximum = 0;
    std::vector<std::string> words;
    bool may_be_empty = true;  // Of text and path.
    Check check = nullptr;     // Besides what the kind says.
    Restart restart = Restart::unsaid;
    std::string description;  // Sentences.
};

// Of the core, in the order of the reference.
[[nodiscard]] std::vector<Setting> core_settings();

// Of a plugin. Precondition: the strings of `entry` are set.
[[nodiscard]] std::vector<Setting> plugin_settings(bankd_plugin_entry const& entry);

// Says in one clause why `value` cannot be used for `setting`; empty: it can.
[[nodiscard]] std::string judge(Setting const& setting, std::string_view value);

// "a, b,c" as its items; an empty text has none. An empty item stays, for the check to find.
[[nodiscard]] std::vector<std::string> split_list(std::string_view text);

// [a-z][a-z0-9-]*, at most 32: a plugin's name is also a file's, a section's and a log category.
[[nodiscard]] bool is_plugin_name(std::string_view name) noexcept;

}  // namespace bank::daemon
