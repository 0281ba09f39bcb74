// What may leave an account: limits of accounts and roles, and freezes.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <variant>
#include <vector>

#include "core/money/money.hpp"
#include "core/operations/accounts.hpp"
#include "plugins/admin/handlers.hpp"
#include "plugins/admin/operation.hpp"
#include "plugins/admin/wire/amount.hpp"

namespace bank::admin {
namespace {

constexpr std::array limit_names{"per_transfer", "per_day", "per_week", "per_month"};

using Limit = std::optional<std::int64_t>;

// Leaves `limit` alone if the argument was not given.
Status set_limit(wire::Arguments const& arguments, std::string_view name, money::Currency currency,
                 Limit& limit) {
    if (!arguments.has(name)) return Done{};
    auto const& text = arguments.text(name);
    if (text == "none") {
        limit.reset();
        return Done{};
    }
    auto const read = wire::read_amount(text, currency, 0);
    if (auto const* problem = std::get_if<std::string>(&read)) {
        return invalid_argument(name, fmt::format("{} Or write none.", *problem));
    }
    limit = *std::get_if<std::int64_t>(&read);
    return Done{};
}

Status set_limits(wire::Arguments const& arguments, money::Currency currency, api::Limits& limits) {
    std::array const fields{&limits.per_transfer, &limits.per_day, &limits.per_week,
                            &limits.per_month};
    for (std::size_t i = 0; i < fields.size(); ++i) {
        auto const set = set_limit(arguments, limit_names[i], currency, *fields[i]);
        if (!set) return set.error();
    }
    return Done{};
}

bool has_limits(wire::Arguments const& arguments) {
    return std::any_of(limit_names.begin(), limit_names.end(),
                       [&](char const* name) { return arguments.has(name); });
}

struct RoleAndCurrency {
    api::Role role = api::Role::customer;
    money::Currency currency;
};

Result<RoleAndCurrency> role_and_currency(wire::Arguments const& arguments) {
    auto const role = api::parse_role(arguments.text("role"));
    if (!role) return invalid_argument("role", "A role is customer, teller, admin or auditor.");
    if (!arguments.has("currency")) {
        return invalid_argument("currency",
                                "The limits of a role are per currency; name the currency.");
    }
    auto const currency = money::parse_currency(arguments.text("currency"));
    if (!currency) {
        return Error{.code = Code::unknown_currency, .field = "/arguments/currency"};
    }
    return RoleAndCurrency{*role, *currency};
}

}  // namespace

Result<std::string> account_freeze(Context const& context, wire::Arguments const& arguments) {
    if (!arguments.boolean("debit") && !arguments.boolean("credit")) {
        return invalid_argument("debit", "Name --debit, --credit or both.");
    }
    auto const account = find_account(context, arguments.text("account"));
    if (!account) return account.error();
    // What is frozen stays so: freezing the other side as well is no thaw of the first.
    return ask_for_json<operations::FreezeAccount>(
        context, {.account_id = account->id,
                  .is_debit_frozen = account->is_debit_frozen || arguments.boolean("debit"),
                  .is_credit_frozen = account->is_credit_frozen || arguments.boolean("credit"),
                  .reason = arguments.text("reason")});
}

Result<std::string> account_unfreeze(Context const& context, wire::Arguments const& arguments) {
    auto const id = find_account_id(context, arguments.text("account"));
    if (!id) return id.error();
    return ask_for_json<operations::FreezeAccount>(context, {.account_id = *id, .reason = {}});
}

// Limits that are not named stay as they are.
Result<std::string> account_limits(Context const& context, wire::Arguments const& arguments) {
    auto const account = find_account(context, arguments.text("account"));
    if (!account) return account.error();
    if (!has_limits(arguments) && !arguments.has("minimum_balance"))
        return codec::to_json(*account);
    api::SetLimitsRequest request{.account_id = account->id,
                                  .limits = account->limits,
                                  .minimum_balance = account->minimum_balance,
                                  .currency = account->currency};
    auto const set = set_limits(arguments, account->currency, request.limits);
    if (!set) return set.error();
    Limit minimum = request.minimum_balance;
    auto const kept = set_limit(arguments, "minimum_balance", account->currency, minimum);
    if (!kept) return kept.error();
    request.minimum_balance = minimum.value_or(0);
    return ask_for_json<operations::SetLimits>(context, request);
}

// All of them, those of one role and currency, or these changed: limits that are not named stay as
// they are.
Result<std::string> role_limits(Context const& context, wire::Arguments const& arguments) {
    auto const all = context.bank.ask<operations::ListRoleLimits>(context.caller);
    if (!all) return all.error();
    auto const is_about_all = !arguments.has("role") && !arguments.has("currency");
    if (is_about_all && !has_limits(arguments)) return codec::items_to_json(*all);
    auto const which = role_and_currency(arguments);
    if (!which) return which.error();
    api::RoleLimits limits{.role = which->role, .currency = which->currency, .limits = {}};
    for (auto const& one : *all) {
        if (one.role == limits.role && one.currency == limits.currency) limits = one;
    }
    if (has_limits(arguments)) {
        auto const set = set_limits(arguments, limits.currency, limits.limits);
        if (!set) return set.error();
        auto const kept = context.bank.ask<operations::SetRoleLimits>(context.caller, limits);
        if (!kept) return kept.error();
    }
    return codec::items_to_json(std::vector{limits});
}

}  // namespace bank::admin
