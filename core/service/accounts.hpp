// Accounts, their PINs, holds and history.
#pragma once
#include <string_view>

#include "core/operations/bank_api.hpp"
#include "core/service/context.hpp"

namespace bank::service {

class Accounts {
public:
    // `context` must outlive it.
    explicit Accounts(Context& context) : context_(context) {}

    Result<api::Account> open(access::Principal const& who, api::OpenAccountRequest const& open);
    Result<api::Account> find(access::Principal const& who, api::AccountById const& wanted);
    Result<api::Account> close(access::Principal const& who, api::AccountById const& wanted);
    Result<api::Account> set_overdraft(access::Principal const& who,
                                       api::SetOverdraftRequest const& change);
    Result<api::Account> set_limits(access::Principal const& who,
                                    api::SetLimitsRequest const& change);
    Result<api::Account> freeze(access::Principal const& who,
                                api::FreezeAccountRequest const& freeze);
    Status set_pin(access::Principal const& who, api::SetPinRequest const& change);
    Result<api::PinAuthorization> authorize_pin(access::Principal const& who,
                                                api::AuthorizePinRequest const& authorize);
    Result<api::Page<api::HistoryEntry>> history(access::Principal const& who,
                                                 api::HistoryRequest const& history);
    Result<api::Balance> balance(access::Principal const& who, api::BalanceRequest const& balance);
    Result<api::Page<api::Hold>> list_holds(access::Principal const& who,
                                            api::ListHoldsRequest const& list);

private:
    // The account, if the principal may do `purpose` to it; else account_not_found, so that a
    // stranger does not learn which accounts exist.
    Result<api::Account> reach(access::Principal const& principal, Purpose purpose, AccountId id);

    [[nodiscard]] Status check_currency_of(access::Principal const& who, Purpose purpose,
                                           AccountId id, money::Currency given,
                                           std::string_view field);

    Context& context_;
};

}  // namespace bank::service
