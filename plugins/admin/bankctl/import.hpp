// bankctl transfer import: the transfers of a file, checked or posted.
#pragma once
#include "plugins/admin/bankctl/exit_code.hpp"

namespace bank::bankctl {

struct Invocation;

[[nodiscard]] Exit run_import(Invocation const& invocation);

}  // namespace bank::bankctl
