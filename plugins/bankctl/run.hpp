// Runs bankctl, from its command line to its exit code.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "plugins/admin/wire/message.hpp"
#include "plugins/bankctl/exit_code.hpp"

namespace bank::bankctl {

// Data to standard output, everything else to standard error.
[[nodiscard]] Exit run(std::vector<std::string> const& arguments, std::string_view version);

// The exit code for an answer.
[[nodiscard]] Exit exit_of(admin::wire::Reply const& reply);

// Advice for an administrator about the status of a transaction; may be empty.
[[nodiscard]] std::string_view what_to_do(Code code);

struct Command;
struct Complaint;

// Describes a declined or rejected request: the cause, the field, the advice and the request's id.
// `command` is the command that ran; null if it is bankctl's own.
[[nodiscard]] Complaint explain(admin::wire::Reply const& reply, Command const* command);

}  // namespace bank::bankctl
