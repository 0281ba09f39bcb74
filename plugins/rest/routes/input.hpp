// Reads what a client gives an operation, as its description says: the path's id, then the query of
// a GET or the body of another method. Strict, like the readers it uses.
#pragma once
#include "core/operations/operation.hpp"
#include "plugins/rest/routes/call.hpp"

namespace bank::rest {

// Nothing if the input is good; else it is not to be used.
[[nodiscard]] std::optional<Problem> read_input(Call const& call, api::Type const& type,
                                                void* input);

// The path's id alone, of a request without a body; never a problem.
[[nodiscard]] std::optional<Problem> read_path(Call const& call, api::Type const& type,
                                               void* input);

template <typename Input>
[[nodiscard]] std::optional<Problem> read_input(Call const& call, Input& input) {
    return read_input(call, api::type_of<Input>(), &input);
}

// Asks the core; what it charged shows in the answer.
[[nodiscard]] operations::Outcome ask_core(Call const& call, operations::Operation const& operation,
                                           void* input);

template <typename Op>
[[nodiscard]] operations::Outcome ask_core(Call const& call, typename Op::Input input) {
    return ask_core(call, operations::operation<Op>, &input);
}

// The output as JSON with the operation's status and, of what is new, its place below the path;
// nothing as 204; of a page, the link to the next; of an optional without a value, 202; or the
// problem.
[[nodiscard]] Response answer_with(Call const& call, operations::Operation const& operation,
                                   operations::Outcome const& outcome);

template <typename Op>
[[nodiscard]] Response ask_and_answer(Call const& call, typename Op::Input input) {
    return answer_with(call, operations::operation<Op>, ask_core<Op>(call, std::move(input)));
}

// The route of an operation without anything special.
[[nodiscard]] Response run_operation(Call const& call, operations::Operation const& operation);

}  // namespace bank::rest
