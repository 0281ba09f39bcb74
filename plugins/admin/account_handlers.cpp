// Accounts.
#include "core/base/text.hpp"
#include "core/money/iban.hpp"
#include "core/operations/accounts.hpp"
#include "plugins/admin/handlers.hpp"

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

}  // namespace bank::admin
