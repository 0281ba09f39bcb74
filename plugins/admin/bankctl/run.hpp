// bankctl from its command line to its exit code.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "plugins/admin/bankctl/exit_code.hpp"
#include "plugins/admin/wire/message.hpp"

namespace bank::bankctl {

// Data to standard output, everything else to standard error.
[[nodiscard]] Exit run(std::vector<std::string> const& arguments, std::string_view version);

// What an answer means for the exit code.
[[nodiscard]] Exit exit_of(admin::wire::Reply const& reply);

// What an administrator can do about the status of a movement of money; may be empty.
[[nodiscard]] std::string_view what_to_do(Code code);

struct Command;
struct Complaint;

// A refusal: what, why, where, what to do, and the request's id. `command` is what was asked; null
// where it is bankctl's own.
[[nodiscard]] Complaint explain(admin::wire::Reply const& reply, Command const* command);

}  // namespace bank::bankctl
