// Each operation of the API: reads the request, asks the core, prints the answer. Nothing is
// decided here. Families stand in handlers_<family>.cpp.
#pragma once
#include "plugins/rest/call.hpp"

namespace bank::rest::handlers {

// Identity.
[[nodiscard]] Response login(Call const& call);
[[nodiscard]] Response refresh(Call const& call);
[[nodiscard]] Response logout(Call const& call);
// For the web client: the refresh token is a cookie that no script can read.
[[nodiscard]] Response web_login(Call const& call);
[[nodiscard]] Response web_refresh(Call const& call);
[[nodiscard]] Response web_logout(Call const& call);
[[nodiscard]] Response list_sessions(Call const& call);
[[nodiscard]] Response revoke_session(Call const& call);

// Users.
[[nodiscard]] Response who_am_i(Call const& call);
[[nodiscard]] Response change_password(Call const& call);
[[nodiscard]] Response list_users(Call const& call);
[[nodiscard]] Response add_user(Call const& call);
[[nodiscard]] Response find_user(Call const& call);
[[nodiscard]] Response set_user_role(Call const& call);
[[nodiscard]] Response set_user_disabled(Call const& call);
[[nodiscard]] Response reset_password(Call const& call);
[[nodiscard]] Response erase_subject(Call const& call);

// Accounts.
[[nodiscard]] Response open_account(Call const& call);
[[nodiscard]] Response list_accounts(Call const& call);
[[nodiscard]] Response find_account(Call const& call);
[[nodiscard]] Response lock_account(Call const& call);
[[nodiscard]] Response unlock_account(Call const& call);
[[nodiscard]] Response close_account(Call const& call);
[[nodiscard]] Response set_overdraft(Call const& call);
[[nodiscard]] Response set_limits(Call const& call);
[[nodiscard]] Response freeze_account(Call const& call);
[[nodiscard]] Response list_role_limits(Call const& call);
[[nodiscard]] Response set_role_limits(Call const& call);
[[nodiscard]] Response set_pin(Call const& call);
[[nodiscard]] Response authorize_pin(Call const& call);
[[nodiscard]] Response balance(Call const& call);
[[nodiscard]] Response list_holds(Call const& call);
[[nodiscard]] Response history(Call const& call);

// Money.
[[nodiscard]] Response deposit(Call const& call);
[[nodiscard]] Response withdraw(Call const& call);
[[nodiscard]] Response transfer(Call const& call);
[[nodiscard]] Response find_transfer(Call const& call);
[[nodiscard]] Response transfer_receipt(Call const& call);
[[nodiscard]] Response reverse_transfer(Call const& call);
[[nodiscard]] Response place_hold(Call const& call);
[[nodiscard]] Response find_hold(Call const& call);
[[nodiscard]] Response capture_hold(Call const& call);
[[nodiscard]] Response release_hold(Call const& call);
[[nodiscard]] Response link_transfers(Call const& call);
[[nodiscard]] Response transfer_batch(Call const& call);

// The bank itself.
[[nodiscard]] Response list_audit_records(Call const& call);
[[nodiscard]] Response audit_range(Call const& call);
[[nodiscard]] Response audit_consistency(Call const& call);
[[nodiscard]] Response audit_checkpoint(Call const& call);
[[nodiscard]] Response audit_keys(Call const& call);
[[nodiscard]] Response check_ledger(Call const& call);
[[nodiscard]] Response system_status(Call const& call);
[[nodiscard]] Response public_facts(Call const& call);
[[nodiscard]] Response list_settings(Call const& call);
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
