// The handlers of the commands that are more than one operation, by noun.
#pragma once
#include <optional>

#include "core/codec/json.hpp"
#include "plugins/admin/command.hpp"

namespace bank::admin {

Result<std::string> status(Context const& context, wire::Arguments const& arguments);
Result<std::string> metrics_text(Context const& context, wire::Arguments const& arguments);

Result<std::string> user_disable(Context const& context, wire::Arguments const& arguments);
Result<std::string> user_enable(Context const& context, wire::Arguments const& arguments);
Result<std::string> session_revoke(Context const& context, wire::Arguments const& arguments);

Result<std::string> account_freeze(Context const& context, wire::Arguments const& arguments);
Result<std::string> account_unfreeze(Context const& context, wire::Arguments const& arguments);
Result<std::string> account_limits(Context const& context, wire::Arguments const& arguments);
Result<std::string> role_limits(Context const& context, wire::Arguments const& arguments);

Result<std::string> hold_release(Context const& context, wire::Arguments const& arguments);
Result<std::string> transfer_receipt(Context const& context, wire::Arguments const& arguments);
Result<std::string> transfer_reverse(Context const& context, wire::Arguments const& arguments);
Result<std::string> transfer_submit(Context const& context, wire::Arguments const& arguments);
Result<std::string> account_lookup(Context const& context, wire::Arguments const& arguments);

Result<std::string> audit_tail(Context const& context, wire::Arguments const& arguments);
Result<std::string> audit_export(Context const& context, wire::Arguments const& arguments);
Result<std::string> audit_archive(Context const& context, wire::Arguments const& arguments);
Result<std::string> config_show(Context const& context, wire::Arguments const& arguments);
Result<std::string> config_check(Context const& context, wire::Arguments const& arguments);

// An IBAN as people type it, or an account's id.
Result<AccountId> find_account_id(Context const& context, std::string const& account);

[[nodiscard]] Result<UserId> find_user_id(Context const& context, std::string const& name);

// The account with all that the bank knows of it.
Result<api::Account> find_account(Context const& context, std::string const& account);

// The page that "limit" and "cursor" ask for.
api::PageRequest page_of(wire::Arguments const& arguments);

// Leaves `time` alone if the argument was not given.
Status set_time(wire::Arguments const& arguments, std::string_view name,
                std::optional<Timestamp>& time);

Error invalid_argument(std::string_view name, std::string message);

}  // namespace bank::admin
