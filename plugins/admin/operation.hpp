// Commands that are one operation: the arguments become its input as its description says, its
// output is the result.
//
// An account is the argument "account", an IBAN or an id; a user the argument "user_name". Any
// other field is the argument of its name.
#pragma once
#include "core/operations/operation.hpp"
#include "plugins/admin/command.hpp"

namespace bank::admin {

// Leaves alone what was not given. Looks accounts and users up by their names, last.
[[nodiscard]] Status read_input(Context const& context, wire::Arguments const& arguments,
                                api::Type const& type, void* input);

// The output as JSON; {} if there is none.
[[nodiscard]] Result<std::string> run_operation(Context const& context,
                                                wire::Arguments const& arguments,
                                                operations::Operation const& operation);

template <typename Op>
[[nodiscard]] Result<std::string> run(Context const& context, wire::Arguments const& arguments) {
    return run_operation(context, arguments, operations::operation<Op>);
}

// Asks with an input that was read already.
[[nodiscard]] Result<std::string> ask_for_json(Context const& context,
                                               operations::Operation const& operation, void* input);

template <typename Op>
[[nodiscard]] Result<std::string> ask_for_json(Context const& context, typename Op::Input input) {
    return ask_for_json(context, operations::operation<Op>, &input);
}

}  // namespace bank::admin
