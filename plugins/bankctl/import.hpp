// bankctl transfer import: checks or posts the transfers of a file.
#pragma once
#include "plugins/bankctl/exit_code.hpp"

namespace bank::bankctl {

struct Invocation;

[[nodiscard]] Exit run_import(Invocation const& invocation);

}  // namespace bank::bankctl
