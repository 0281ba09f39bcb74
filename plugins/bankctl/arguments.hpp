// The command line of what a command of the admin channel takes.
#pragma once
#include <vector>

#include "plugins/admin/wire/vocabulary.hpp"
#include "plugins/bankctl/command.hpp"

namespace bank::bankctl {

// `spec` must outlive the inputs.
[[nodiscard]] std::vector<Input> inputs_of(admin::wire::CommandSpec const& spec);

}  // namespace bank::bankctl
