#include "plugins/rest/handlers.hpp"
#include "plugins/rest/printers.hpp"

namespace bank::rest::handlers {
namespace {

Response answer_text(Call const& call, Result<std::string> text) {
    if (!text.ok()) return answer(call, text.error());
    Response response;
    response.content_type = "text/plain; charset=utf-8";
    response.body = std::move(text).value();
    return response;
}

}  // namespace

// As signed: a client compares bytes.
Response audit_checkpoint(Call const& call) {
    if (auto const problem = check_empty(call)) return answer(call, *problem);
    return answer_text(call, call.bank.last_checkpoint());
}

Response audit_keys(Call const& call) {
    if (auto const problem = check_empty(call)) return answer(call, *problem);
    return answer_text(call, call.bank.checkpoint_keys());
}

Response list_currencies(Call const& call) {
    if (auto const problem = check_empty(call)) return answer(call, *problem);
    return answer_json(currencies_to_json());
}

Response liveness(Call const&) {
    return answer_json(status_json("ok"));
}

Response readiness(Call const& call) {
    auto const state = call.bank.readiness();
    auto response = answer_json(status_json(api::to_string(state)));
    if (state != api::Readiness::ready) {
        response.status = 503;
        response.retry_after_s = 1;
    }
    return response;
}

}  // namespace bank::rest::handlers
