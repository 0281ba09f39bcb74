#include "core/base/bounds.hpp"
#include "plugins/rest/handlers.hpp"

namespace bank::rest::handlers {
namespace {

constexpr std::size_t token_size_max = 4096;

Response answer_tokens(Call const& call, Result<api::Tokens> const& tokens) {
    auto response = answer_with(call, tokens, to_json<api::Tokens>);
    response.holds_secret = true;
    return response;
}

}  // namespace

Response login(Call const& call) {
    api::LoginRequest request;
    BodyReader body(call.body);
    // Too short a password is a wrong one here, not a malformed one.
    body.text("user_name", request.user_name, {.size_max = bounds::user_name_size_max});
    body.secret("password", request.password, {.size_max = bounds::password_size_max});
    if (auto const problem = body.finish()) return answer(call, *problem);
    return answer_tokens(call, call.bank.login(call.caller, request));
}

Response refresh(Call const& call) {
    api::RefreshRequest request;
    BodyReader body(call.body);
    body.secret("refresh_token", request.refresh_token, {.size_max = token_size_max});
    if (auto const problem = body.finish()) return answer(call, *problem);
    return answer_tokens(call, call.bank.refresh(call.caller, request));
}

Response logout(Call const& call) {
    return answer_status(call, call.bank.logout(call.caller));
}

Response list_sessions(Call const& call) {
    api::ListSessionsRequest request;
    QueryReader query(call.head.query);
    query.id("user_id", request.user_id.value);
    query.page(request.page);
    if (auto const problem = query.finish()) return answer(call, *problem);
    return answer_page(call, call.bank.list_sessions(call.caller, request),
                       [](JsonWriter& json, api::Session const& session) { print(json, session); });
}

Response revoke_session(Call const& call) {
    return answer_status(call, call.bank.revoke_session(call.caller, {SessionId{call.id}}));
}

}  // namespace bank::rest::handlers
