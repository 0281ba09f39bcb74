// Where bankctl writes: data to standard output, everything else to standard error.
#pragma once
#include <string_view>

#include "plugins/admin/bankctl/client.hpp"
#include "plugins/admin/bankctl/exit_code.hpp"

namespace bank::bankctl {

void say(std::string_view text);

// Everything but ok ends the program.
[[nodiscard]] Exit print(std::string_view text);

// Says what failed and what to do about it.
Exit fail(Failure const& failure);

}  // namespace bank::bankctl
