// Database interface for accounts. Each change and its audit record are one transaction; SQL
// re-checks the actor's authority in each function.
//
// Threads: any. Errors common to all: session_ended, permission_denied, storage_unavailable.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/access/acting.hpp"
#include "core/api/accounts.hpp"
#include "core/api/system.hpp"
#include "core/api/transfers.hpp"
#include "core/base/result.hpp"

namespace bank::ledger {

class LedgerStore {
public:
    virtual ~LedgerStore() = default;

    // An id for open_account(), used once.
    virtual Result<AccountId> draw_account_id() = 0;
    // `pin_record` is empty or a hash record of core/crypto. user_not_found, unknown_currency.
    virtual Result<api::Account> open_account(access::Acting const& acting, AccountId id,
                                              api::OpenAccountRequest const& request,
                                              std::string const& pin_record) = 0;
    virtual Result<api::Page<api::Account>> list_accounts(
        access::Acting const& acting, api::ListAccountsRequest const& request) = 0;
    virtual Result<api::Account> find_account(access::Acting const& acting, AccountId id) = 0;
    // The account of this number, regardless of its owner; nullopt if there is none. Cacheable: a
    // number never moves to another account.
    virtual Result<std::optional<AccountId>> resolve_account_no(std::string const& account_no) = 0;
    // Whether a request was decided under this id.
    virtual Result<bool> is_decided(Uuid const& idempotency_id) = 0;

    // account_not_found, account_closed, account_not_empty, payee_of_open_hold, limit_below_use,
    // balance_out_of_range.
    virtual Result<api::Account> lock_account(access::Acting const& acting,
                                              api::LockAccountRequest const& request) = 0;
    virtual Result<api::Account> unlock_account(access::Acting const& acting,
                                                api::UnlockAccountRequest const& request) = 0;
    virtual Result<api::Account> close_account(access::Acting const& acting, AccountId id) = 0;
    virtual Result<api::Account> set_overdraft(access::Acting const& acting,
                                               api::SetOverdraftRequest const& request) = 0;
    virtual Result<api::Account> set_limits(access::Acting const& acting,
                                            api::SetLimitsRequest const& request) = 0;
    virtual Result<api::Account> rename_account(access::Acting const& acting,
                                                api::RenameAccountRequest const& request) = 0;
    virtual Result<api::Account> freeze_account(access::Acting const& acting,
                                                api::FreezeAccountRequest const& request) = 0;
    virtual Result<std::vector<api::RoleLimits>> list_role_limits(access::Acting const& acting) = 0;
    virtual Status set_role_limits(access::Acting const& acting,
                                   api::RoleLimits const& request) = 0;

    virtual Result<api::Page<api::HistoryEntry>> history(access::Acting const& acting,
                                                         api::HistoryRequest const& request) = 0;
    virtual Result<api::Balance> balance(access::Acting const& acting,
                                         api::BalanceRequest const& request) = 0;
    virtual Result<api::Page<api::Hold>> list_holds(access::Acting const& acting,
                                                    api::ListHoldsRequest const& request) = 0;
    virtual Result<api::Hold> find_hold(access::Acting const& acting, TransferId id) = 0;
    virtual Result<api::Transfer> find_transfer(access::Acting const& acting, TransferId id) = 0;
    virtual Result<api::Page<api::Transfer>> list_transfers(
        access::Acting const& acting, api::ListTransfersRequest const& request) = 0;

    // Checks the whole ledger for consistency; slow on a large one.
    virtual Result<api::LedgerReport> check_ledger(access::Acting const& acting) = 0;
};

}  // namespace bank::ledger
