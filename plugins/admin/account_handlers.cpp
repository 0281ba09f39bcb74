// Accounts.
#include <fmt/format.h>

#include <variant>

#include "core/base/text.hpp"
#include "core/money/iban.hpp"
#include "core/operations/accounts.hpp"
#include "plugins/admin/handlers.hpp"
#include "plugins/admin/operation.hpp"
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

Result<std::string> account_overdraft(Context const& context, wire::Arguments const& arguments) {
    auto const account = find_account(context, arguments.text("account"));
    if (!account) return account.error();
    api::SetOverdraftRequest request{.account_id = account->id, .currency = account->currency};
    if (auto const& limit = arguments.text("limit"); limit != "none") {
        auto const read = wire::read_amount(limit, account->currency, 0);
        if (auto const* problem = std::get_if<std::string>(&read)) {
            return invalid_argument("limit", fmt::format("{} Or write none.", *problem));
        }
        request.overdraft_limit = *std::get_if<std::int64_t>(&read);
    }
    return ask_for_json<operations::SetOverdraft>(context, request);
}

}  // namespace bank::admin
