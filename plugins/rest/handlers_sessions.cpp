#include <fmt/format.h>

#include "core/base/bounds.hpp"
#include "core/base/text.hpp"
#include "plugins/rest/handlers.hpp"
#include "plugins/rest/web_session.hpp"

namespace bank::rest::handlers {
namespace {

constexpr std::size_t token_size_max = 4096;
constexpr std::size_t host_shown_max = 100;

std::optional<Problem> refuse_foreign_page(Call const& call) {
    auto problem = check_own_page(call.head, call.own_names, call.own_ip);
    if (problem && problem->code == Code::foreign_host && call.own_names.is_first_refusal()) {
        call.host.log(
            log::Level::warning,
            fmt::format("a browser opened the bank as \"{}\", which is none of its names; "
                        "if it should be one, add it to own_names (logged once)",
                        plain_text(call.head.host, host_shown_max)));
    }
    return problem;
}

Response answer_tokens(Call const& call, Result<api::Tokens> const& tokens) {
    auto response = answer_with(call, tokens, to_json<api::Tokens>);
    response.holds_secret = true;
    return response;
}

// The tokens without the one that goes into the cookie. A refused renewal takes the cookie away, so
// that the browser does not try again.
Response answer_web_tokens(Call const& call, Result<api::Tokens> tokens) {
    if (!tokens.ok()) {
        auto response = answer(call, tokens.error());
        if (response.status == 401) response.set_cookie = forget_refresh_token();
        return response;
    }
    auto response = answer_json(web_tokens_to_json(tokens.value()));
    response.set_cookie = keep_refresh_token(tokens.value().refresh_token);
    response.holds_secret = true;
    return response;
}

std::optional<Problem> read_login(Call const& call, api::LoginRequest& request) {
    BodyReader body(call.body);
    // Too short a password is a wrong one here, not a malformed one.
    body.text("user_name", request.user_name, {.size_max = bounds::user_name_size_max});
    body.secret("password", request.password, {.size_max = bounds::password_size_max});
    return body.finish();
}

}  // namespace

Response login(Call const& call) {
    api::LoginRequest request;
    if (auto const problem = read_login(call, request)) return answer(call, *problem);
    return answer_tokens(call, call.bank.login(call.caller, request));
}

Response web_login(Call const& call) {
    if (auto const problem = refuse_foreign_page(call)) return answer(call, *problem);
    api::LoginRequest request;
    if (auto const problem = read_login(call, request)) return answer(call, *problem);
    return answer_web_tokens(call, call.bank.login(call.caller, request));
}

Response web_refresh(Call const& call) {
    if (auto const problem = refuse_foreign_page(call)) return answer(call, *problem);
    // Nobody is signed in with this browser: that is no refusal.
    if (call.head.cookie.empty()) return answer_status(call, Done{});
    auto const token = refresh_token_of(call.head.cookie);
    if (token.empty() || token.size() > token_size_max) {
        return answer(call, Error{.code = Code::not_authenticated});
    }
    api::RefreshRequest request;
    request.refresh_token = Secret(token);
    return answer_web_tokens(call, call.bank.refresh(call.caller, request));
}

// The cookie goes, whatever became of the session.
Response web_logout(Call const& call) {
    if (auto const problem = refuse_foreign_page(call)) return answer(call, *problem);
    auto response = answer_status(call, call.bank.logout(call.caller));
    response.set_cookie = forget_refresh_token();
    return response;
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
