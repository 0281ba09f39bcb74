#include "plugins/rest/handlers.hpp"
#include "plugins/rest/input.hpp"

namespace bank::rest::handlers {

// Only a freeze needs a reason; lifting one does not.
Response freeze_account(Call const& call) {
    api::FreezeAccountRequest request;
    if (auto const problem = read_input(call, request)) return answer(call, *problem);
    auto const is_frozen = request.is_debit_frozen || request.is_credit_frozen;
    if (is_frozen && request.reason.empty()) {
        return answer(call, invalid_field({FieldError::Place::pointer, "/reason",
                                           "Required field is missing."}));
    }
    return answer_with(call, call.bank.freeze_account(call.caller, request));
}

Response list_role_limits(Call const& call) {
    auto const all = call.bank.list_role_limits(call.caller);
    return all.ok() ? answer_json(codec::items_to_json(*all)) : answer(call, all.error());
}

}  // namespace bank::rest::handlers
