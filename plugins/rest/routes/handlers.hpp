// The routes that are more than one operation's input and output (see input.hpp): each reads the
// request, asks the core, prints the answer. Nothing is decided here.
#pragma once
#include "plugins/rest/routes/call.hpp"

namespace bank::rest::handlers {

// For the web client: the refresh token is a cookie that no script can read.
[[nodiscard]] Response web_login(Call const& call);
[[nodiscard]] Response web_refresh(Call const& call);
[[nodiscard]] Response web_logout(Call const& call);

// Accounts.
[[nodiscard]] Response freeze_account(Call const& call);
[[nodiscard]] Response list_role_limits(Call const& call);

// Money.
[[nodiscard]] Response deposit(Call const& call);
[[nodiscard]] Response withdraw(Call const& call);
[[nodiscard]] Response transfer(Call const& call);
[[nodiscard]] Response reverse_transfer(Call const& call);
[[nodiscard]] Response place_hold(Call const& call);
[[nodiscard]] Response capture_hold(Call const& call);
[[nodiscard]] Response release_hold(Call const& call);
[[nodiscard]] Response link_transfers(Call const& call);
[[nodiscard]] Response transfer_batch(Call const& call);

// The bank itself.
[[nodiscard]] Response audit_checkpoint(Call const& call);
[[nodiscard]] Response audit_keys(Call const& call);
[[nodiscard]] Response list_currencies(Call const& call);
[[nodiscard]] Response liveness(Call const& call);
[[nodiscard]] Response readiness(Call const& call);

// Pages and files.
[[nodiscard]] Response home(Call const& call);
[[nodiscard]] Response openapi(Call const& call);
[[nodiscard]] Response web_page(Call const& call);
[[nodiscard]] Response web_asset(Call const& call);
[[nodiscard]] Response docs_home(Call const& call);
[[nodiscard]] Response docs_file(Call const& call);
[[nodiscard]] Response list_problems(Call const& call);
[[nodiscard]] Response find_problem(Call const& call);
[[nodiscard]] Response problems_style(Call const& call);

}  // namespace bank::rest::handlers
