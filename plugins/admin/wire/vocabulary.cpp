#include "plugins/admin/wire/vocabulary.hpp"

#include <algorithm>
#include <array>

#include "core/base/bounds.hpp"

namespace bank::admin::wire {
namespace {

constexpr ArgumentSpec text(std::string_view name, std::size_t size_max = 256) {
    return {.name = name, .size_max = size_max};
}

constexpr ArgumentSpec secret(std::string_view name, std::size_t size_max) {
    return {.name = name, .kind = ArgumentKind::secret, .size_max = size_max};
}

constexpr ArgumentSpec integer(std::string_view name, std::int64_t minimum, std::int64_t maximum) {
    return {.name = name, .kind = ArgumentKind::integer, .minimum = minimum, .maximum = maximum};
}

constexpr ArgumentSpec boolean(std::string_view name) {
    return {.name = name, .kind = ArgumentKind::boolean};
}

constexpr ArgumentSpec list(std::string_view name) {
    return {.name = name, .kind = ArgumentKind::list};
}

constexpr ArgumentSpec id(std::string_view name) {
    return integer(name, 1, std::numeric_limits<std::int64_t>::max());
}

constexpr ArgumentSpec required(ArgumentSpec spec) {
    spec.is_required = true;
    return spec;
}

constexpr auto user_name = text("user_name", bounds::user_name_size_max);
constexpr auto account = text("account", 64);  // IBAN or id.
constexpr auto limit = integer("limit", 1, bounds::page_limit_max);
constexpr auto cursor = text("cursor", bounds::cursor_size_max);
constexpr auto role = text("role", 16);
// Decimal text in a currency that only the daemon knows, or "none".
constexpr auto per_transfer = text("per_transfer", 32);
constexpr auto per_day = text("per_day", 32);
constexpr auto per_week = text("per_week", 32);
constexpr auto per_month = text("per_month", 32);
constexpr auto reference = text("reference", bounds::reference_size_max);
constexpr auto key = text("key", bounds::idempotency_key_size_max);

constexpr std::array user_list{text("name_prefix", bounds::user_name_size_max), role, limit,
                               cursor};
constexpr std::array user_add{required(user_name), required(role),
                              required(secret("password", bounds::password_size_max))};
constexpr std::array user_role{required(user_name), required(role)};
constexpr std::array user_only{required(user_name)};
constexpr std::array account_list{text("owner", bounds::user_name_size_max), text("account_no", 64),
                                  text("kind", 16), limit, cursor};
constexpr std::array account_only{required(account)};
constexpr std::array account_open{
    required(text("owner", bounds::user_name_size_max)),
    required(text("name", bounds::name_size_max)), required(text("currency", 3)),
    integer("overdraft_limit", 0, bounds::amount_max), secret("pin", bounds::pin_size_max)};
constexpr std::array account_lock{required(account),
                                  required(text("reason", bounds::reason_size_max))};
constexpr std::array account_freeze{required(account), boolean("debit"), boolean("credit"),
                                    required(text("reason", bounds::reason_size_max))};
constexpr std::array account_limits{required(account), per_transfer, per_day,
                                    per_week,          per_month,    text("minimum_balance", 32)};
constexpr std::array account_balance{required(account), text("at")};
// Decimal text in the account's currency, or "none".
constexpr std::array account_overdraft{required(account), required(text("limit", 32))};
constexpr std::array account_history{required(account), text("from"), text("until"), limit, cursor};
constexpr std::array account_holds{required(account), limit, cursor};
constexpr std::array hold_show{required(id("hold_id"))};
constexpr std::array hold_release{required(id("hold_id")), reference, required(key)};
constexpr std::array role_limits{role,     text("currency", 3), per_transfer, per_day, per_week,
                                 per_month};
constexpr std::array transfer_list{text("account", 64), text("kind", 16), text("status", 64), limit,
                                   cursor};
constexpr std::array transfer_show{required(id("transfer_id"))};
constexpr std::array transfer_reverse{required(id("transfer_id")), text("amount", 32), reference,
                                      required(key)};
constexpr std::array transfer_submit{required(list("items"))};
// Numbers with a comma between them.
constexpr std::array account_lookup{required(text("account_nos", lookup_accounts_max * 35))};
constexpr std::array audit_tail{limit, id("after")};
constexpr std::array audit_search{
    text("actor"), text("action"), text("outcome"), text("ip"), text("request_id"),
    account,       text("from"),   text("until"),   limit,      cursor};
constexpr std::array audit_export{integer("from", 0, std::numeric_limits<std::int64_t>::max()),
                                  boolean("resume")};
constexpr std::array audit_archive{text("before")};
constexpr std::array audit_prune{required(text("digest", 64))};
constexpr std::array session_list{required(user_name), limit, cursor};
constexpr std::array session_revoke{required(id("session_id"))};

constexpr auto commands = std::to_array<CommandSpec>({
    {"status", {}},
    {"metrics", {}},
    {"user list", user_list},
    {"user show", user_only},
    {"user add", user_add},
    {"user role", user_role},
    {"user disable", user_only},
    {"user enable", user_only},
    {"user password", user_only},
    {"user erase", user_only},
    {"account list", account_list},
    {"account show", account_only},
    {"account open", account_open},
    {"account lock", account_lock},
    {"account unlock", account_lock},
    {"account close", account_only},
    {"account overdraft", account_overdraft},
    {"account freeze", account_freeze},
    {"account unfreeze", account_only},
    {"account limits", account_limits},
    {"account balance", account_balance},
    {"account history", account_history},
    {"account holds", account_holds},
    {"hold show", hold_show},
    {"hold release", hold_release},
    {"role limits", role_limits},
    {"transfer list", transfer_list},
    {"transfer show", transfer_show},
    {"transfer receipt", transfer_show},
    {"transfer reverse", transfer_reverse},
    {"transfer submit", transfer_submit},
    {"account lookup", account_lookup},
    {"audit tail", audit_tail},
    {"audit search", audit_search},
    {"audit export", audit_export},
    {"audit archive", audit_archive},
    {"audit prune", audit_prune},
    {"ledger check", {}},
    {"session list", session_list},
    {"session revoke", session_revoke},
    {"config show", {}},
    {"config check", {}},
});

}  // namespace

std::span<CommandSpec const> vocabulary() noexcept {
    return commands;
}

CommandSpec const* find_command(std::string_view words) noexcept {
    auto const* const found = std::find_if(commands.begin(), commands.end(),
                                           [&](auto const& c) { return c.words == words; });
    return found == commands.end() ? nullptr : found;
}

ArgumentSpec const* find_argument(CommandSpec const& command, std::string_view name) noexcept {
    for (auto const& argument : command.arguments) {
        if (argument.name == name) return &argument;
    }
    return nullptr;
}

}  // namespace bank::admin::wire
