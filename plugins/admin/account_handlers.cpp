// Accounts.
#include <fmt/format.h>

#include <variant>

#include "core/base/text.hpp"
#include "core/money/currency.hpp"
#include "core/money/iban.hpp"
#include "core/operations/accounts.hpp"
#include "plugins/admin/handlers.hpp"
#include "plugins/admin/wire/amount.hpp"

namespace bank::admin {

Result<AccountId> find_account_id(Context const& context, std::string const& account) {
    if (auto const id = parse_int64(account); id && *id > 0) return AccountId{*id};
    auto const iban = money::normalise_iban(account);
    if (!iban) {
        return invalid_argument("account", "This is not a valid IBAN or account id.");
    }
    api::ListAccountsRequest request;
    request.account_no = *iban;
    request.page.limit = 1;
    auto const page = context.bank.ask<operations::ListAccounts>(context.caller, request);
    if (!page) return page.error();
    if (page->items.empty()) {
        return Error{.code = Code::account_not_found, .field = "/arguments/account"};
    }
    return page->items.front().id;
}

Result<api::Account> find_account(Context const& context, std::string const& account) {
    auto const id = find_account_id(context, account);
    if (!id) return id.error();
    return context.bank.ask<operations::FindAccount>(context.caller, {*id});
}

Result<std::string> account_list(Context const& context, wire::Arguments const& arguments) {
    api::ListAccountsRequest request;
    request.owner = arguments.text("owner");
    request.page = page_of(arguments);
    if (arguments.has("account_no")) {
        auto const iban = money::normalise_iban(arguments.text("account_no"));
        if (!iban) return invalid_argument("account_no", "This is not a valid IBAN.");
        request.account_no = *iban;
    }
    if (arguments.has("kind")) {
        request.kind = api::parse_account_kind(arguments.text("kind"));
        if (!request.kind) {
            return invalid_argument("kind", "A kind is customer, cash, suspense or fees.");
        }
    }
    auto const page = context.bank.ask<operations::ListAccounts>(context.caller, request);
    if (!page) return page.error();
    return codec::to_json(*page);
}

Result<std::string> account_show(Context const& context, wire::Arguments const& arguments) {
    auto const account = find_account(context, arguments.text("account"));
    if (!account) return account.error();
    return codec::to_json(*account);
}

Result<std::string> account_open(Context const& context, wire::Arguments const& arguments) {
    auto const currency = money::parse_currency(arguments.text("currency"));
    if (!currency) {
        return Error{.code = Code::unknown_currency, .field = "/arguments/currency"};
    }
    auto const account = context.bank.ask<operations::OpenAccount>(
        context.caller, {.owner = arguments.text("owner"),
                         .name = arguments.text("name"),
                         .currency = *currency,
                         .overdraft_limit = arguments.integer("overdraft_limit").value_or(0),
                         .pin = arguments.secret("pin")});
    if (!account) return account.error();
    return codec::to_json(*account);
}

Result<std::string> account_lock(Context const& context, wire::Arguments const& arguments) {
    auto const id = find_account_id(context, arguments.text("account"));
    if (!id) return id.error();
    auto const account = context.bank.ask<operations::LockAccount>(
        context.caller, {.account_id = *id, .reason = arguments.text("reason")});
    if (!account) return account.error();
    return codec::to_json(*account);
}

Result<std::string> account_unlock(Context const& context, wire::Arguments const& arguments) {
    auto const id = find_account_id(context, arguments.text("account"));
    if (!id) return id.error();
    auto const account = context.bank.ask<operations::UnlockAccount>(
        context.caller, {.account_id = *id, .reason = arguments.text("reason")});
    if (!account) return account.error();
    return codec::to_json(*account);
}

Result<std::string> account_close(Context const& context, wire::Arguments const& arguments) {
    auto const id = find_account_id(context, arguments.text("account"));
    if (!id) return id.error();
    auto const account = context.bank.ask<operations::CloseAccount>(context.caller, {*id});
    if (!account) return account.error();
    return codec::to_json(*account);
}

Result<std::string> account_overdraft(Context const& context, wire::Arguments const& arguments) {
    auto const account = find_account(context, arguments.text("account"));
    if (!account) return account.error();
    api::SetOverdraftRequest request{.account_id = account->id};
    if (auto const& limit = arguments.text("limit"); limit != "none") {
        auto const read = wire::read_amount(limit, account->currency, 0);
        if (auto const* problem = std::get_if<std::string>(&read)) {
            return invalid_argument("limit", fmt::format("{} Or write none.", *problem));
        }
        request.overdraft_limit = *std::get_if<std::int64_t>(&read);
    }
    auto const changed = context.bank.ask<operations::SetOverdraft>(context.caller, request);
    if (!changed) return changed.error();
    return codec::to_json(*changed);
}

Result<std::string> account_history(Context const& context, wire::Arguments const& arguments) {
    api::HistoryRequest request;
    if (auto const set = set_time(arguments, "from", request.from); !set) return set.error();
    if (auto const set = set_time(arguments, "until", request.until); !set) return set.error();
    auto const id = find_account_id(context, arguments.text("account"));
    if (!id) return id.error();
    request.account_id = *id;
    request.page = page_of(arguments);
    auto const page = context.bank.ask<operations::History>(context.caller, request);
    if (!page) return page.error();
    return codec::to_json(*page);
}

}  // namespace bank::admin
