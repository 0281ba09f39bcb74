#include "core/operations/audit.hpp"
#include "plugins/rest/json/printers.hpp"
#include "plugins/rest/routes/handlers.hpp"
#include "plugins/rest/routes/input.hpp"

namespace bank::rest::handlers {
namespace {

template <typename Op>
Response answer_text(Call const& call) {
    if (auto const problem = check_empty(call)) return answer(call, *problem);
    auto const outcome = ask_core<Op>(call, {});
    if (outcome.error) return answer(call, *outcome.error);
    Response response;
    response.content_type = "text/plain; charset=utf-8";
    response.body = *static_cast<std::string const*>(outcome.output.get());
    return response;
}

}  // namespace

// As signed: a client compares bytes.
Response audit_checkpoint(Call const& call) {
    return answer_text<operations::AuditCheckpoint>(call);
}

Response audit_keys(Call const& call) {
    return answer_text<operations::AuditKeys>(call);
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
