// A setting of the server, as those who run it read it.
#pragma once
#include <string>
#include <vector>

#include "core/api/type.hpp"

namespace bank::api {

struct Setting {
    std::string section;
    std::string name;
    // As the configuration has it, and as it is in force. Of what can hold a secret only harmless
    // parts: the rest is "***", or nothing.
    std::string value;
    std::string default_value;
    std::string description;
    bool needs_restart = false;  // What is written anew is in force only after one.
};

struct Settings {
    std::string file;  // That was read; those in conf.d beside it follow it.
    std::vector<Setting> items;
};

// The descriptions of all of these.
[[nodiscard]] Type const& describe(std::type_identity<Setting>);
[[nodiscard]] Type const& describe(std::type_identity<Settings>);

}  // namespace bank::api
