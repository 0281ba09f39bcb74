// Accounts, their PINs, holds and history.
#pragma once
#include "core/api/bank_api.hpp"
#include "core/service/context.hpp"

namespace bank::service {

class Accounts {
public:
    // `context` must outlive it.
    explicit Accounts(Context& context) : context_(context) {}

    Result<api::Account> open(Request const& request, api::OpenAccountRequest const& open);
    Result<api::Page<api::Account>> list(Request const& request,
                                         api::ListAccountsRequest const& list);
    Result<api::Account> find(Request const& request, AccountId id);
    Result<api::Account> lock(Request const& request, api::LockAccountRequest const& lock);
    Result<api::Account> unlock(Request const& request, api::UnlockAccountRequest const& unlock);
    Result<api::Account> close(Request const& request, AccountId id);
    Result<api::Account> set_overdraft(Request const& request,
                                       api::SetOverdraftRequest const& change);
    Result<api::Account> set_limits(Request const& request, api::SetLimitsRequest const& change);
    Result<api::Account> freeze(Request const& request, api::FreezeAccountRequest const& freeze);
    Status set_pin(Request const& request, api::SetPinRequest const& change);
    Result<api::PinAuthorization> authorize_pin(Request const& request,
                                                api::AuthorizePinRequest const& authorize);
    Result<api::Page<api::HistoryEntry>> history(Request const& request,
                                                 api::HistoryRequest const& history);
    Result<api::Balance> balance(Request const& request, api::BalanceRequest const& balance);
    Result<api::Page<api::Hold>> list_holds(Request const& request,
                                            api::ListHoldsRequest const& list);

private:
    // The account, if the principal may do `purpose` to it; else account_not_found, so that a
    // stranger does not learn which accounts exist.
    Result<api::Account> reach(auth::Principal const& principal, Purpose purpose, AccountId id);

    Context& context_;
};

}  // namespace bank::service
