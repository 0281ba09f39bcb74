// A setting of the server, as shown to its operators.
#pragma once
#include <string>
#include <vector>

#include "core/api/type.hpp"

namespace bank::api {

struct Setting {
    std::string section;
    std::string name;
    // The configured value, and the one in force. A value that can contain a secret shows only its
    // harmless parts: the rest is "***", or nothing.
    std::string value;
    std::string default_value;
    std::string description;
    bool needs_restart = false;  // Whether a changed value takes effect only after one.
};

struct Settings {
    std::string file;  // The file read first; those in conf.d beside it follow.
    std::vector<Setting> items;
};

// The descriptions of all of these.
[[nodiscard]] Type const& describe(std::type_identity<Setting>);
[[nodiscard]] Type const& describe(std::type_identity<Settings>);

}  // namespace bank::api
