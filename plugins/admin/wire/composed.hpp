// The commands that are not one operation.
#pragma once
#include <vector>

#include "plugins/admin/wire/vocabulary.hpp"

namespace bank::admin::wire {

[[nodiscard]] std::vector<CommandSpec> composed_commands();

}  // namespace bank::admin::wire
