#include <algorithm>

#include "core/operations/accounts.hpp"
#include "plugins/rest/routes/handlers.hpp"
#include "plugins/rest/routes/input.hpp"

namespace bank::rest::handlers {

// Only a freeze needs a reason; lifting one does not.
Response freeze_account(Call const& call) {
    api::FreezeAccountRequest request;
    auto problem = read_input(call, request);
    auto const is_frozen = request.is_debit_frozen || request.is_credit_frozen;
    auto const names_reason = [](FieldError const& error) { return error.name == "/reason"; };
    if (is_frozen && request.reason.empty()) {
        if (!problem) problem = Problem{.code = Code::invalid_field};
        if (std::none_of(problem->errors.begin(), problem->errors.end(), names_reason)) {
            problem->errors.push_back(
                {FieldError::Place::pointer, "/reason", "Required field is missing."});
        }
    }
    if (problem) return answer(call, *problem);
    return ask_and_answer<operations::FreezeAccount>(call, std::move(request));
}

Response list_role_limits(Call const& call) {
    if (auto const problem = check_empty(call)) return answer(call, *problem);
    auto const outcome = ask_core<operations::ListRoleLimits>(call, {});
    if (outcome.error) return answer(call, *outcome.error);
    using Output = operations::ListRoleLimits::Output;
    return answer_json(codec::items_to_json(*static_cast<Output const*>(outcome.output.get())));
}

}  // namespace bank::rest::handlers
