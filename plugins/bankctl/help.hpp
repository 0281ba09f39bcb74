// The texts of --help, generated from the command table. The manual page is generated from them.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "plugins/bankctl/command.hpp"

namespace bank::bankctl {

[[nodiscard]] std::string help();
[[nodiscard]] std::string help_of_noun(std::string_view noun);
[[nodiscard]] std::string help_of(Command const& command);

// Help on "", a noun or a command; empty if the topic is unknown.
[[nodiscard]] std::optional<std::string> help_about(std::string_view topic);

// "bankctl user add USER --role ROLE [--password-stdin]"
[[nodiscard]] std::string synopsis(Command const& command);

}  // namespace bank::bankctl
