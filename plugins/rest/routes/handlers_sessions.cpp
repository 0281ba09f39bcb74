#include <fmt/format.h>

#include "core/base/bounds.hpp"
#include "core/base/text.hpp"
#include "core/operations/sessions.hpp"
#include "plugins/rest/json/printers.hpp"
#include "plugins/rest/routes/handlers.hpp"
#include "plugins/rest/routes/input.hpp"
#include "plugins/rest/routes/web_session.hpp"

namespace bank::rest::handlers {
namespace {

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

// The tokens without the one that goes into the cookie. A refused renewal takes the cookie away, so
// that the browser does not try again.
Response answer_web_tokens(Call const& call, operations::Outcome const& outcome) {
    if (outcome.error) {
        auto response = answer(call, *outcome.error);
        if (response.status == 401) response.set_cookies = {forget_refresh_token()};
        return response;
    }
    auto const& tokens = *static_cast<api::Tokens const*>(outcome.output.get());
    auto response = answer_json(codec::to_json(WebTokens(tokens)));
    if (!tokens.device_token.empty()) {
        response.set_cookies.push_back(keep_device_token(tokens.device_token));
    }
    response.set_cookies.push_back(keep_refresh_token(tokens.refresh_token));
    response.holds_secret = true;
    return response;
}

}  // namespace

Response web_login(Call const& call) {
    if (auto const problem = refuse_foreign_page(call)) return answer(call, *problem);
    api::LoginRequest request;
    if (auto const problem = read_input(call, request)) return answer(call, *problem);
    auto const device_token = device_token_of(call.head.cookie).value_or(std::string_view{});
    request.device_token =
        Secret(device_token.size() <= bounds::token_size_max ? device_token : std::string_view{});
    return answer_web_tokens(call, ask_core<operations::Login>(call, std::move(request)));
}

Response web_refresh(Call const& call) {
    if (auto const problem = refuse_foreign_page(call)) return answer(call, *problem);
    // Nobody is signed in with this browser: that is no refusal.
    auto const token = refresh_token_of(call.head.cookie);
    if (!token) return answer_nothing();
    if (token->empty() || token->size() > bounds::token_size_max) {
        return answer(call, Error{.code = Code::not_authenticated});
    }
    api::RefreshRequest request;
    request.refresh_token = Secret(*token);
    return answer_web_tokens(call, ask_core<operations::Refresh>(call, std::move(request)));
}

// The cookie goes, whatever became of the session.
Response web_logout(Call const& call) {
    if (auto const problem = refuse_foreign_page(call)) return answer(call, *problem);
    auto response = ask_and_answer<operations::Logout>(call, {});
    response.set_cookies = {forget_refresh_token()};
    return response;
}

}  // namespace bank::rest::handlers
