// Commands that are one operation: the arguments become its input as its description says (see
// wire/operation_command.hpp), its output is the result.
#pragma once
#include "core/operations/operation.hpp"
#include "plugins/admin/command.hpp"

namespace bank::admin {

// Leaves alone what was not given. Looks accounts and users up by their names, last.
[[nodiscard]] Status read_input(Context const& context, wire::Arguments const& arguments,
                                api::Type const& type, void* input);

// The output as JSON: an object, {"items": [...]} of a list, {"text": ...} of a text.
[[nodiscard]] Result<std::string> run_operation(Context const& context,
                                                wire::Arguments const& arguments,
                                                operations::Operation const& operation);

// Asks with an input that was read already.
[[nodiscard]] Result<std::string> ask_for_json(Context const& context,
                                               operations::Operation const& operation, void* input);

template <typename Op>
[[nodiscard]] Result<std::string> ask_for_json(Context const& context, typename Op::Input input) {
    return ask_for_json(context, operations::operation<Op>, &input);
}

}  // namespace bank::admin
