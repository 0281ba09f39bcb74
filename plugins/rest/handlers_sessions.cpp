#include <fmt/format.h>

#include "core/base/bounds.hpp"
#include "core/base/text.hpp"
#include "plugins/rest/handlers.hpp"
#include "plugins/rest/input.hpp"
#include "plugins/rest/printers.hpp"
#include "plugins/rest/web_session.hpp"

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
Response answer_web_tokens(Call const& call, Result<api::Tokens> tokens) {
    if (!tokens.ok()) {
        auto response = answer(call, tokens.error());
        if (response.status == 401) response.set_cookie = forget_refresh_token();
        return response;
    }
    auto response = answer_json(codec::to_json(WebTokens(tokens.value())));
    response.set_cookie = keep_refresh_token(tokens.value().refresh_token);
    response.holds_secret = true;
    return response;
}

}  // namespace

Response web_login(Call const& call) {
    if (auto const problem = refuse_foreign_page(call)) return answer(call, *problem);
    api::LoginRequest request;
    if (auto const problem = read_input(call, request)) return answer(call, *problem);
    return answer_web_tokens(call, call.bank.login(call.caller, request));
}

Response web_refresh(Call const& call) {
    if (auto const problem = refuse_foreign_page(call)) return answer(call, *problem);
    // Nobody is signed in with this browser: that is no refusal.
    if (call.head.cookie.empty()) return answer_nothing();
    auto const token = refresh_token_of(call.head.cookie);
    if (token.empty() || token.size() > bounds::token_size_max) {
        return answer(call, Error{.code = Code::not_authenticated});
    }
    api::RefreshRequest request;
    request.refresh_token = Secret(token);
    return answer_web_tokens(call, call.bank.refresh(call.caller, request));
}

// The cookie goes, whatever became of the session.
Response web_logout(Call const& call) {
    if (auto const problem = refuse_foreign_page(call)) return answer(call, *problem);
    auto response = answer_with(call, call.bank.logout(call.caller));
    response.set_cookie = forget_refresh_token();
    return response;
}

}  // namespace bank::rest::handlers
