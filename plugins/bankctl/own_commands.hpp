// bankctl's own commands: each is made of several requests, or works on files.
#pragma once
#include <vector>

#include "plugins/bankctl/command.hpp"

namespace bank::bankctl {

[[nodiscard]] std::vector<Command> own_commands();

}  // namespace bank::bankctl
