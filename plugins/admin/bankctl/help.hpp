// The texts of --help, all from the command table. The manual page is made of them too.
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "plugins/admin/bankctl/command.hpp"

namespace bank::bankctl {

[[nodiscard]] std::string help();
[[nodiscard]] std::string help_of_noun(std::string_view noun);
[[nodiscard]] std::string help_of(Command const& command);

// Of "", a noun or a command; nothing if there is no such topic.
[[nodiscard]] std::optional<std::string> help_about(std::string_view topic);

// "bankctl user add USER --role ROLE [--password-stdin]"
[[nodiscard]] std::string synopsis(Command const& command);

}  // namespace bank::bankctl
