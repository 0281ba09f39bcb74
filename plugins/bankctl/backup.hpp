// bankctl backup: backups of the bank's own database, made by the program installed beside bankd.
#pragma once
#include "plugins/bankctl/exit_code.hpp"
#include "plugins/bankctl/views.hpp"

namespace bank::bankctl {

struct Invocation;

// Runs it with the given options and shows its answer.
[[nodiscard]] Exit run_backup(Invocation const& invocation, View view);

// As a Runner.
template <View view>
[[nodiscard]] Exit run_backup(Invocation const& invocation) {
    return run_backup(invocation, view);
}

}  // namespace bank::bankctl
