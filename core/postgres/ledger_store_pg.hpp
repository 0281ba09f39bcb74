// Accounts, history, holds, limits and the ledger check on PostgreSQL.
#pragma once
#include "core/ledger/ledger_store.hpp"
#include "core/money/iban.hpp"
#include "core/postgres/client/pool.hpp"

namespace bank::postgres {

class LedgerStorePg final : public ledger::LedgerStore {
public:
    // `pool` must outlive the store. `iban` is the prefix of new account numbers.
    LedgerStorePg(Pool& pool, money::IbanPrefix iban) : pool_(pool), iban_(std::move(iban)) {}

    Result<AccountId> draw_account_id() override;
    Result<api::Account> open_account(access::Acting const& acting, AccountId id,
                                      api::OpenAccountRequest const& request,
                                      std::string const& pin_record) override;
    Result<api::Page<api::Account>> list_accounts(access::Acting const& acting,
                                                  api::ListAccountsRequest const& request) override;
    Result<api::Account> find_account(access::Acting const& acting, AccountId id) override;
    Result<std::optional<AccountId>> resolve_account_no(std::string const& account_no) override;
    Result<bool> is_decided(Uuid const& idempotency_id) override;
    Result<api::Account> lock_account(access::Acting const& acting,
                                      api::LockAccountRequest const& request) override;
    Result<api::Account> unlock_account(access::Acting const& acting,
                                        api::UnlockAccountRequest const& request) override;
    Result<api::Account> close_account(access::Acting const& acting, AccountId id) override;
    Result<api::Account> set_overdraft(access::Acting const& acting,
                                       api::SetOverdraftRequest const& request) override;
    Result<api::Account> set_limits(access::Acting const& acting,
                                    api::SetLimitsRequest const& request) override;
    Result<api::Account> rename_account(access::Acting const& acting,
                                        api::RenameAccountRequest const& request) override;
    Result<api::Account> freeze_account(access::Acting const& acting,
                                        api::FreezeAccountRequest const& request) override;
    Result<std::vector<api::RoleLimits>> list_role_limits(access::Acting const& acting) override;
    Status set_role_limits(access::Acting const& acting, api::RoleLimits const& request) override;
    Result<api::Page<api::HistoryEntry>> history(access::Acting const& acting,
                                                 api::HistoryRequest const& request) override;
    Result<api::Balance> balance(access::Acting const& acting,
                                 api::BalanceRequest const& request) override;
    Result<api::Page<api::Hold>> list_holds(access::Acting const& acting,
                                            api::ListHoldsRequest const& request) override;
    Result<api::Hold> find_hold(access::Acting const& acting, TransferId id) override;
    Result<api::Transfer> find_transfer(access::Acting const& acting, TransferId id) override;
    Result<api::Page<api::Transfer>> list_transfers(
        access::Acting const& acting, api::ListTransfersRequest const& request) override;
    Result<api::LedgerReport> check_ledger(access::Acting const& acting) override;

    // Creates the bank's own accounts in a currency, and cash drawers for existing tellers.
    Status keep_currency(money::Currency currency);
    // True: the setting changed.
    Result<bool> keep_customer_cash(bool wanted);

private:
    Pool& pool_;
    money::IbanPrefix iban_;
};

}  // namespace bank::postgres
