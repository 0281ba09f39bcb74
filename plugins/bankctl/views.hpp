// The view of each result, and the exit code it implies.
#pragma once
#include <string>
#include <string_view>

#include "plugins/bankctl/exit_code.hpp"
#include "plugins/bankctl/table.hpp"

namespace bank::bankctl {

// `result` is the JSON of a successful reply. Missing fields are shown as empty.
using View = std::string (*)(std::string_view result, Layout const& layout);
using ExitOf = Exit (*)(std::string_view result);

std::string view_status(std::string_view result, Layout const& layout);
std::string view_users(std::string_view result, Layout const& layout);
std::string view_user(std::string_view result, Layout const& layout);
std::string view_one_time_password(std::string_view result, Layout const& layout);
std::string view_accounts(std::string_view result, Layout const& layout);
std::string view_account(std::string_view result, Layout const& layout);
std::string view_limits(std::string_view result, Layout const& layout);
std::string view_balance(std::string_view result, Layout const& layout);
std::string view_history(std::string_view result, Layout const& layout);
std::string view_holds(std::string_view result, Layout const& layout);
std::string view_hold(std::string_view result, Layout const& layout);
std::string view_role_limits(std::string_view result, Layout const& layout);
std::string view_transfers(std::string_view result, Layout const& layout);
std::string view_transfer(std::string_view result, Layout const& layout);
// Verbatim: a receipt is passed on.
std::string view_receipt(std::string_view result, Layout const& layout);
// Whether no checkpoint covers its record yet.
bool is_pending_receipt(std::string_view result);
std::string view_audit(std::string_view result, Layout const& layout);
// The same without a header, for later records.
std::string view_more_audit(std::string_view result, Layout const& layout);
std::string view_archive(std::string_view result, Layout const& layout);
std::string view_ledger(std::string_view result, Layout const& layout);
std::string view_schema(std::string_view result, Layout const& layout);
// The open alarms, or one.
std::string view_alarms(std::string_view result, Layout const& layout);
std::string view_alarm(std::string_view result, Layout const& layout);
std::string view_sessions(std::string_view result, Layout const& layout);
std::string view_revoked(std::string_view result, Layout const& layout);
// The lines of "text".
std::string view_text(std::string_view result, Layout const& layout);
std::string view_configuration_findings(std::string_view result, Layout const& layout);

Exit exit_of_status(std::string_view result);
Exit exit_of_transfer(std::string_view result);
Exit exit_of_ledger(std::string_view result);
Exit exit_of_schema(std::string_view result);
Exit exit_of_configuration(std::string_view result);

// "1,234.50 EUR" of "1234.50 EUR".
[[nodiscard]] std::string grouped(std::string_view money);

}  // namespace bank::bankctl
