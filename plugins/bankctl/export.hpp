// bankctl audit export and audit archive: the audit log as a file.
#pragma once
#include "plugins/bankctl/exit_code.hpp"

namespace bank::bankctl {

struct Invocation;

[[nodiscard]] Exit run_export(Invocation const& invocation);
[[nodiscard]] Exit run_archive(Invocation const& invocation);

}  // namespace bank::bankctl
